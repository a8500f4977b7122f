// SPDX-License-Identifier: MIT
#pragma once

#include "artifact/checkout/new_file.hpp"

#include <filesystem>
#include <string>
#include <utility>

namespace vitrine {

/// Moves a file or a folder, both in an open folder, to a name that must be free; false, and
/// nothing done, if it is not. Throws: IoError.
bool rename_to_free(int from_folder, const std::string& from, int to_folder, const std::string& to);

/// A file that has been made already and only needs another place.
class MovedFile final : public NewFile {
public:
    explicit MovedFile(std::filesystem::path path) : path_(std::move(path)) {}

    bool is_equal(const FileDescriptor& file, const struct ::stat& status) override;
    bool make(const FileDescriptor& folder, const std::string& name) override;

private:
    std::filesystem::path path_;
};

} // namespace vitrine
