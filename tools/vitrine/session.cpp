// SPDX-License-Identifier: MIT
#include "session.hpp"

#include <vitrine/core/error.hpp>

#include "store_location.hpp"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <utility>

namespace vitrine::tool {

Session::Session(const GlobalOptions& options, std::stop_token stop)
    : options_(options), stop_(std::move(stop)),
      out_(options.json, !options.json && may_color(STDOUT_FILENO, options.no_color)),
      messages_(options.json, options.quiet, may_color(STDERR_FILENO, options.no_color)) {}

StoreOptions Session::store_options(Access access, const std::filesystem::path& location) {
    StoreOptions options;
    options.read_only = access == Access::read || (access == Access::write_if_possible &&
                                                   ::access(location.c_str(), W_OK) != 0);
    options.lock_timeout =
        std::chrono::milliseconds(static_cast<std::int64_t>(options_.lock_timeout * 1000));
    options.warn = [this](std::string_view text) { messages_.log(text); };
    return options;
}

std::optional<Store> Session::try_open_store(Access access) {
    const auto location = find_store(options_.store, options_.trust);
    if (!location) {
        return std::nullopt;
    }
    return Store::open(*location, store_options(access, *location));
}

std::filesystem::path Session::store_location() const {
    auto location = find_store(options_.store, options_.trust);
    if (!location) {
        throw Error(ErrorCode::NotAStore,
                    "no store: there is no '.vitrine' in '" +
                        std::filesystem::current_path().string() +
                        "' or above (make one with 'vitrine init', or say where it is with "
                        "--store or $VITRINE_STORE)");
    }
    return *std::move(location);
}

Store Session::open_store(Access access) {
    const std::filesystem::path location = store_location();
    return Store::open(location, store_options(access, location));
}

ProgressOptions Session::progress() {
    return {[this](const Progress& progress) { messages_.progress(progress); }, stop_};
}

void Session::check_stop() const {
    if (stop_.stop_requested()) {
        throw Error(ErrorCode::Cancelled, "interrupted");
    }
}

} // namespace vitrine::tool
