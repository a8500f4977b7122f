// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/audio.hpp>

#include "core/file_system.hpp"
#include "core/python.hpp"
#include "core/refuse.hpp"
#include "core/text.hpp"
#include "media/json_fields.hpp"
#include "media/sound_file.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

constexpr std::string_view kAudioListType = "audio";

std::uint32_t needed_rate(const AudioOptions& options) {
    if (!options.sample_rate) {
        refuse("expected a sample rate for the samples, got none");
    }
    return *options.sample_rate;
}

} // namespace

struct Audio::Body {
    Json sample_rate = nullptr; ///< a number, as given or restored
    Json caption = nullptr;
    std::optional<double> duration; ///< in seconds; of values made from samples

    static std::shared_ptr<const Body> make(const AudioOptions& options,
                                            std::optional<double> duration = std::nullopt) {
        Body body;
        if (options.sample_rate) {
            body.sample_rate = *options.sample_rate;
        }
        body.caption = options.caption;
        body.duration = duration;
        return std::make_shared<const Body>(std::move(body));
    }
};

Audio::Audio(MediaFile file, std::shared_ptr<const Body> body)
    : Media(std::move(file)), body_(std::move(body)) {}

Audio::Audio(const std::filesystem::path& path, const AudioOptions& options)
    : Audio(MediaFile::from_path(path), Body::make(options)) {}

Audio::Audio(const ArrayView& samples, const AudioOptions& options)
    : Audio([&] {
          const std::uint32_t rate = needed_rate(options);
          std::string wav = encode_wav(samples, rate);
          const auto frames = static_cast<double>(samples.shape()[0]);
          return Audio(MediaFile::from_bytes(std::move(wav), ".wav"),
                       Body::make(options, frames / rate));
      }()) {}

std::optional<double> Audio::sample_rate() const {
    return body_->sample_rate.is_null() ? std::nullopt
                                        : std::optional(body_->sample_rate.get<double>());
}

const Json& Audio::caption() const noexcept {
    return body_->caption;
}

std::optional<double> Audio::duration() const {
    if (body_->duration) {
        return body_->duration;
    }
    const auto info = probe_sound(as_bytes(read_file()));
    return info ? std::optional(static_cast<double>(info->frames) / info->sample_rate)
                : std::nullopt;
}

AudioSamples<float> Audio::samples() const {
    return decode_sound<float>(as_bytes(read_file()));
}

AudioSamples<std::int16_t> Audio::samples_int16() const {
    return decode_sound<std::int16_t>(as_bytes(read_file()));
}

void Audio::describe(Json& json) const {
    json["sample_rate"] = body_->sample_rate;
    json["caption"] = body_->caption;
}

Json Audio::to_json(ValueSink& sink) const {
    Json json = Json::object();
    if (RunSink* run = sink.run()) {
        json = run_json(*run, artifact_type);
    } else if (ArtifactSink* artifact = sink.artifact()) {
        json["path"] = artifact->add_media(file(), media_subdir());
        json["_type"] = artifact_type;
    } else {
        refuse("a sound can only be written to a run or an artifact");
    }
    describe(json);
    return json;
}

Audio Audio::from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
    expect_type(json, artifact_type);
    const std::string path = string_member(json, "path");
    MediaFile file = restoring("'path'", [&] { return MediaFile::from_source(source, path); });
    Body body;
    if (const Json* rate = find_member(json, "sample_rate")) {
        if (!rate->is_number()) {
            throw Error(ErrorCode::InvalidFormat,
                        expected_message("sample_rate", "a number or null", *rate));
        }
        body.sample_rate = *rate;
    }
    if (const Json* caption = find_member(json, "caption")) {
        body.caption = *caption;
    }
    return {std::move(file), std::make_shared<const Body>(std::move(body))};
}

bool Audio::equals(const Value& other) const {
    const auto* audio = dynamic_cast<const Audio*>(&other);
    return audio != nullptr && sample_rate() == audio->sample_rate() &&
           render_json(caption()) == render_json(audio->caption()) && sha256() == audio->sha256();
}

Json Audio::durations(std::span<const Audio> audio) {
    Json list = Json::array();
    for (const Audio& sound : audio) {
        const auto& duration = sound.body_->duration;
        list.push_back(duration ? Json(*duration) : Json());
    }
    return list;
}

Json Audio::sample_rates(std::span<const Audio> audio) {
    Json list = Json::array();
    for (const Audio& sound : audio) {
        list.push_back(sound.body_->sample_rate);
    }
    return list;
}

Json Audio::captions(std::span<const Audio> audio) {
    if (std::all_of(audio.begin(), audio.end(),
                    [](const Audio& sound) { return sound.caption().is_null(); })) {
        return false;
    }
    Json list = Json::array();
    for (const Audio& sound : audio) {
        list.push_back(sound.caption().is_null() ? Json("") : sound.caption());
    }
    return list;
}

Json Audio::seq_to_json(std::span<const Audio> audio, RunSink& run, const Json& /*key*/,
                        const Json& /*step*/) {
    Json json = Json::object();
    json["_type"] = kAudioListType;
    json["count"] = audio.size();
    json["audio"] = Json::array();
    for (const Audio& sound : audio) {
        json["audio"].push_back(sound.to_json(run));
    }
    const auto add = [&](std::string_view name, Json list) {
        if (is_truthy(list)) {
            json[std::string(name)] = std::move(list);
        }
    };
    add("sampleRates", sample_rates(audio));
    add("durations", durations(audio));
    add("captions", captions(audio));
    return json;
}

} // namespace vitrine
