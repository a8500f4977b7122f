// SPDX-License-Identifier: MIT
#include "manifest/manifest_digest.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "manifest/block_reader.hpp"
#include "manifest/entry_codec.hpp"

#include <cstddef>
#include <string_view>

namespace vitrine {

namespace {

/// Entries are gathered to this size before they are hashed.
constexpr std::size_t kPendingBytes = std::size_t{16} * 1024;

constexpr std::string_view kWandbHeader = "wandb-artifact-manifest-v1\n";
constexpr std::string_view kContentHeader = "vitrine-content 1\n";

void flush_if_full(Hasher& hasher, std::string& pending) {
    if (pending.size() >= kPendingBytes) {
        hasher.update(pending);
        pending.clear();
    }
}

} // namespace

WandbDigester::WandbDigester() : hasher_(Hash::Md5), pending_(kWandbHeader) {}

void WandbDigester::add(const Entry& entry) {
    pending_ += entry.path.str();
    pending_ += ':';
    pending_ += entry.digest;
    pending_ += '\n';
    flush_if_full(hasher_, pending_);
}

std::string WandbDigester::finish() {
    hasher_.update(pending_);
    return hasher_.finish().md5.hex();
}

ManifestDigester::ManifestDigester() : content_(Hash::Sha256), pending_(kContentHeader) {}

void ManifestDigester::add(const Entry& entry) {
    const std::string& path = entry.path.str();
    if (path <= last_path_) {
        throw Error(
            ErrorCode::InvalidArgument,
            concat("entries are not in path order: ", quoted(path), " after ", quoted(last_path_)));
    }
    last_path_ = path;
    wandb_.add(entry);
    append_text(pending_, path);
    encode_fields(pending_, entry, ValueTypeField::LeftOut);
    flush_if_full(content_, pending_);
}

ManifestDigester::Result ManifestDigester::finish() {
    content_.update(pending_);
    return {content_.finish().sha256, wandb_.finish()};
}

} // namespace vitrine
