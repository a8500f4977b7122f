// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

// What the fuzz targets share. A target may see vitrine::Error and nothing else: every other
// exception ends it, and libFuzzer keeps the input.

namespace vitrine::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

inline std::span<const std::byte> bytes_of(const std::uint8_t* data, std::size_t size) {
    return std::as_bytes(std::span(data, size));
}

/// Calls `parse` and returns whether it accepted its input.
template <class Parse>
bool accepts(const Parse& parse) {
    try {
        parse();
        return true;
    } catch (const Error&) {
        return false;
    }
}

/// Ends the target with a crash unless `holds`.
inline void require(bool holds, const char* what) {
    if (!holds) {
        std::fprintf(stderr, "fuzz: this does not hold: %s\n", what);
        std::abort();
    }
}

/// A file in memory, for parsers that open one by its path.
class MemoryFile {
public:
    MemoryFile() : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
        require(descriptor_ >= 0, "memfd_create works");
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() { ::close(descriptor_); }

    void write(std::string_view bytes) {
        require(::ftruncate(descriptor_, 0) == 0, "ftruncate works");
        const auto written = ::pwrite(descriptor_, bytes.data(), bytes.size(), 0);
        require(written == static_cast<ssize_t>(bytes.size()), "pwrite works");
    }
    std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

private:
    int descriptor_;
};

} // namespace vitrine::fuzz
