// SPDX-License-Identifier: MIT
#include "core/md5_multibuffer.hpp"

#include "core/thread_sanitizer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <numeric>
#include <utility>

// One body for each kind of vectors, chosen when the program starts. On other platforms there is
// only the compiler's default; also with ThreadSanitizer, which instruments the function that
// chooses a body, although that is called before the sanitizer has started.
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(VITRINE_THREAD_SANITIZER)
#define VITRINE_VECTOR_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VITRINE_VECTOR_CLONES
#endif

namespace vitrine {

namespace {

constexpr std::size_t kLanes = 16;
constexpr std::size_t kBlockBytes = 64;
constexpr std::size_t kWords = 16; ///< of four bytes, in a block
constexpr std::size_t kLengthBytes = 8;

using Vector = std::uint32_t __attribute__((vector_size(sizeof(std::uint32_t) * kLanes)));

/// The state of RFC 1321 for all lanes.
struct State {
    Vector a{};
    Vector b{};
    Vector c{};
    Vector d{};
};

/// Where each lane reads.
using ReadPositions = std::array<const std::byte*, kLanes>;

/// floor(2^32 * abs(sin(i + 1))): the table T of RFC 1321.
constexpr std::array<std::uint32_t, 64> kSines = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};

// Vectors go by reference and all is inlined: how they are passed depends on the processor.
#define VITRINE_INLINE __attribute__((always_inline)) inline

struct F {
    static VITRINE_INLINE void mix(Vector& out, const Vector& x, const Vector& y, const Vector& z) {
        out = z ^ (x & (y ^ z));
    }
};
struct G {
    static VITRINE_INLINE void mix(Vector& out, const Vector& x, const Vector& y, const Vector& z) {
        out = y ^ (z & (x ^ y));
    }
};
struct H {
    static VITRINE_INLINE void mix(Vector& out, const Vector& x, const Vector& y, const Vector& z) {
        out = x ^ y ^ z;
    }
};
struct I {
    static VITRINE_INLINE void mix(Vector& out, const Vector& x, const Vector& y, const Vector& z) {
        out = y ^ (x | ~z);
    }
};

template <class Function>
VITRINE_INLINE void step(Vector& a, const Vector& b, const Vector& c, const Vector& d,
                         const Vector& word, std::uint32_t sine, int shift) {
    Vector mixed;
    Function::mix(mixed, b, c, d);
    a += mixed + word + sine;
    a = b + ((a << shift) | (a >> (32 - shift)));
}

/// One of the four rounds: which word comes at each step, and how far it is turned.
struct Round {
    std::size_t sines; ///< the first
    std::size_t first;
    std::size_t stride;
    std::array<int, 4> shifts;

    constexpr std::size_t word(std::size_t i) const { return (first + stride * i) % kWords; }
};

template <class Function>
VITRINE_INLINE void run(const Round& round, State& s, const std::array<Vector, kWords>& words) {
    const auto& [s0, s1, s2, s3] = round.shifts;
    const std::uint32_t* sines = kSines.data() + round.sines;
#pragma GCC unroll 4
    for (std::size_t i = 0; i < kWords; i += 4) {
        step<Function>(s.a, s.b, s.c, s.d, words[round.word(i)], sines[i], s0);
        step<Function>(s.d, s.a, s.b, s.c, words[round.word(i + 1)], sines[i + 1], s1);
        step<Function>(s.c, s.d, s.a, s.b, words[round.word(i + 2)], sines[i + 2], s2);
        step<Function>(s.b, s.c, s.d, s.a, words[round.word(i + 3)], sines[i + 3], s3);
    }
}

VITRINE_INLINE std::uint32_t load_u32(const std::byte* bytes) {
    return std::to_integer<std::uint32_t>(bytes[0]) |
           std::to_integer<std::uint32_t>(bytes[1]) << 8U |
           std::to_integer<std::uint32_t>(bytes[2]) << 16U |
           std::to_integer<std::uint32_t>(bytes[3]) << 24U;
}

VITRINE_INLINE void load_block(std::array<Vector, kWords>& words, const ReadPositions& positions,
                               std::size_t offset) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const std::byte* block = positions[lane] + offset;
        for (std::size_t i = 0; i < kWords; ++i) {
            words[i][lane] = load_u32(block + i * sizeof(std::uint32_t));
        }
    }
}

VITRINE_VECTOR_CLONES
void advance(State& state, const ReadPositions& positions, std::size_t blocks) {
    State s = state;
    for (std::size_t block = 0; block < blocks; ++block) {
        std::array<Vector, kWords> words;
        load_block(words, positions, block * kBlockBytes);
        const State before = s;
        run<F>({0, 0, 1, {7, 12, 17, 22}}, s, words);
        run<G>({16, 1, 5, {5, 9, 14, 20}}, s, words);
        run<H>({32, 5, 3, {4, 11, 16, 23}}, s, words);
        run<I>({48, 0, 7, {6, 10, 15, 21}}, s, words);
        s.a += before.a;
        s.b += before.b;
        s.c += before.c;
        s.d += before.d;
    }
    state = s;
}

/// The input of a lane: the whole blocks of a string, then the blocks that end it.
struct Lane {
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    std::size_t input = kNone;
    std::size_t blocks = 0; ///< left at the position where it reads
    std::size_t end_blocks = 0;
    std::array<std::byte, 2 * kBlockBytes> end{};
};

/// Hands the strings to the lanes, the longest first, so that all lanes end at about the same time.
class Schedule {
public:
    explicit Schedule(std::span<const std::span<const std::byte>> inputs)
        : inputs_(inputs), order_(inputs.size()), digests_(inputs.size()) {
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        std::ranges::stable_sort(order_, std::ranges::greater(),
                                 [&](std::size_t i) { return inputs_[i].size(); });
    }

    std::vector<Md5> run() {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            take_next(lane);
        }
        while (const std::size_t blocks = next_blocks()) {
            advance(state_, positions_, blocks);
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                pass(lane, blocks);
            }
        }
        return std::move(digests_);
    }

private:
    /// How many blocks all busy lanes can do before one of them comes to an end; 0 if none is busy.
    std::size_t next_blocks() const {
        std::size_t blocks = 0;
        for (const Lane& lane : lanes_) {
            if (lane.input != Lane::kNone) {
                blocks = blocks == 0 ? lane.blocks : std::min(blocks, lane.blocks);
            }
        }
        // An idle lane reads the same block of zeros again and again.
        const bool all_busy = std::ranges::none_of(
            lanes_, [](const Lane& lane) { return lane.input == Lane::kNone; });
        return all_busy ? blocks : std::min(blocks, kIdleBlocks);
    }

    void pass(std::size_t index, std::size_t blocks) {
        Lane& lane = lanes_[index];
        if (lane.input == Lane::kNone) {
            return;
        }
        positions_[index] += blocks * kBlockBytes;
        lane.blocks -= blocks;
        if (lane.blocks == 0 && lane.end_blocks > 0) {
            positions_[index] = lane.end.data();
            lane.blocks = std::exchange(lane.end_blocks, 0);
        } else if (lane.blocks == 0) {
            keep_digest(index);
            take_next(index);
        }
    }

    void take_next(std::size_t index) {
        Lane& lane = lanes_[index];
        if (next_ == order_.size()) {
            lane.input = Lane::kNone;
            positions_[index] = kIdle.data();
            return;
        }
        lane.input = order_[next_++];
        begin(lane, index, inputs_[lane.input]);
    }

    void begin(Lane& lane, std::size_t index, std::span<const std::byte> bytes) {
        state_.a[index] = 0x67452301;
        state_.b[index] = 0xefcdab89;
        state_.c[index] = 0x98badcfe;
        state_.d[index] = 0x10325476;
        lane.blocks = bytes.size() / kBlockBytes;
        prepare_end(lane, bytes);
        positions_[index] = bytes.data();
        if (lane.blocks == 0) {
            positions_[index] = lane.end.data();
            lane.blocks = std::exchange(lane.end_blocks, 0);
        }
    }

    /// The rest of the bytes, a one bit, zeros, and the length in bits.
    static void prepare_end(Lane& lane, std::span<const std::byte> bytes) {
        const auto rest = bytes.subspan(lane.blocks * kBlockBytes);
        lane.end.fill(std::byte{0});
        std::ranges::copy(rest, lane.end.begin());
        lane.end[rest.size()] = std::byte{0x80};
        lane.end_blocks = rest.size() + 1 + kLengthBytes > kBlockBytes ? 2 : 1;
        std::byte* length = lane.end.data() + lane.end_blocks * kBlockBytes - kLengthBytes;
        for (std::size_t i = 0; i < kLengthBytes; ++i) {
            length[i] = static_cast<std::byte>(std::uint64_t{bytes.size()} * 8 >> (8 * i));
        }
    }

    void keep_digest(std::size_t index) {
        const std::array<std::uint32_t, 4> words = {state_.a[index], state_.b[index],
                                                    state_.c[index], state_.d[index]};
        Md5& digest = digests_[lanes_[index].input];
        for (std::size_t i = 0; i < digest.bytes.size(); ++i) {
            digest.bytes[i] = static_cast<std::uint8_t>(words[i / 4] >> (8 * (i % 4)));
        }
    }

    static constexpr std::size_t kIdleBlocks = 64;
    static constexpr std::array<std::byte, kIdleBlocks * kBlockBytes> kIdle{};

    std::span<const std::span<const std::byte>> inputs_;
    std::vector<std::size_t> order_;
    std::size_t next_ = 0;
    std::vector<Md5> digests_;
    State state_;
    ReadPositions positions_{};
    std::array<Lane, kLanes> lanes_;
};

} // namespace

std::vector<Md5> md5_of_each(std::span<const std::span<const std::byte>> inputs) {
    return Schedule(inputs).run();
}

} // namespace vitrine
