// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"

#include <filesystem>
#include <optional>
#include <ostream>
#include <streambuf>
#include <string>

namespace vitrine {

/// Collects the bytes of a stream of unknown length: in memory up to a limit, then in a temporary
/// file.
class SpillBuffer final : public std::streambuf {
public:
    static constexpr std::size_t kMemoryLimit = std::size_t{4} << 20;

    /// Writes the last bytes to the file, if there is one. Throws: IoError.
    void finish();
    /// The file that holds all bytes, if they did not fit into memory.
    std::optional<std::filesystem::path> file() const;
    /// Writes all bytes to `out`. Throws: IoError; what `out` throws.
    void write_to(std::ostream& out);
    /// All bytes, if there is no file.
    const std::string& bytes() const noexcept { return memory_; }

protected:
    int_type overflow(int_type c) override;
    std::streamsize xsputn(const char* data, std::streamsize size) override;

private:
    void spill();

    FileSystem files_;
    std::string memory_;
    std::optional<TemporaryDirectory> folder_;
    std::filesystem::path path_;
    FileDescriptor descriptor_;
};

} // namespace vitrine
