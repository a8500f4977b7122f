// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/value/value.hpp>
#include <vitrine/value/value_sink.hpp>

#include "support/memory_source.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine::test {

/// A draft of an artifact in memory, for tests of values. It follows the rules that
/// ArtifactSink states.
class MemoryArtifact final : public ArtifactSink {
public:
    std::string add_media(const MediaFile& file, std::string_view folder) override {
        const std::string bytes = file.read();
        std::string path;
        switch (file.kind()) {
        case MediaFile::Kind::local:
            if (const auto known = local_.find(file.path()); known != local_.end()) {
                return known->second;
            }
            path = dialect().user_media_path(folder, file.sha256(), file.file_name());
            local_[file.path()] = path;
            break;
        case MediaFile::Kind::memory:
            path = dialect().made_media_path(folder, digests_of(bytes).md5, file.extension());
            break;
        case MediaFile::Kind::source:
            path = file.path();
            break;
        }
        put(path, bytes);
        return path;
    }

    AddedValue add_shared(const Value& value, std::string_view path) override {
        std::string place(path);
        if (const auto known = shared_.find(value.identity()); known != shared_.end()) {
            place = known->second;
        } else {
            const std::string bytes = render_json(value.to_json(*this));
            const auto taken = entries_.find(place);
            if (taken != entries_.end() && taken->second.bytes != bytes) {
                place = dialect().alternative_path(path, digests_of(bytes).md5);
            }
            put(place, bytes);
            shared_[value.identity()] = place;
        }
        return {place, digests_of(entries_[place].bytes).md5.base64()};
    }

    AddedValue add_value(const Value& value, std::string_view path) override {
        return add_shared(value, path);
    }

    AddedValue add_entry(const SourcePath& entry, std::string_view path) override {
        const auto value = entry.source->value(entry.path);
        if (!value) {
            throw Error(ErrorCode::Unsupported,
                        "a value of an unregistered type at '" + entry.path + "'");
        }
        return add_shared(*value, path);
    }

    bool contains(std::string_view path) const override { return entries_.contains(path); }

    void annotate(std::string_view key, Json note) override {
        notes_[std::string(key)] = std::move(note);
    }

    const Dialect& dialect() const noexcept override { return default_dialect(); }

    /// Like ArtifactBuilder::add; returns the JSON as to_json made it.
    Json add(const Value& value, std::string_view name) {
        notes_ = Json::object();
        Json json = value.to_json(*this);
        const std::string path = path_of(value, name);
        put(path, render_json(json));
        entries_[path].notes = std::exchange(notes_, Json::object());
        shared_[value.identity()] = path;
        return json;
    }

    /// The location of `value` when it is added under `name`.
    static std::string path_of(const Value& value, std::string_view name) {
        const TypeRegistry types = builtin_types();
        const ValueType* known = types.find(value.type());
        return vitrine::with_suffix(name, known != nullptr ? std::string_view(known->artifact_type)
                                                           : value.type());
    }

    std::shared_ptr<MemorySource> source(TypeRegistry types = builtin_types(),
                                         std::string name = "memory:v0") const {
        return MemorySource::make(entries_, std::move(types), std::move(name));
    }

    const MemoryEntries& entries() const { return entries_; }

private:
    void put(const std::string& path, const std::string& bytes) {
        const auto [entry, is_new] = entries_.try_emplace(path, MemoryEntry{bytes});
        if (!is_new && entry->second.bytes != bytes) {
            throw Error(ErrorCode::AlreadyExists, "cannot add the same path twice: '" + path + "'");
        }
    }

    MemoryEntries entries_;
    std::map<std::string, std::string, std::less<>> local_;
    std::map<std::uint64_t, std::string> shared_;
    Json notes_ = Json::object();
};

/// A run in memory. Its folder is empty, so the file of a bound value cannot be read again.
class MemoryRun final : public RunSink {
public:
    explicit MemoryRun(std::string id = "run") : id_(std::move(id)) {}

    std::string run_id() const override { return id_; }
    std::filesystem::path directory() const override { return "/nowhere"; }
    void put_file(const MediaFile& file, std::string_view path) override {
        files[std::string(path)] = file.read();
    }
    void add_singleton(std::string_view section, std::string_view key, Json value) override {
        config[std::string(section)][std::string(key)] = std::move(value);
    }
    void warn(std::string_view message) override { warnings.emplace_back(message); }

    std::map<std::string, std::string> files;
    Json config = Json::object();
    std::vector<std::string> warnings;

private:
    std::string id_;
};

} // namespace vitrine::test
