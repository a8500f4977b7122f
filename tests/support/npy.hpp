// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/array_view.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vitrine::test {

/// An array as numpy.save wrote it.
struct NpyArray {
    std::string descr; ///< NumPy's type, as "<f8"
    bool is_fortran_order = false;
    std::vector<std::size_t> shape;
    std::string bytes;

    /// The element type, or nothing where an ArrayView has none for it (other byte orders, complex
    /// numbers, texts, dates).
    std::optional<DType> dtype() const;
    /// Valid while this object exists. Throws: std::runtime_error if dtype() returns nothing.
    ArrayView view() const;
};

/// Throws: std::runtime_error unless it is a .npy file of version 1 or 2.
NpyArray read_npy(const std::filesystem::path& path);

} // namespace vitrine::test
