// SPDX-License-Identifier: MIT
#include "golden/npy.hpp"

#include "core/file_system.hpp"
#include "golden/report.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <regex>
#include <stdexcept>

namespace vitrine::golden {

namespace {

const std::map<std::string, DType> kTypes = {
    {"u1", DType::uint8},   {"u2", DType::uint16},  {"u4", DType::uint32},  {"u8", DType::uint64},
    {"i1", DType::int8},    {"i2", DType::int16},   {"i4", DType::int32},   {"i8", DType::int64},
    {"f2", DType::float16}, {"f4", DType::float32}, {"f8", DType::float64}, {"b1", DType::bool_}};

std::string match(const std::string& header, const std::string& pattern) {
    std::smatch found;
    if (!std::regex_search(header, found, std::regex(pattern))) {
        throw std::runtime_error("unexpected header of a .npy file: " + header);
    }
    return found[1];
}

template <class T>
T read_as(const std::string& bytes, std::size_t offset) {
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

void swap_bytes(std::string& bytes, std::size_t size) {
    for (std::size_t at = 0; at + size <= bytes.size(); at += size) {
        const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        std::reverse(first, first + static_cast<std::ptrdiff_t>(size));
    }
}

} // namespace

Array::Array(const std::filesystem::path& path) {
    const std::string file = read_file(path);
    // Version 1.0: 6 bytes of magic, 2 of version, 2 of the header's length.
    const std::size_t header_size = read_as<std::uint16_t>(file, 8);
    const std::string header = file.substr(10, header_size);
    const std::string type = match(header, "'descr': '([^']*)'");
    const auto found = kTypes.find(type.substr(1));
    if (found == kTypes.end()) {
        throw NotExpressible{"an array of numpy's dtype '" + type + "'"};
    }
    dtype_ = found->second;
    const std::string shape = match(header, "'shape': \\(([^)]*)\\)");
    const std::regex number("[0-9]+");
    for (std::sregex_iterator at(shape.begin(), shape.end(), number), end; at != end; ++at) {
        shape_.push_back(std::stoul(at->str()));
    }
    bytes_ = file.substr(10 + header_size);
    if (type.front() == '>') {
        swap_bytes(bytes_, size_of(dtype_));
    }
    strides_.assign(shape_.size(), 0);
    auto stride = static_cast<std::ptrdiff_t>(size_of(dtype_));
    const bool fortran = match(header, "'fortran_order': (True|False)") == "True";
    for (std::size_t step = 0; step < shape_.size(); ++step) {
        const std::size_t axis = fortran ? step : shape_.size() - 1 - step;
        strides_[axis] = stride;
        stride *= static_cast<std::ptrdiff_t>(shape_[axis]);
    }
}

Json Array::element(std::size_t offset) const {
    switch (dtype_) {
    case DType::uint8:
        return read_as<std::uint8_t>(bytes_, offset);
    case DType::uint16:
        return read_as<std::uint16_t>(bytes_, offset);
    case DType::uint32:
        return read_as<std::uint32_t>(bytes_, offset);
    case DType::uint64:
        return read_as<std::uint64_t>(bytes_, offset);
    case DType::int8:
        return read_as<std::int8_t>(bytes_, offset);
    case DType::int16:
        return read_as<std::int16_t>(bytes_, offset);
    case DType::int32:
        return read_as<std::int32_t>(bytes_, offset);
    case DType::int64:
        return read_as<std::int64_t>(bytes_, offset);
    case DType::float32:
        return static_cast<double>(read_as<float>(bytes_, offset));
    case DType::float64:
        return read_as<double>(bytes_, offset);
    case DType::bool_:
        return read_as<std::uint8_t>(bytes_, offset) != 0;
    case DType::float16:
        break;
    }
    throw NotExpressible{"a list of numpy's float16"};
}

Json Array::rows(std::size_t axis, std::size_t offset) const {
    if (axis == shape_.size()) {
        return element(offset);
    }
    Json rows = Json::array();
    for (std::size_t index = 0; index < shape_[axis]; ++index) {
        rows.push_back(
            this->rows(axis + 1, offset + index * static_cast<std::size_t>(strides_[axis])));
    }
    return rows;
}

} // namespace vitrine::golden
