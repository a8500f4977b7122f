// SPDX-License-Identifier: MIT
#include "media/sound_file.hpp"

#include <vitrine/core/error.hpp>

#include "core/byte_reader.hpp"
#include "core/refuse.hpp"
#include "core/text.hpp"
#include "image/elements.hpp"

#ifdef VITRINE_HAVE_SNDFILE
#include <sndfile.h>
#endif

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

constexpr std::uint64_t kMaxFileSize = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kHeaderSize = 44;
constexpr std::uint64_t kSampleSize = 2;

[[noreturn]] [[maybe_unused]] void refuse_format(const std::string& message) {
    throw Error(ErrorCode::InvalidFormat, message);
}

std::uint64_t channels_of(const ArrayView& samples) {
    return samples.shape().size() == 2 ? samples.shape()[1] : 1;
}

bool is_sample_type(DType dtype) {
    return dtype == DType::float32 || dtype == DType::float64 || dtype == DType::int16 ||
           dtype == DType::int32;
}

/// Throws unless a WAV file can hold the samples.
void check_samples(const ArrayView& samples, std::uint32_t sample_rate) {
    const auto shape = samples.shape();
    if (shape.size() != 1 && shape.size() != 2) {
        refuse(concat("expected samples of the shape [frames] or [frames, channels], got ",
                      samples.shape_text()));
    }
    if (!is_sample_type(samples.dtype())) {
        refuse(concat("expected samples of the type float32, float64, int16 or int32, got ",
                      to_string(samples.dtype())));
    }
    const std::uint64_t channels = channels_of(samples);
    if (channels == 0 || channels > Audio::MAX_CHANNELS) {
        refuse(concat("expected 1 to ", Audio::MAX_CHANNELS, " channels, got ", channels));
    }
    constexpr std::uint64_t kMaxRate = std::numeric_limits<std::int32_t>::max();
    if (sample_rate == 0 || sample_rate * channels * kSampleSize > kMaxRate) {
        refuse(concat("expected a sample rate of 1 to ", kMaxRate / (channels * kSampleSize),
                      " for ", channels, " channels, got ", sample_rate));
    }
    if (samples.size() > (kMaxFileSize - kHeaderSize) / kSampleSize) {
        refuse(concat(samples.size(), " samples do not fit in a WAV file"));
    }
}

} // namespace

#ifdef VITRINE_HAVE_SNDFILE

namespace {

constexpr std::size_t kBlockFrames = 4096;
constexpr std::uint64_t kMaxDecodedBytes = std::uint64_t{1} << 31;

struct CloseSound {
    void operator()(SNDFILE* file) const { sf_close(file); }
};
using SoundHandle = std::unique_ptr<SNDFILE, CloseSound>;

/// Returns the position in a file of `size` bytes after a seek, or -1.
sf_count_t seek_to(sf_count_t offset, int whence, sf_count_t position, sf_count_t size) {
    const sf_count_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? position : size;
    const sf_count_t target = from + offset;
    return target < 0 ? -1 : target;
}

/// A file in memory, to which libsndfile writes. The memory is reserved at once, since the
/// callbacks must not throw.
class SoundBuffer {
public:
    explicit SoundBuffer(std::uint64_t capacity) { bytes_.reserve(capacity); }

    std::string take() { return std::move(bytes_); }

    static SF_VIRTUAL_IO callbacks() {
        return {[](void* self) { return static_cast<SoundBuffer*>(self)->size(); },
                [](sf_count_t offset, int whence, void* self) {
                    auto& buffer = *static_cast<SoundBuffer*>(self);
                    const auto target = seek_to(offset, whence, buffer.position_, buffer.size());
                    buffer.position_ = std::max<sf_count_t>(target, 0);
                    return target;
                },
                [](void*, sf_count_t, void*) { return sf_count_t{0}; },
                [](const void* data, sf_count_t count, void* self) {
                    return static_cast<SoundBuffer*>(self)->write(data, count);
                },
                [](void* self) { return static_cast<SoundBuffer*>(self)->position_; }};
    }

private:
    sf_count_t size() const { return static_cast<sf_count_t>(bytes_.size()); }

    sf_count_t write(const void* data, sf_count_t count) {
        const auto end = static_cast<std::size_t>(position_ + count);
        if (count <= 0 || end > bytes_.capacity()) {
            return 0;
        }
        bytes_.resize(std::max(bytes_.size(), end));
        std::memcpy(bytes_.data() + position_, data, static_cast<std::size_t>(count));
        position_ += count;
        return count;
    }

    std::string bytes_;
    sf_count_t position_ = 0;
};

sf_count_t write_block(SNDFILE* file, const float* values, sf_count_t frames) {
    return sf_writef_float(file, values, frames);
}
sf_count_t write_block(SNDFILE* file, const double* values, sf_count_t frames) {
    return sf_writef_double(file, values, frames);
}
sf_count_t write_block(SNDFILE* file, const std::int16_t* values, sf_count_t frames) {
    return sf_writef_short(file, values, frames);
}
sf_count_t write_block(SNDFILE* file, const std::int32_t* values, sf_count_t frames) {
    return sf_writef_int(file, values, frames);
}

/// Replaces NaN, whose conversion to an integer depends on the processor, by the value that the
/// SDK's data has.
template <class Sample>
Sample defined(Sample value) {
    if constexpr (std::is_floating_point_v<Sample>) {
        return std::isnan(value) ? Sample{-1} : value;
    } else {
        return value;
    }
}

template <class Sample>
void write_samples(SNDFILE* file, const ArrayView& samples) {
    const std::size_t frames = samples.shape()[0];
    const auto channels = static_cast<std::size_t>(channels_of(samples));
    const std::ptrdiff_t frame_stride = samples.strides()[0];
    const std::ptrdiff_t channel_stride = channels > 1 ? samples.strides()[1] : 0;
    std::vector<Sample> block(std::min(frames, kBlockFrames) * channels);
    for (std::size_t first = 0; first < frames; first += kBlockFrames) {
        const std::size_t count = std::min(kBlockFrames, frames - first);
        auto* out = block.data();
        for (std::size_t frame = first; frame < first + count; ++frame) {
            const std::byte* in =
                samples.data() + static_cast<std::ptrdiff_t>(frame) * frame_stride;
            for (std::size_t channel = 0; channel < channels; ++channel) {
                *out++ = defined(read_element<Sample>(in + static_cast<std::ptrdiff_t>(channel) *
                                                               channel_stride));
            }
        }
        const auto wanted = static_cast<sf_count_t>(count);
        if (write_block(file, block.data(), wanted) != wanted) {
            refuse(concat("cannot write samples: ", sf_strerror(file)));
        }
    }
}

std::string write_wav(const ArrayView& samples, std::uint32_t sample_rate) {
    SoundBuffer buffer(kHeaderSize + samples.size() * kSampleSize);
    SF_VIRTUAL_IO callbacks = SoundBuffer::callbacks();
    SF_INFO info{};
    info.samplerate = static_cast<int>(sample_rate);
    info.channels = static_cast<int>(channels_of(samples));
    info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
    SoundHandle file(sf_open_virtual(&callbacks, SFM_WRITE, &info, &buffer));
    if (!file) {
        refuse(concat("libsndfile does not write ", info.channels, " channels of ", sample_rate,
                      " frames a second"));
    }
    sf_command(file.get(), SFC_SET_CLIPPING, nullptr, SF_TRUE);
    with_stored_type(samples.dtype(), [&](auto stored) {
        using Stored = decltype(stored);
        if constexpr (std::is_floating_point_v<Stored> || std::is_same_v<Stored, std::int16_t> ||
                      std::is_same_v<Stored, std::int32_t>) {
            write_samples<Stored>(file.get(), samples);
        }
    });
    if (sf_close(file.release()) != 0) {
        refuse("cannot write samples: the file could not be finished");
    }
    return buffer.take();
}

/// A sound in memory, opened by libsndfile.
class SoundReader {
public:
    explicit SoundReader(std::span<const std::byte> data) : data_(data) {
        SF_VIRTUAL_IO callbacks{
            [](void* self) { return static_cast<SoundReader*>(self)->size(); },
            [](sf_count_t offset, int whence, void* self) {
                auto& reader = *static_cast<SoundReader*>(self);
                const auto target = seek_to(offset, whence, reader.position_, reader.size());
                reader.position_ = std::max<sf_count_t>(target, 0);
                return target;
            },
            [](void* out, sf_count_t count, void* self) {
                return static_cast<SoundReader*>(self)->read(out, count);
            },
            [](const void*, sf_count_t, void*) { return sf_count_t{0}; },
            [](void* self) { return static_cast<SoundReader*>(self)->position_; }};
        file_.reset(sf_open_virtual(&callbacks, SFM_READ, &info_, this));
    }
    SoundReader(const SoundReader&) = delete;
    SoundReader& operator=(const SoundReader&) = delete;

    bool is_open() const noexcept {
        return file_ != nullptr && info_.channels > 0 && info_.samplerate > 0 && info_.frames >= 0;
    }
    SNDFILE* file() const noexcept { return file_.get(); }
    const SF_INFO& info() const noexcept { return info_; }
    /// Whether the file knows how many frames it has.
    bool knows_frames() const noexcept { return info_.frames < SF_COUNT_MAX; }
    bool is_of(int type) const noexcept { return (info_.format & SF_FORMAT_TYPEMASK) == type; }
    bool has_floats() const noexcept {
        const int subtype = info_.format & SF_FORMAT_SUBMASK;
        return subtype == SF_FORMAT_FLOAT || subtype == SF_FORMAT_DOUBLE;
    }

private:
    sf_count_t size() const { return static_cast<sf_count_t>(data_.size()); }

    sf_count_t read(void* out, sf_count_t count) {
        const sf_count_t there = std::clamp<sf_count_t>(size() - position_, 0, count);
        std::memcpy(out, data_.data() + std::min(position_, size()),
                    static_cast<std::size_t>(there));
        position_ += there;
        return there;
    }

    std::span<const std::byte> data_;
    sf_count_t position_ = 0;
    SF_INFO info_{};
    SoundHandle file_;
};

/// Throws if a WAV file claims more samples than it has, since libsndfile would return what is
/// there. Writers that do not know the size in advance claim about 2 or 4 GiB; these files are
/// accepted.
void check_wav(std::span<const std::byte> data) {
    constexpr std::uint32_t kStreamedSize = 0x7FFF0000;
    if (!starts_with(data, "RIFF") || data.size() < 12 || !starts_with(data.subspan(8), "WAVE")) {
        return;
    }
    ByteReader reader("wav", data);
    reader.skip(12);
    while (reader.remaining() >= 8) {
        const auto name = reader.take(4);
        const std::uint32_t size = reader.le32();
        if (starts_with(name, "data")) {
            if (size < kStreamedSize) {
                reader.skip(size);
            }
            return;
        }
        reader.skip(std::min<std::uint64_t>(std::uint64_t{size} + size % 2, reader.remaining()));
    }
}

sf_count_t read_block(const SoundReader& reader, std::vector<float>& block) {
    return sf_readf_float(reader.file(), block.data(), kBlockFrames);
}

/// Converts floats itself, since libsndfile scales them by their own maximum or not at all.
sf_count_t read_block(const SoundReader& reader, std::vector<std::int16_t>& block) {
    if (!reader.has_floats()) {
        return sf_readf_short(reader.file(), block.data(), kBlockFrames);
    }
    std::vector<float> floats(block.size());
    const sf_count_t frames = read_block(reader, floats);
    std::transform(floats.begin(), floats.end(), block.begin(), [](float value) {
        const float scaled = std::clamp(defined(value) * 32768.0F, -32768.0F, 32767.0F);
        return static_cast<std::int16_t>(std::lrint(scaled));
    });
    return frames;
}

template <class Sample>
AudioSamples<Sample> read_sound(std::span<const std::byte> data) {
    check_wav(data);
    const SoundReader reader(data);
    if (!reader.is_open()) {
        refuse_format("the file is not a sound that libsndfile reads");
    }
    AudioSamples<Sample> sound;
    sound.sample_rate = static_cast<std::uint32_t>(reader.info().samplerate);
    sound.channels = static_cast<std::uint32_t>(reader.info().channels);
    std::vector<Sample> block(kBlockFrames * sound.channels);
    for (sf_count_t frames = read_block(reader, block); frames > 0;
         frames = read_block(reader, block)) {
        const std::size_t count = static_cast<std::size_t>(frames) * sound.channels;
        if ((sound.values.size() + count) * sizeof(Sample) > kMaxDecodedBytes) {
            refuse_format(concat("the sound would take more than ", kMaxDecodedBytes, " bytes"));
        }
        sound.values.insert(sound.values.end(), block.begin(),
                            block.begin() + static_cast<std::ptrdiff_t>(count));
    }
    if (sf_error(reader.file()) != SF_ERR_NO_ERROR) {
        refuse_format(concat("damaged sound: ", sf_strerror(reader.file())));
    }
    // For other formats the header's count is an estimate or comes from the file's size.
    if (reader.is_of(SF_FORMAT_FLAC) && reader.knows_frames() &&
        sound.frames() != static_cast<std::uint64_t>(reader.info().frames)) {
        refuse_format(concat("truncated flac: expected ", reader.info().frames, " frames, got ",
                             sound.frames()));
    }
    return sound;
}

} // namespace

bool has_sound_library() noexcept {
    return true;
}

std::string encode_wav(const ArrayView& samples, std::uint32_t sample_rate) {
    check_samples(samples, sample_rate);
    return write_wav(samples, sample_rate);
}

std::optional<SoundInfo> probe_sound(std::span<const std::byte> data) {
    const SoundReader reader(data);
    if (!reader.is_open() || !reader.knows_frames()) {
        return std::nullopt;
    }
    const SF_INFO& info = reader.info();
    return SoundInfo{static_cast<std::uint64_t>(info.frames),
                     static_cast<std::uint32_t>(info.samplerate),
                     static_cast<std::uint32_t>(info.channels)};
}

template <class Sample>
AudioSamples<Sample> decode_sound(std::span<const std::byte> data) {
    return read_sound<Sample>(data);
}

#else

bool has_sound_library() noexcept {
    return false;
}

std::string encode_wav(const ArrayView& samples, std::uint32_t sample_rate) {
    check_samples(samples, sample_rate);
    throw Error(ErrorCode::Unsupported,
                "samples cannot be written as wav: this build was made without libsndfile");
}

std::optional<SoundInfo> probe_sound(std::span<const std::byte>) {
    return std::nullopt;
}

template <class Sample>
AudioSamples<Sample> decode_sound(std::span<const std::byte>) {
    throw Error(ErrorCode::Unsupported,
                "sound cannot be decoded: this build was made without libsndfile");
}

#endif

template AudioSamples<float> decode_sound(std::span<const std::byte> data);
template AudioSamples<std::int16_t> decode_sound(std::span<const std::byte> data);

} // namespace vitrine
