// SPDX-License-Identifier: MIT
#include "engine/store/write_lock.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/store/open_store.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace vitrine {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{1};
constexpr milliseconds kLongestPause{20};
constexpr milliseconds kSilence{1000}; ///< after which `warn` is called

} // namespace

FileLock wait_for_lock(const std::filesystem::path& path, milliseconds timeout,
                       const std::function<void(std::string_view)>& warn,
                       const std::stop_token& stop) {
    const auto start = Clock::now();
    milliseconds pause = kFirstPause;
    bool warned = false;
    for (;;) {
        if (auto lock = FileLock::try_take(path, FileLock::Mode::Exclusive)) {
            return std::move(*lock);
        }
        if (stop.stop_requested()) {
            throw Error(ErrorCode::Cancelled,
                        concat("cancelled while waiting for ", quoted(path.native())));
        }
        const auto waited = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
        if (waited >= timeout) {
            throw Error(ErrorCode::Locked, concat(quoted(path.native()),
                                                  " is locked by another "
                                                  "writer: gave up after ",
                                                  waited.count(), " ms"));
        }
        if (waited >= kSilence && !warned) {
            warned = true;
            if (warn) {
                warn(concat("waiting for another writer, which holds ", quoted(path.native())));
            }
        }
        std::this_thread::sleep_for(std::min(pause, timeout - waited));
        pause = std::min(pause * 2, kLongestPause);
    }
}

namespace {

FileLock take_write_lock(const OpenStore& store, const std::stop_token& stop) {
    store.require_writable();
    return wait_for_lock(store.layout.write_lock(), store.options.lock_timeout, store.options.warn,
                         stop);
}

} // namespace

WriteTransaction::WriteTransaction(OpenStore& store, const std::stop_token& stop)
    : store_(store), lock_(take_write_lock(store, stop)) {}

WriteTransaction::WriteTransaction(OpenStore& store, FileLock lock)
    : store_(store), lock_(std::move(lock)) {
    store.require_writable();
}

void WriteTransaction::begin_volatile() {
    transaction_.reset();
    transaction_.emplace(*store_.catalog, false);
}

void WriteTransaction::begin() {
    transaction_.reset();
    transaction_.emplace(*store_.catalog, store_.durable());
}

void WriteTransaction::commit() {
    transaction_->commit();
    transaction_.reset();
}

void WriteTransaction::fence() {
    begin();
    store_.catalog->raise_epoch();
    commit();
}

} // namespace vitrine
