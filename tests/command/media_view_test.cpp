// SPDX-License-Identifier: MIT
// What `show` prints about sounds and videos.
#include <vitrine/media/audio.hpp>
#include <vitrine/media/video.hpp>
#include <vitrine/store/store.hpp>

#include "command/fixture.hpp"
#include "support/sounds.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// media:v0 with a sound and a video.
struct Shelf : Workplace {
    Shelf() {
        Store store = Store::open(this->store());
        auto draft = store.new_artifact("media", "dataset");
        draft.add(Audio(write("s.wav", float_wav({0, 1, 0, -1})),
                        {.sample_rate = 8000, .caption = "a sound"}),
                  "sound");
        const std::vector<std::uint8_t> frames(2 * 3 * 4, 9);
        draft.add(Video(ArrayView(frames.data(), DType::uint8, {2, 1, 3, 4}),
                        {.caption = "a\x1b[31mvideo"}),
                  "video");
        store.commit(std::move(draft));
    }
};

} // namespace

TEST_CASE("show prints a sound's rate, file and caption, and its duration if it is known") {
    const Shelf place;
    const std::string text = place.ok({"show", "media", "sound"}).out;
    for (const char* part : {"audio-file", "8000 Hz", "media/audio/", "s.wav", "a sound"}) {
        CAPTURE(part);
        CHECK(holds(text, part));
    }
    const Json shown = place.json({"show", "media", "sound"});
    CHECK(shown["_type"] == "audio-file");
    CHECK(shown["value"]["sample_rate"] == 8000);
    CHECK(shown["bytes"] == 44 + 16);
    CHECK(shown["sha256"].get<std::string>().size() == 64);
    const auto duration = Audio(place.path() / "s.wav").duration();
    CHECK(shown["duration"] == (duration ? Json(4 / 8000.0) : Json()));
    CHECK(holds(text, "0.0005 s") == duration.has_value());
}

TEST_CASE("show prints a video's size, format and caption") {
    const Shelf place;
    const std::string text = place.ok({"show", "media", "video"}).out;
    for (const char* part : {"video-file", "4x3", "gif", "media/videos/"}) {
        CAPTURE(part);
        CHECK(holds(text, part));
    }
    CHECK_FALSE(holds(text, "\x1b[31m"));
    const Json shown = place.json({"show", "media", "video"});
    CHECK(shown["value"]["width"] == 4);
    CHECK(shown["sha256"].get<std::string>().size() == 64);
    CHECK_FALSE(shown.contains("duration"));
}
