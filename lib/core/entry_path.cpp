// SPDX-License-Identifier: MIT
#include <vitrine/core/entry_path.hpp>
#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "core/utf8.hpp"

#include <utility>

namespace vitrine {

namespace {

/// Calls `visit` with each part of `text` between slashes, empty ones too.
template <class Visit>
void for_each_component(std::string_view text, Visit visit) {
    for (;;) {
        const std::size_t slash = text.find('/');
        visit(text.substr(0, slash));
        if (slash == std::string_view::npos) {
            return;
        }
        text.remove_prefix(slash + 1);
    }
}

/// The rule that `text` breaks, or nothing.
std::string_view broken_rule(std::string_view text) {
    if (text.empty()) {
        return "it is empty";
    }
    if (text.size() > EntryPath::kMaxBytes) {
        return "it is longer than 4096 bytes";
    }
    if (text.front() == '/') {
        return "it is absolute";
    }
    if (text.find('\0') != std::string_view::npos) {
        return "it contains NUL";
    }
    if (!is_utf8(text)) {
        return "it is not UTF-8";
    }
    bool has_parent = false;
    bool names_file = false;
    for_each_component(text, [&](std::string_view component) {
        has_parent = has_parent || component == "..";
        names_file = names_file || (!component.empty() && component != ".");
    });
    if (has_parent) {
        return "it has a component '..'";
    }
    if (!names_file) {
        return "it names no file, only the folder itself";
    }
    return {};
}

} // namespace

EntryPath::EntryPath(std::string text) : text_(std::move(text)) {
    if (const std::string_view rule = broken_rule(text_); !rule.empty()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("entry path ", quoted(text_), " is not allowed: ", rule));
    }
}

std::string EntryPath::disk_path() const {
    std::string path;
    path.reserve(text_.size());
    for_each_component(text_, [&](std::string_view component) {
        if (component.empty() || component == ".") {
            return;
        }
        if (!path.empty()) {
            path += '/';
        }
        path += component;
    });
    return path;
}

std::string_view EntryPath::file_name() const {
    const std::string_view text = text_;
    const std::size_t slash = text.rfind('/');
    return slash == std::string_view::npos ? text : text.substr(slash + 1);
}

bool EntryPath::is_below(std::string_view folder) const {
    while (folder.ends_with('/')) {
        folder.remove_suffix(1);
    }
    if (folder.empty()) {
        return true;
    }
    const std::string_view text = text_;
    return text.starts_with(folder) && (text.size() == folder.size() || text[folder.size()] == '/');
}

bool is_utf8(std::string_view text) {
    return utf8_prefix(text) == text.size();
}

} // namespace vitrine
