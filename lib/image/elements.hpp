// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/error.hpp>
#include <vitrine/image/array_view.hpp>

#include "image/half.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace vitrine {

/// A boolean as stored in memory: every byte except 0 is true.
struct StoredBool {
    std::uint8_t byte;
};

/// Converts a stored element to a number of the type that computations use.
inline std::uint8_t number_of(StoredBool value) {
    return value.byte != 0 ? 1 : 0;
}
inline float number_of(Half value) {
    return to_float(value);
}
template <class T>
requires std::is_arithmetic_v<T> T number_of(T value) {
    return value;
}

/// Reads the element that `element` points to, which need not be aligned, and returns its number.
template <class Stored>
auto read_element(const std::byte* element) {
    Stored stored;
    std::memcpy(&stored, element, sizeof stored);
    return number_of(stored);
}

/// Calls `use` with a value of the C++ type in which elements of `dtype` are stored (only its type
/// matters) and returns its result. Throws: InvalidArgument if `dtype` is not a DType.
template <class Use>
auto with_stored_type(DType dtype, const Use& use) {
    switch (dtype) {
    case DType::uint8:
        return use(std::uint8_t{});
    case DType::uint16:
        return use(std::uint16_t{});
    case DType::uint32:
        return use(std::uint32_t{});
    case DType::uint64:
        return use(std::uint64_t{});
    case DType::int8:
        return use(std::int8_t{});
    case DType::int16:
        return use(std::int16_t{});
    case DType::int32:
        return use(std::int32_t{});
    case DType::int64:
        return use(std::int64_t{});
    case DType::float16:
        return use(Half{});
    case DType::float32:
        return use(float{});
    case DType::float64:
        return use(double{});
    case DType::bool_:
        return use(StoredBool{});
    }
    throw Error(ErrorCode::InvalidArgument, "unknown element type");
}

} // namespace vitrine
