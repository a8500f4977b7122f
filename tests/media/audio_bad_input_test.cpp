// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/audio.hpp>

#include "core/file_system.hpp"
#include "media/sound_file.hpp"
#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"
#include "support/pictures.hpp"
#include "support/skip.hpp"
#include "support/sounds.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

TEST_CASE("samples that no WAV file can hold are refused, with or without libsndfile") {
    struct Case {
        std::vector<std::size_t> shape;
        DType dtype;
        std::optional<std::uint32_t> rate;
        std::string_view message;
    };
    constexpr std::size_t kHuge = std::size_t{1} << 40;
    const Case cases[] = {
        {{4}, DType::float32, std::nullopt, "expected a sample rate for the samples, got none"},
        {{4}, DType::float32, 0, "expected a sample rate of 1 to 1073741823 for 1 channels, got 0"},
        {{4}, DType::float32, 4000000000, "got 4000000000"},
        {{4, 1024}, DType::float32, 1048576, "expected a sample rate of 1 to 1048575"},
        {{4},
         DType::int64,
         8000,
         "expected samples of the type float32, float64, int16 or int32, got int64"},
        {{4}, DType::uint8, 8000, "got uint8"},
        {{4}, DType::float16, 8000, "got float16"},
        {{4}, DType::bool_, 8000, "got bool"},
        {{},
         DType::float32,
         8000,
         "expected samples of the shape [frames] or [frames, channels], got []"},
        {{2, 2, 2}, DType::float32, 8000, "got [2, 2, 2]"},
        {{4, 0}, DType::float32, 8000, "expected 1 to 1024 channels, got 0"},
        {{0, 0}, DType::float32, 8000, "expected 1 to 1024 channels, got 0"},
        {{1, 1025}, DType::float32, 8000, "expected 1 to 1024 channels, got 1025"},
        {{kHuge}, DType::int16, 8000, "samples do not fit in a WAV file"},
        {{2147483626}, DType::int16, 8000, "2147483626 samples do not fit"},
    };
    const double value = 0;
    for (const Case& c : cases) {
        CAPTURE(c.message);
        const ArrayView samples(&value, c.dtype, c.shape,
                                std::vector<std::ptrdiff_t>(c.shape.size()));
        test::check_throws([&] { Audio(samples, {.sample_rate = c.rate}); },
                           ErrorCode::InvalidArgument, c.message);
    }
}

TEST_CASE("a build without libsndfile refuses to decode sound and names the library") {
    const std::vector<float> samples(4);
    const auto write = [&] {
        return Audio(ArrayView(samples.data(), DType::float32, {4}), {.sample_rate = 8000});
    };
    if (has_sound_library()) {
        CHECK(write().samples().values == samples);
        return;
    }
    test::check_throws([&] { write(); }, ErrorCode::Unsupported,
                       "samples cannot be written as wav: this build was made without libsndfile");
    const TemporaryDirectory folder;
    test::write_bytes(folder.path() / "s.wav", test::float_wav({0}));
    const Audio audio(folder.path() / "s.wav");
    CHECK_FALSE(audio.duration().has_value());
    test::check_throws([&] { audio.samples(); }, ErrorCode::Unsupported, "libsndfile");
    test::check_throws([&] { audio.samples_int16(); }, ErrorCode::Unsupported, "libsndfile");
}

TEST_CASE("a missing file and a folder are refused") {
    const TemporaryDirectory folder;
    test::check_throws([&] { Audio(folder.path() / "missing.wav"); }, ErrorCode::NotFound,
                       "missing.wav");
    test::check_throws([&] { Audio(folder.path()); }, ErrorCode::InvalidArgument, "a folder");
}

TEST_CASE("a damaged sound can be kept, and is refused when it is decoded") {
    if (!has_sound_library()) {
        return test::skip("this build has no libsndfile");
    }
    const std::string four_bytes("\0\1\0\2", 4);
    struct Case {
        std::string bytes;
        std::string_view message;
    };
    const Case cases[] = {
        {"", "not a sound that libsndfile reads"},
        {"RIFF", "not a sound that libsndfile reads"},
        {"no sound at all, but long enough for a header of one",
         "not a sound that libsndfile reads"},
        {test::wav(four_bytes, 4, 1, 16).substr(0, 30), "not a sound that libsndfile reads"},
        {test::wav(four_bytes, 400, 1, 16),
         "truncated wav: expected 400 bytes at offset 44, got 4"},
        {test::wav(four_bytes, 0x7FFEFFFF, 1, 16), "truncated wav: expected 2147418111 bytes"},
        {test::wav("", 0, 1, 16, 0), ""},
        {test::wav(four_bytes, 4, 1, 16, 1, 0), ""},
        {test::wav(four_bytes, 4, 1, 16, 60000), ""},
    };
    const TemporaryDirectory folder;
    for (const Case& c : cases) {
        CAPTURE(c.message);
        const auto path = folder.path() / "s.wav";
        test::write_bytes(path, c.bytes);
        const Audio audio(path);
        test::check_throws([&] { audio.samples(); }, ErrorCode::InvalidFormat, c.message);
        test::check_throws([&] { audio.samples_int16(); }, ErrorCode::InvalidFormat, c.message);
    }
}

TEST_CASE("a WAV file whose writer did not know its size is read to its end") {
    if (!has_sound_library()) {
        return test::skip("this build has no libsndfile");
    }
    const TemporaryDirectory folder;
    for (const std::uint32_t claimed : {0xFFFFFFFFU, 0x7FFFF000U}) {
        CAPTURE(claimed);
        const auto path = folder.path() / "s.wav";
        test::write_bytes(path, test::wav(std::string("\0\1\0\2", 4), claimed, 1, 16));
        CHECK(Audio(path).samples_int16().values == std::vector<std::int16_t>{256, 512});
    }
}

TEST_CASE("a sound that changed after construction is not decoded") {
    const TemporaryDirectory folder;
    const auto path = folder.path() / "s.wav";
    test::write_bytes(path, "one");
    const Audio audio(path);
    test::write_bytes(path, "two");
    test::check_throws([&] { audio.duration(); }, ErrorCode::Conflict, "s.wav");
    test::MemoryArtifact artifact;
    test::check_throws([&] { artifact.add(audio, "x"); }, ErrorCode::Conflict, "s.wav");
}

TEST_CASE("a sound can only be written to a run or an artifact") {
    class Nowhere final : public ValueSink {};
    const TemporaryDirectory folder;
    test::write_bytes(folder.path() / "s.wav", "x");
    Nowhere sink;
    test::check_throws([&] { Audio(folder.path() / "s.wav").to_json(sink); },
                       ErrorCode::InvalidArgument, "only be written to a run or an artifact");
}

} // namespace vitrine
