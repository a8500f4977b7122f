// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/media/media.hpp>
#include <vitrine/value/value_sink.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace vitrine {

struct RunOptions {
    /// "" draws 32 hex digits.
    std::string id = "";
    /// Told of what is left out or looks wrong; may be called from any thread. Nobody if empty.
    std::function<void(std::string_view)> warn = {};
};

/// A folder that media are logged to, step by step. All members may be called from many threads.
class Run : public RunSink {
public:
    /// Makes the folder where it is missing. Throws: IoError.
    explicit Run(std::filesystem::path directory, RunOptions options = {});

    std::string run_id() const override { return options_.id; }
    std::filesystem::path directory() const override { return directory_; }
    /// Either the whole file lies there or what was there before.
    void put_file(const MediaFile& file, std::string_view path) override;
    void add_singleton(std::string_view section, std::string_view key, Json value) override;
    void warn(std::string_view message) override;

    /// What the run's config holds under `_wandb`: section -> key -> {"type", "key", "value"}.
    Json config_wandb() const;

    /// Binds a media value under `key`, unless it is bound, and gives its JSON for the history.
    /// Throws: InvalidArgument for a null step; what Media::bind_to_run and to_json throw.
    Json val_to_json(const Json& key, const Media& value, const Json& step);
    /// The same for a list of images: each is bound with its index as id, also where it is bound
    /// (the list's JSON names no files, which are found by key, step and index); MAX_ITEMS at most,
    /// and a warning for more or for different sizes. An empty list gives [].
    Json val_to_json(const Json& key, std::span<const Image> images, const Json& step);
    /// A list of values of any kinds: images alone as above, else each for itself.
    /// Throws: InvalidArgument for a null pointer.
    Json val_to_json(const Json& key, std::span<const std::shared_ptr<const Value>> values,
                     const Json& step);
    /// Other JSON stays as it is.
    Json val_to_json(const Json& key, const Json& value, const Json& step);

private:
    std::filesystem::path directory_;
    RunOptions options_;
    mutable std::mutex mutex_; ///< guards config_
    Json config_;
};

} // namespace vitrine
