// SPDX-License-Identifier: MIT
#include "fuzz/fuzz.hpp"
#include "media/movie_header.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrine;
    if (const auto frame = movie_frame_size(fuzz::bytes_of(data, size))) {
        fuzz::require(frame->width > 0 && frame->height > 0, "a frame has pixels");
    }
    return 0;
}
