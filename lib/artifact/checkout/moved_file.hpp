// SPDX-License-Identifier: MIT
#pragma once

#include "artifact/checkout/new_file.hpp"

#include <filesystem>
#include <string>
#include <utility>

namespace vitrine {

/// Moves a file or a folder from one open folder to another, under a new name. Returns false, and
/// does nothing, if the name is taken. Throws: IoError.
bool rename_to_free(int from_folder, const std::string& from, int to_folder, const std::string& to);

/// A file that is written already and only moves to another folder.
class MovedFile final : public NewFile {
public:
    explicit MovedFile(std::filesystem::path path) : path_(std::move(path)) {}

    Likeness compare(FoundFile& found) override;
    bool create(const FileDescriptor& folder, const std::string& name) override;

private:
    std::filesystem::path path_;
};

} // namespace vitrine
