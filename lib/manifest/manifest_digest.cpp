// SPDX-License-Identifier: MIT
#include "manifest/manifest_digest.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "manifest/block_reader.hpp"

#include <string_view>

namespace vitrine {

namespace {

constexpr std::string_view kWandbHeader = "wandb-artifact-manifest-v1\n";
constexpr std::string_view kContentHeader = "vitrine-content 1\n";

} // namespace

WandbDigester::WandbDigester() {
    hasher_.update(kWandbHeader);
}

void WandbDigester::add(std::string_view path, std::string_view digest) {
    std::string& pending = hasher_.pending();
    pending += path;
    pending += ':';
    pending += digest;
    pending += '\n';
    hasher_.flush_if_full();
}

std::string WandbDigester::finish() {
    return hasher_.finish().md5.hex();
}

ManifestDigester::ManifestDigester() {
    content_.update(kContentHeader);
}

void ManifestDigester::add(std::string_view path, const EntryFields& fields) {
    if (path <= last_path_) {
        throw Error(
            ErrorCode::InvalidArgument,
            concat("entries are not in path order: ", quoted(path), " after ", quoted(last_path_)));
    }
    last_path_ = path;
    wandb_.add(path, fields.digest);
    append_text(content_.pending(), path);
    fields.append_content(content_.pending());
    content_.flush_if_full();
}

void ManifestDigester::add(const Entry& entry) {
    std::string bytes;
    encode_fields(bytes, entry);
    add(entry.path.str(), EntryFields::parse(bytes));
}

ManifestDigester::Result ManifestDigester::finish() {
    return {content_.finish().sha256, wandb_.finish()};
}

} // namespace vitrine
