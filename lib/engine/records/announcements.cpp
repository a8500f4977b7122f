// SPDX-License-Identifier: MIT
#include "engine/records/announcements.hpp"

#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>

#include "core/linkless.hpp"
#include "core/text.hpp"

#include <string>

namespace vitrine {

namespace {

constexpr std::size_t kDigitsInName = 32;

/// Sweeps take it for a temporary file.
std::filesystem::path announcement_of(const std::filesystem::path& file, std::string_view text) {
    const std::string digest = sha256_of(concat(file.filename().native(), '\n', text)).hex();
    return file.parent_path() / concat('.', digest.substr(0, kDigitsInName), ".tmp");
}

} // namespace

void Announcements::add(const std::filesystem::path& file, std::string_view text) {
    std::filesystem::path path = announcement_of(file, text);
    // A process that died may have announced the same.
    store_.files().open_for_appending(path);
    changed_.insert(path.parent_path());
    paths_.push_back(std::move(path));
}

void Announcements::flush() {
    store_.flush_folders(changed_);
    changed_.clear();
}

void Announcements::settle() noexcept {
    try {
        for (const std::filesystem::path& path : paths_) {
            store_.files().remove(path);
        }
    } catch (const Error&) {
        // The version is committed. gc removes the rest.
        return;
    }
}

bool is_announced(const std::filesystem::path& file, std::string_view text) {
    return std::filesystem::exists(announcement_of(file, text));
}

bool is_announced(const std::filesystem::path& file) {
    const std::optional<std::string> text = try_read_linkless(file);
    return text && is_announced(file, *text);
}

} // namespace vitrine
