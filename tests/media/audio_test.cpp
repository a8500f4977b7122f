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

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

constexpr std::string_view kNoLibrary = "this build has no libsndfile";

Audio from_doubles(const std::vector<double>& samples, std::uint32_t rate = 8000,
                   Json caption = nullptr) {
    return Audio(ArrayView(samples.data(), DType::float64, {samples.size()}),
                 {.sample_rate = rate, .caption = std::move(caption)});
}

Json run_json_of(const Audio& audio, test::MemoryRun& run) {
    audio.bind_to_run(run, "k", 1);
    return audio.to_json(run);
}

} // namespace

TEST_CASE("a sound file of any content is kept byte for byte") {
    const TemporaryDirectory folder;
    for (const std::string_view name : {"s.wav", "LOUD.WAV", "no sound.mp3", "noext"}) {
        CAPTURE(name);
        const auto path = folder.path() / name;
        test::write_bytes(path, "not a sound");
        const Audio audio(path);
        CHECK(audio.read_file() == "not a sound");
        CHECK_FALSE(audio.sample_rate().has_value());
        CHECK(audio.caption().is_null());
        CHECK_FALSE(audio.duration().has_value());
        test::MemoryArtifact artifact;
        const Json json = artifact.add(audio, "x");
        CHECK(render_json(json, kOrderedJson) ==
              R"({"path": "media/audio/)" + audio.sha256().hex().substr(0, 8) + "/" +
                  std::string(name) +
                  R"(", "_type": "audio-file", "sample_rate": null, "caption": null})");
    }
}

TEST_CASE("any JSON can be a caption and is written as given") {
    const TemporaryDirectory folder;
    test::write_bytes(folder.path() / "s.wav", "x");
    for (const char* caption : {"null", "\"\"", "\"cap\"", "5", "false", "[1, {\"a\": null}]"}) {
        CAPTURE(caption);
        const Audio audio(folder.path() / "s.wav", {.caption = parse_json(caption)});
        test::MemoryArtifact artifact;
        CHECK(render_json(artifact.add(audio, "x")["caption"]) == caption);
        const auto got = artifact.source()->get("x");
        CHECK(render_json(dynamic_cast<const Audio&>(*got).caption()) == caption);
        CHECK(*got == audio);
    }
}

TEST_CASE("samples become a WAV file of 16 bits, frame by frame") {
    if (!has_sound_library()) {
        return test::skip(kNoLibrary);
    }
    const double infinity = std::numeric_limits<double>::infinity();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const Audio audio = from_doubles({0, 0.5, -0.5, 1, -1, 2, -2, infinity, -infinity, nan});
    CHECK(audio.read_file().size() == 44 + 20);
    CHECK(audio.samples_int16().values == std::vector<std::int16_t>{0, 16384, -16384, 32767, -32768,
                                                                    32767, -32768, 32767, -32768,
                                                                    -32768});
    CHECK(audio.duration() == 10 / 8000.0);
    CHECK(audio.sample_rate() == 8000);
    const auto floats = audio.samples();
    CHECK(floats.sample_rate == 8000);
    CHECK(floats.channels == 1);
    CHECK(floats.frames() == 10);
    CHECK(floats.values[1] == 0.5F);
    CHECK(floats.values[4] == -1.0F);
    CHECK(floats.view().shape_text() == "[10, 1]");
}

TEST_CASE("samples of any strides and channels are restored unchanged") {
    if (!has_sound_library()) {
        return test::skip(kNoLibrary);
    }
    // More than one block of frames.
    std::vector<std::int16_t> planes(2 * 5000);
    for (std::size_t at = 0; at < planes.size(); ++at) {
        planes[at] = static_cast<std::int16_t>(at * 7919);
    }
    const ArrayView by_channel(planes.data(), DType::int16, {5000, 2}, {2, 10000});
    const Audio stereo(by_channel, {.sample_rate = 44100});
    const auto got = stereo.samples_int16();
    REQUIRE(got.channels == 2);
    REQUIRE(got.frames() == 5000);
    for (const std::size_t frame : {0U, 1U, 4095U, 4096U, 4999U}) {
        CAPTURE(frame);
        CHECK(got.values[frame * 2] == planes[frame]);
        CHECK(got.values[frame * 2 + 1] == planes[5000 + frame]);
    }
    CHECK(Audio(got.view(), {.sample_rate = 44100}) == stereo);
    CHECK(stereo.duration() == 5000 / 44100.0);
    // Backwards.
    const ArrayView backwards(planes.data() + 4999, DType::int16, {5000}, {-2});
    CHECK(Audio(backwards, {.sample_rate = 1}).samples_int16().values.front() == planes[4999]);
    // The high 16 of 32 bits are kept.
    const std::vector<std::int32_t> wide = {0x12345678, -1,
                                            std::numeric_limits<std::int32_t>::min()};
    const Audio high(ArrayView(wide.data(), DType::int32, {3}), {.sample_rate = 8000});
    CHECK(high.samples_int16().values == std::vector<std::int16_t>{0x1234, -1, -32768});
}

TEST_CASE("a sound may have no samples") {
    if (!has_sound_library()) {
        return test::skip(kNoLibrary);
    }
    const Audio empty = from_doubles({});
    CHECK(empty.size() == 44);
    CHECK(empty.duration() == 0.0);
    CHECK(empty.samples().values.empty());
}

TEST_CASE("libsndfile reads a file's duration and samples") {
    if (!has_sound_library()) {
        return test::skip(kNoLibrary);
    }
    const TemporaryDirectory folder;
    const auto path = folder.path() / "s.wav";
    test::write_bytes(path, from_doubles({0, 0.25, 0.5, 0.75}, 2).read_file());
    const Audio audio(path, {.sample_rate = 99});
    CHECK(audio.duration() == 2.0);
    CHECK(audio.samples().sample_rate == 2);
    CHECK(audio.samples().values == std::vector<float>{0, 0.25, 0.5, 0.75});
    // As in W&B, the logged JSON has no durations of files.
    CHECK(Audio::durations(std::span(&audio, 1)) == parse_json("[null]"));
}

TEST_CASE("a file of floats is scaled to 16-bit numbers and clamped to their range") {
    if (!has_sound_library()) {
        return test::skip(kNoLibrary);
    }
    const TemporaryDirectory folder;
    const auto path = folder.path() / "f.wav";
    test::write_bytes(path, test::float_wav({0.25F, -2, 2, -0.5F}));
    const Audio audio(path);
    CHECK(audio.samples().values == std::vector<float>{0.25F, -2, 2, -0.5F});
    CHECK(audio.samples_int16().values == std::vector<std::int16_t>{8192, -32768, 32767, -16384});
}

TEST_CASE("sounds are equal by file, sample rate and caption") {
    const TemporaryDirectory folder;
    const auto one = folder.path() / "one.wav";
    const auto two = folder.path() / "two.wav";
    const auto other = folder.path() / "other.wav";
    test::write_bytes(one, "x");
    test::write_bytes(two, "x");
    test::write_bytes(other, "y");
    const Audio audio(one, {.sample_rate = 8000, .caption = "c"});
    CHECK(audio == Audio(two, {.sample_rate = 8000, .caption = "c"}));
    CHECK_FALSE(audio == Audio(other, {.sample_rate = 8000, .caption = "c"}));
    CHECK_FALSE(audio == Audio(one, {.sample_rate = 8001, .caption = "c"}));
    CHECK_FALSE(audio == Audio(one, {.caption = "c"}));
    CHECK_FALSE(audio == Audio(one, {.sample_rate = 8000}));
    CHECK_FALSE(Audio(one) == Audio(one, {.caption = ""}));
}

TEST_CASE("a sound from an artifact can be written to a run and to another artifact") {
    const TemporaryDirectory folder;
    test::write_bytes(folder.path() / "s.wav", "sound");
    test::MemoryArtifact artifact;
    artifact.add(Audio(folder.path() / "s.wav", {.sample_rate = 5, .caption = "c"}), "x");
    const auto got = artifact.source()->get("x");
    const auto& audio = dynamic_cast<const Audio&>(*got);
    test::MemoryRun run;
    const Json json = run_json_of(audio, run);
    const std::string path = "media/audio/k_1_" + audio.sha256().hex().substr(0, 8) + ".wav";
    CHECK(run.files.at(path) == "sound");
    CHECK(render_json(json, kOrderedJson) == render_json(Json{{"_type", "audio-file"},
                                                              {"path", path},
                                                              {"sha256", audio.sha256().hex()},
                                                              {"size", 5},
                                                              {"sample_rate", 5},
                                                              {"caption", "c"}},
                                                         kOrderedJson));
}

TEST_CASE("the JSON of a list of sounds has their rates, durations and captions") {
    const TemporaryDirectory folder;
    test::write_bytes(folder.path() / "s.wav", "x");
    const auto plain = [&] { return Audio(folder.path() / "s.wav"); };
    const auto rated = [&] {
        return Audio(folder.path() / "s.wav", {.sample_rate = 8000, .caption = "c"});
    };
    const auto empty = [&] { return Audio(folder.path() / "s.wav", {.caption = ""}); };
    struct Case {
        std::vector<Audio> audio;
        std::string_view rates;
        std::string_view captions;
    };
    const Case cases[] = {
        {{plain(), plain()}, "[null, null]", "false"},
        {{plain(), rated()}, "[null, 8000]", R"(["", "c"])"},
        {{empty(), plain()}, "[null, null]", R"(["", ""])"},
        {{}, "[]", "false"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.captions);
        CHECK(render_json(Audio::sample_rates(c.audio)) == c.rates);
        CHECK(render_json(Audio::captions(c.audio)) == c.captions);
        test::MemoryRun run;
        Json files = Json::array();
        for (const Audio& audio : c.audio) {
            files.push_back(run_json_of(audio, run));
        }
        Json expected{{"_type", "audio"}, {"count", c.audio.size()}, {"audio", files}};
        if (!c.audio.empty()) {
            expected["sampleRates"] = parse_json(c.rates);
            expected["durations"] = Json(std::vector<Json>(c.audio.size()));
        }
        if (c.captions != "false") {
            expected["captions"] = parse_json(c.captions);
        }
        CHECK(render_json(Audio::seq_to_json(c.audio, run, "k", 1), kOrderedJson) ==
              render_json(expected, kOrderedJson));
    }
    test::MemoryRun run;
    const Audio unbound(folder.path() / "s.wav");
    test::check_throws([&] { Audio::seq_to_json(std::span(&unbound, 1), run, "k", 1); },
                       ErrorCode::InvalidArgument, "must be bound to a run");
}

TEST_CASE("the durations of samples are logged") {
    if (!has_sound_library()) {
        return test::skip(kNoLibrary);
    }
    const std::vector<Audio> audio = {from_doubles({0, 0, 0}, 4)};
    test::MemoryRun run;
    audio[0].bind_to_run(run, "k", 1, 0);
    CHECK(run.files.contains("media/audio/k_1_0.wav"));
    CHECK(render_json(Audio::seq_to_json(audio, run, "k", 1)["durations"]) == "[0.75]");
}

} // namespace vitrine
