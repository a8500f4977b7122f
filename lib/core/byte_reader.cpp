// SPDX-License-Identifier: MIT
#include "core/byte_reader.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

namespace vitrine {

void fail_truncated(std::string_view format, std::uint64_t wanted, std::uint64_t offset,
                    std::uint64_t got) {
    throw Error(ErrorCode::InvalidFormat, concat("truncated ", format, ": expected ", wanted,
                                                 " bytes at offset ", offset, ", got ", got));
}

} // namespace vitrine
