// SPDX-License-Identifier: MIT
// Sounds and videos.
#include <vitrine/media/audio.hpp>
#include <vitrine/media/video.hpp>

#include "golden/npy.hpp"
#include "golden/value_kinds.hpp"
#include "golden/world.hpp"
#include "media/sound_file.hpp"
#include "media/video_frames.hpp"
#include "support/movie.hpp"

#include <algorithm>

namespace vitrine::golden {

namespace {

Array input_array(const World& world, const Json& npy) {
    return Array(world.golden.input / npy.at("$npy").get<std::string>());
}

[[noreturn]] void no_such_method(const Json& step) {
    throw std::runtime_error("no such method: " + step.at("method").get<std::string>());
}

// ---- Audio

AudioOptions audio_options(const Json& step) {
    AudioOptions options;
    options.caption = plain(argument(step, 2, "caption"));
    const Json rate = argument(step, 1, "sample_rate");
    if (!rate.is_null()) {
        if (!rate.is_number_unsigned()) {
            throw NotExpressible{"a sample rate that is no integer"};
        }
        options.sample_rate = rate.get<std::uint32_t>();
    }
    return options;
}

Audio audio_of_samples(const Json& step, const ArrayView& samples, const AudioOptions& options) {
    if (!has_sound_library() && !step.contains("error")) {
        throw NotExpressible{"samples, in a build without libsndfile"};
    }
    return Audio(samples, options);
}

Audio make_audio(const World& world, const Json& step) {
    const Json& data = step.at("args").at(0);
    const AudioOptions options = audio_options(step);
    if (is_tag(data, "$npy")) {
        return audio_of_samples(step, input_array(world, data).view(), options);
    }
    if (data.is_array()) {
        const auto samples = data.get<std::vector<double>>();
        return audio_of_samples(step, {samples.data(), DType::float64, {samples.size()}}, options);
    }
    return Audio(std::filesystem::path(data.get<std::string>()), options);
}

void check_made_audio(World& world, const Json& step, const Value& value) {
    const auto& audio = dynamic_cast<const Audio&>(value);
    if (step.contains("duration")) {
        CHECK(audio.duration() == step.at("duration").get<double>());
        check_same(Audio::durations(std::span(&audio, 1)), Json::array({step.at("duration")}),
                   "durations");
    }
    if (step.contains("pcm_file")) {
        const auto file = step.at("pcm_file").get<std::string>();
        const std::string pcm = read_file(world.golden.data / file);
        CHECK(audio.read_file() == parse_hex(step.at("wav_header_hex").get<std::string>()) + pcm);
        const auto decoded = audio.samples_int16();
        const auto* bytes = reinterpret_cast<const char*>(decoded.values.data());
        CHECK(std::string(bytes, decoded.values.size() * 2) == pcm);
        world.report.bytes_compared += pcm.size();
    }
}

void check_restored_audio(World&, const Json& recorded, const Value& value) {
    const auto& audio = dynamic_cast<const Audio&>(value);
    check_same(audio.caption(), recorded.at("caption"), "caption");
    check_same(Audio::sample_rates(std::span(&audio, 1)), Json::array({recorded.at("sample_rate")}),
               "sample rate");
    check_same(Audio::durations(std::span(&audio, 1)), Json::array({recorded.at("duration")}),
               "duration");
}

Json call_audio(World& world, const Json& step) {
    const auto method = step.at("method").get<std::string>();
    const Json& args = step.at("args");
    const auto audio = listed<Audio>(world, args.at(0));
    if (method == "captions") {
        return Audio::captions(audio);
    }
    if (method == "durations") {
        return Audio::durations(audio);
    }
    if (method == "sample_rates") {
        return Audio::sample_rates(audio);
    }
    if (method == "seq_to_json") {
        return Audio::seq_to_json(audio, run_of(world, args.at(1)), args.at(2), args.at(3));
    }
    no_such_method(step);
}

// ---- Video

VideoOptions video_options(const Json& step) {
    VideoOptions options;
    options.caption = plain(argument(step, 1, "caption"));
    if (const Json fps = argument(step, 2, "fps"); !fps.is_null()) {
        options.fps = fps.get<double>();
    }
    if (const Json format = argument(step, 3, "format"); !format.is_null()) {
        options.format = format.get<std::string>();
    }
    return options;
}

Video make_video(const World& world, const Json& step) {
    const Json& data = step.at("args").at(0);
    const VideoOptions options = video_options(step);
    if (is_tag(data, "$npy")) {
        const auto formats = Video::array_formats();
        if (std::find(formats.begin(), formats.end(), options.format) == formats.end()) {
            throw NotExpressible{options.format + ", in a build without an encoder for it"};
        }
        return Video(input_array(world, data).view(), options);
    }
    if (is_tag(data, "$bytesio")) {
        const auto path = world.golden.input / data.at("$bytesio").get<std::string>();
        return Video::from_bytes(read_file(path), options);
    }
    if (!data.is_string()) {
        throw NotExpressible{"a video of Python's type " + std::string(data.type_name())};
    }
    return Video(std::filesystem::path(data.get<std::string>()), options);
}

/// Whether a viewer sees the frames of `expected`: those of a GIF exactly, those of other formats
/// by their brightness, since they store colours at half the resolution.
void check_frames(const Video& video, const std::vector<Pixels>& expected) {
    const auto movie = test::read_animation(video.read_file());
    REQUIRE(movie.frames.size() == expected.size());
    for (std::size_t index = 0; index < expected.size(); ++index) {
        const Pixels& frame = movie.frames[index];
        REQUIRE(frame.width == expected[index].width);
        REQUIRE(frame.height == expected[index].height);
        if (video.format() == "gif") {
            CHECK(frame == convert(expected[index], PixelMode::RGBA));
        } else {
            CHECK(test::brightness_difference(frame, expected[index]) < 8);
        }
    }
}

/// The record of an array's file in "prepare_video"; null if there is none.
const Json* prepared(const World& world, const std::string& npy) {
    if (world.golden.json.contains("prepare_video")) {
        for (const Json& record : world.golden.json.at("prepare_video")) {
            if (record.at("npy") == "input/" + npy) {
                return &record;
            }
        }
    }
    return nullptr;
}

std::vector<Pixels> expected_frames(const World& world, const Json& record) {
    const Json& frames = record.at("frames");
    const auto shape = frames.at("shape").get<std::vector<std::uint32_t>>();
    const std::string bytes = read_file(world.golden.data / frames.at("file").get<std::string>());
    const std::size_t size = std::size_t{shape.at(1)} * shape.at(2) * shape.at(3);
    std::vector<Pixels> list;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
        list.push_back({shape.at(2),
                        shape.at(1),
                        shape.at(3) == 1 ? PixelMode::L : PixelMode::RGB,
                        {bytes.begin() + static_cast<std::ptrdiff_t>(at),
                         bytes.begin() + static_cast<std::ptrdiff_t>(at + size)}});
    }
    return list;
}

void check_made_video(World& world, const Json& step, const Value& value) {
    const Json& data = step.at("args").at(0);
    if (!is_tag(data, "$npy")) {
        return;
    }
    if (const Json* record = prepared(world, data.at("$npy").get<std::string>())) {
        check_frames(dynamic_cast<const Video&>(value), expected_frames(world, *record));
        ++world.report.pictures_compared;
    }
}

Json call_video(World& world, const Json& step) {
    const auto method = step.at("method").get<std::string>();
    const Json& args = step.at("args");
    const auto videos = listed<Video>(world, args.at(0));
    if (method == "captions") {
        return Video::captions(videos);
    }
    if (method == "seq_to_json") {
        return Video::seq_to_json(videos, run_of(world, args.at(1)), args.at(2), args.at(3));
    }
    no_such_method(step);
}

constexpr ValueKind kSoundKinds[] = {
    {"Audio",
     [](World& world, const Json& step) -> ValuePointer {
         return std::make_shared<Audio>(make_audio(world, step));
     },
     check_made_audio, check_restored_audio, call_audio},
    {"Video",
     [](World& world, const Json& step) -> ValuePointer {
         return std::make_shared<Video>(make_video(world, step));
     },
     check_made_video, nullptr, call_video},
};

} // namespace

std::span<const ValueKind> sound_kinds() {
    return kSoundKinds;
}

void check_prepared_videos(World& world) {
    for (const Json& record : world.golden.json.value("prepare_video", Json::array())) {
        const auto name = record.at("name").get<std::string>();
        INFO("the array ", name);
        const Array array(world.golden.data / record.at("npy").get<std::string>());
        std::optional<VideoFrames> frames;
        if (succeeds(record, [&] { frames.emplace(array.view()); })) {
            const Json& recorded = record.at("frames");
            check_same(Json::array({frames->count(), frames->height(), frames->width(),
                                    frames->channels()}),
                       recorded.at("shape"), "shape");
            std::string bytes;
            std::vector<std::uint8_t> frame;
            for (std::size_t index = 0; index < frames->count(); ++index) {
                frames->read(index, frame);
                bytes.append(frame.begin(), frame.end());
            }
            CHECK(bytes == read_file(world.golden.data / recorded.at("file").get<std::string>()));
            world.report.bytes_compared += bytes.size();
        }
        ++world.report.steps;
    }
}

} // namespace vitrine::golden
