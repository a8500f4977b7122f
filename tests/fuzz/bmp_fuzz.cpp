// SPDX-License-Identifier: MIT
#include "fuzz/picture.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrine;
    return fuzz::test_codec(kBmpCodec, fuzz::bytes_of(data, size));
}
