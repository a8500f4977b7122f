// SPDX-License-Identifier: MIT
#include "support/npy.hpp"

#include "core/file_system.hpp"

#include <map>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace vitrine::test {

namespace {

/// The text between `before` and the next `after`.
std::string between(const std::string& header, const std::string& before, char after) {
    const std::size_t start = header.find(before);
    const std::size_t end = header.find(after, start + before.size());
    if (start == std::string::npos || end == std::string::npos) {
        throw std::runtime_error("unknown .npy header: " + header);
    }
    return header.substr(start + before.size(), end - start - before.size());
}

/// The numbers of "4, 5, 3" or "7,".
std::vector<std::size_t> read_shape(const std::string& text) {
    std::vector<std::size_t> shape;
    std::istringstream stream(text);
    std::string number;
    while (std::getline(stream, number, ',')) {
        if (number.find_first_not_of(' ') != std::string::npos) {
            shape.push_back(std::stoul(number));
        }
    }
    return shape;
}

} // namespace

std::optional<DType> NpyArray::dtype() const {
    static const std::map<std::string, DType> kTypes = {
        {"|u1", DType::uint8},   {"<u2", DType::uint16},  {"<u4", DType::uint32},
        {"<u8", DType::uint64},  {"|i1", DType::int8},    {"<i2", DType::int16},
        {"<i4", DType::int32},   {"<i8", DType::int64},   {"<f2", DType::float16},
        {"<f4", DType::float32}, {"<f8", DType::float64}, {"|b1", DType::bool_},
    };
    const auto found = kTypes.find(descr);
    return found == kTypes.end() ? std::nullopt : std::optional(found->second);
}

ArrayView NpyArray::view() const {
    const auto type = dtype();
    if (!type) {
        throw std::runtime_error("no element type for " + descr);
    }
    if (!is_fortran_order) {
        return ArrayView(bytes.data(), *type, shape);
    }
    std::vector<std::ptrdiff_t> strides;
    auto step = static_cast<std::ptrdiff_t>(size_of(*type));
    for (const std::size_t length : shape) {
        strides.push_back(step);
        step *= static_cast<std::ptrdiff_t>(length);
    }
    return ArrayView(bytes.data(), *type, shape, std::move(strides));
}

NpyArray read_npy(const std::filesystem::path& path) {
    const std::string file = read_file(path);
    if (file.size() < 12 || file.compare(0, 6, "\x93NUMPY") != 0) {
        throw std::runtime_error("no .npy file: " + path.string());
    }
    const auto byte = [&](std::size_t i) {
        return std::size_t{static_cast<unsigned char>(file[i])};
    };
    const bool is_version_1 = file[6] == 1;
    const std::size_t start = is_version_1 ? 10 : 12;
    const std::size_t length =
        byte(8) | byte(9) << 8 | (is_version_1 ? 0 : byte(10) << 16 | byte(11) << 24);
    const std::string header = file.substr(start, length);
    NpyArray array;
    array.descr = between(header, "'descr': '", '\'');
    array.is_fortran_order = between(header, "'fortran_order': ", ',') == "True";
    array.shape = read_shape(between(header, "'shape': (", ')'));
    array.bytes = file.substr(start + length);
    return array;
}

} // namespace vitrine::test
