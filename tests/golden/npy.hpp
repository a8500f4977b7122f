// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/image/array_view.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace vitrine::golden {

/// An array of a .npy file, in the machine's byte order.
class Array {
public:
    /// Throws: NotExpressible for elements that no DType stands for.
    explicit Array(const std::filesystem::path& path);

    ArrayView view() const { return {bytes_.data(), dtype_, shape_, strides_}; }
    /// A two-dimensional array as a list of lists.
    Json rows() const;

private:
    Json element(std::size_t offset) const;

    std::string bytes_;
    DType dtype_ = DType::uint8;
    std::vector<std::size_t> shape_;
    std::vector<std::ptrdiff_t> strides_;
};

} // namespace vitrine::golden
