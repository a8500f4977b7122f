// SPDX-License-Identifier: MIT
#include <vitrine/core/entry_path.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/run/run.hpp>

#include "core/file_system.hpp"
#include "core/text.hpp"

#include <utility>
#include <vector>

namespace vitrine {

namespace {

void check_step(const Json& step) {
    if (step.is_null()) {
        throw Error(ErrorCode::InvalidArgument,
                    "media are logged with a step: a number, or 'summary'");
    }
}

} // namespace

Run::Run(std::filesystem::path directory, RunOptions options)
    : directory_(std::move(directory)), options_(std::move(options)), config_(Json::object()) {
    if (options_.id.empty()) {
        options_.id = random_name();
    }
    real_file_system()->create_directories(directory_);
}

void Run::put_file(const MediaFile& file, std::string_view path) {
    const std::filesystem::path target = directory_ / EntryPath(std::string(path)).place();
    const auto files = real_file_system();
    files->create_directories(target.parent_path());
    write_file_atomically(*files, target, file.read(), /*durable=*/false);
}

void Run::add_singleton(std::string_view section, std::string_view key, Json value) {
    Json entry = Json::object();
    entry["type"] = section;
    entry["key"] = key;
    entry["value"] = std::move(value);
    const std::lock_guard lock(mutex_);
    config_[std::string(section)][std::string(key)] = std::move(entry);
}

void Run::warn(std::string_view message) {
    if (options_.warn) {
        options_.warn(message);
    }
}

Json Run::config_wandb() const {
    const std::lock_guard lock(mutex_);
    return config_;
}

Json Run::val_to_json(const Json& key, const Media& value, const Json& step) {
    check_step(step);
    if (!value.is_bound()) {
        value.bind_to_run(*this, key, step);
    }
    return value.to_json(*this);
}

Json Run::val_to_json(const Json& key, std::span<const Image> images, const Json& step) {
    check_step(step);
    if (images.empty()) {
        return Json::array();
    }
    for (std::size_t i = 0; i < images.size() && i < Image::MAX_ITEMS; ++i) {
        // A list's JSON names no files: they are found by key, step and index. So, as in W&B, its
        // images are bound once more where they are bound already.
        images[i].bind_to_run(*this, key, step, i);
    }
    return Image::seq_to_json(images, *this, key, step);
}

Json Run::val_to_json(const Json& key, std::span<const std::shared_ptr<const Value>> values,
                      const Json& step) {
    check_step(step);
    std::vector<Image> images;
    Json list = Json::array();
    for (const auto& value : values) {
        if (!value) {
            throw Error(ErrorCode::InvalidArgument, "expected a value to log, got a null pointer");
        }
        if (const auto* image = dynamic_cast<const Image*>(value.get())) {
            images.push_back(*image);
        }
    }
    if (images.size() == values.size()) {
        return val_to_json(key, std::span<const Image>(images), step);
    }
    for (const auto& value : values) {
        const auto* media = dynamic_cast<const Media*>(value.get());
        list.push_back(media != nullptr ? val_to_json(key, *media, step) : value->to_json(*this));
    }
    return list;
}

Json Run::val_to_json(const Json& /*key*/, const Json& value, const Json& /*step*/) {
    return value;
}

} // namespace vitrine
