// SPDX-License-Identifier: MIT
#include "engine/store/stat_key.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "core/throw_errno.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace vitrine {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
/// The clock of file times ticks at least every 10 ms.
constexpr std::int64_t kGrain = 10'000'000;
/// For file systems that store times in units of one or two seconds.
constexpr std::int64_t kCoarseGrain = 2 * kSecond;

std::int64_t nanoseconds(const timespec& time) {
    return static_cast<std::int64_t>(time.tv_sec) * kSecond + time.tv_nsec;
}

StatKey key_of(const struct stat& status, const std::filesystem::path& path) {
    if (!S_ISREG(status.st_mode)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("path is not a file: ", quoted(path.native())));
    }
    return stat_key(status);
}

} // namespace

StatKey stat_key(const struct stat& status) {
    return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino),
            static_cast<std::uint64_t>(status.st_size), nanoseconds(status.st_mtim),
            nanoseconds(status.st_ctim)};
}

StatKey stat_key(const FileDescriptor& file, const std::filesystem::path& path) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) {
        throw_errno("read", path);
    }
    return key_of(status, path);
}

std::optional<StatKey> stat_key(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) {
        return key_of(status, path);
    }
    if (errno == ENOENT || errno == ENOTDIR) {
        return std::nullopt;
    }
    throw_errno("read", path);
}

std::optional<StatKey> stat_key(const FileDescriptor& folder, const std::string& file,
                                const std::filesystem::path& folder_path) {
    struct stat status {};
    if (::fstatat(folder.get(), file.c_str(), &status, 0) == 0 && S_ISREG(status.st_mode)) {
        return stat_key(status); // No path is needed without an error, and folders have many files.
    }
    return stat_key(folder_path / file);
}

std::int64_t clock_now_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return nanoseconds(now);
}

bool is_settled(const StatKey& key, std::int64_t start_ns) {
    const bool coarse = key.mtime_ns % kSecond == 0 && key.ctime_ns % kSecond == 0;
    const std::int64_t grain = coarse ? kCoarseGrain : kGrain;
    return std::max(key.mtime_ns, key.ctime_ns) < start_ns - grain;
}

} // namespace vitrine
