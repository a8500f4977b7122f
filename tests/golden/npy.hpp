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
    /// Throws: NotExpressible if no DType corresponds to the elements.
    explicit Array(const std::filesystem::path& path);

    ArrayView view() const { return {bytes_.data(), dtype_, shape_, strides_}; }
    /// The elements as lists of lists, one level for each axis.
    Json rows() const { return rows(0, 0); }

private:
    Json rows(std::size_t axis, std::size_t offset) const;
    Json element(std::size_t offset) const;

    std::string bytes_;
    DType dtype_ = DType::uint8;
    std::vector<std::size_t> shape_;
    std::vector<std::ptrdiff_t> strides_;
};

} // namespace vitrine::golden
