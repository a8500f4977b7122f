// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/image/array_view.hpp>
#include <vitrine/media/media.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace vitrine {

/// W&B's keyword arguments.
struct AudioOptions {
    /// Frames per second. Required for samples; for a file it is only written to the JSON.
    std::optional<std::uint32_t> sample_rate = std::nullopt;
    Json caption = nullptr; ///< text, or null for none
};

/// Decoded sound. `Sample` is float (full scale is -1 to 1) or std::int16_t.
template <class Sample>
struct AudioSamples {
    static_assert(std::is_same_v<Sample, float> || std::is_same_v<Sample, std::int16_t>);

    std::uint32_t sample_rate = 0; ///< frames per second, as the file says
    std::uint32_t channels = 0;    ///< samples in each frame
    std::vector<Sample> values;    ///< frame by frame, the channels of a frame side by side

    /// The number of frames.
    std::size_t frames() const { return channels == 0 ? 0 : values.size() / channels; }
    /// (frames, channels); valid while this lives. `Audio(samples.view(), ...)` is the inverse, to
    /// 16 bits.
    ArrayView view() const {
        return ArrayView(values.data(),
                         std::is_same_v<Sample, float> ? DType::float32 : DType::int16,
                         {frames(), channels});
    }
    bool operator==(const AudioSamples&) const = default;
};

/// A sound with its sample rate and caption. Immutable (but for bind_to_run); a cheap handle; safe
/// to use from many threads.
///
/// A user's file is kept byte for byte and is not parsed. Samples are encoded at once as a 16-bit
/// WAV file, by libsndfile. samples() decodes at each call; decoded sound is not cached.
///
/// JSON in an artifact (see lib/media/FORMAT.md): {"path", "_type": "audio-file", "sample_rate",
/// "caption"}; the last two may be null. Source: wandb/data_types.py, Audio.
class VITRINE_EXPORT Audio : public Media {
public:
    static constexpr std::string_view artifact_type = "audio-file";
    /// At most this many channels are encoded.
    static constexpr std::uint32_t MAX_CHANNELS = 1024;

    /// A file with any content. Throws: NotFound; IoError; InvalidArgument for a folder.
    explicit Audio(const std::filesystem::path& path, const AudioOptions& options = {});
    /// Samples (frames) or (frames, channels) of the types float32 and float64, which are cut to
    /// -1..1 (NaN is the least), int16, and int32, of which the high 16 bits are kept.
    /// Throws: InvalidArgument for another type or shape, no channels, more than MAX_CHANNELS, a
    /// sample rate that is missing, 0 or too large for a WAV file, or more than the 4 GiB that a
    /// WAV file can hold; Unsupported in a build without libsndfile.
    Audio(const ArrayView& samples, const AudioOptions& options);

    std::string_view type() const override { return artifact_type; }
    std::string_view media_subdir() const override { return get_media_subdir(); }

    /// Frames per second as given or restored; nothing if there is none. (The file's own rate is in
    /// samples().)
    std::optional<double> sample_rate() const;
    /// The caption, or null. Valid while a copy of this handle lives.
    const Json& caption() const noexcept;
    /// Seconds: frames divided by the sample rate. For a file, libsndfile tells; nothing if
    /// libsndfile does not know the format, or in a build without it. Throws: what read_file
    /// throws.
    std::optional<double> duration() const;

    /// Decodes the file at each call.
    /// Throws: InvalidFormat for a file that is not a sound, is damaged or truncated, or has more
    /// than 2 GiB of samples; Unsupported in a build without libsndfile; what read_file throws.
    AudioSamples<float> samples() const;
    /// The same as 16-bit numbers, rounded to nearest; exact for a file of 16 bits. Throws: as
    /// samples.
    AudioSamples<std::int16_t> samples_int16() const;

    /// Throws: InvalidArgument for a run to which it is not bound; what `file` and the sink throw.
    Json to_json(ValueSink& sink) const override;
    /// Decodes nothing. Throws: InvalidFormat that names the member; what the source throws.
    static Audio from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Whether file, sample rate and caption are equal, as in W&B. Throws: what `sha256` throws.
    bool equals(const Value& other) const override;

    static std::string_view get_media_subdir() { return "media/audio"; }

    /// The durations in seconds, null for those that were made from a file, as W&B has them.
    static Json durations(std::span<const Audio> audio);
    /// The sample rates, null where none was given.
    static Json sample_rates(std::span<const Audio> audio);
    /// The captions, "" for sounds without, or false if none has any.
    static Json captions(std::span<const Audio> audio);
    /// {"_type": "audio", "count", "audio", "sampleRates", "durations", "captions"?} of sounds
    /// that are bound to the run; a list that has no values is left out.
    /// Throws: InvalidArgument for one that is not bound to this run.
    static Json seq_to_json(std::span<const Audio> audio, RunSink& run, const Json& key,
                            const Json& step);

private:
    struct Body;
    Audio(MediaFile file, std::shared_ptr<const Body> body);
    void describe(Json& json) const;
    std::string_view class_name() const override { return "Audio"; }
    std::shared_ptr<const Body> body_;
};

} // namespace vitrine
