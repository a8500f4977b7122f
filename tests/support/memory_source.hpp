// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/value/type_registry.hpp>
#include <vitrine/value/value.hpp>
#include <vitrine/value/value_source.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine::test {

/// A file of an artifact in memory, and its notes.
struct MemoryEntry {
    std::string bytes;
    Json notes = Json::object();
};
using MemoryEntries = std::map<std::string, MemoryEntry, std::less<>>;

/// An artifact in memory, for tests of values.
class MemorySource final : public ValueSource {
public:
    static std::shared_ptr<MemorySource> make(MemoryEntries entries,
                                              TypeRegistry types = builtin_types(),
                                              std::string name = "memory:v0") {
        return std::make_shared<MemorySource>(std::move(entries), std::move(types),
                                              std::move(name));
    }

    MemorySource(MemoryEntries entries, TypeRegistry types, std::string name)
        : entries_(std::move(entries)), types_(std::move(types)), name_(std::move(name)) {}

    std::string name() const override { return name_; }
    std::string id() const override { return "id of " + name_; }
    const TypeRegistry& types() const override { return types_; }

    SourceFile file(std::string_view path) const override {
        const MemoryEntry& found = entry(path);
        const Digests digests = digests_of(found.bytes);
        return {std::string(path), digests.size, digests.sha256, digests.md5.base64(),
                shared_from_this()};
    }

    std::vector<std::string> files_below(std::string_view folder) const override {
        std::vector<std::string> paths;
        const std::string prefix = std::string(folder) + "/";
        for (const auto& [path, entry] : entries_) {
            if (path.starts_with(prefix)) {
                paths.push_back(path);
            }
        }
        return paths;
    }

    std::string read(std::string_view path) const override {
        ++reads_;
        return entry(path).bytes;
    }

    std::optional<std::filesystem::path> local_path(std::string_view path) const override {
        entry(path);
        return std::nullopt;
    }

    std::shared_ptr<const Value> value(std::string_view path) const override {
        return value_named(path, path);
    }

    /// Like Artifact::get: finds the exact path, else the name with the suffix of each type in
    /// turn.
    std::shared_ptr<const Value> get(std::string_view name) const {
        if (entries_.contains(name)) {
            return value_named(name, name);
        }
        for (const ValueType& type : types_.type_mapping()) {
            if (type.artifact_type.empty()) {
                continue;
            }
            const std::string path = with_suffix(name, type.artifact_type);
            if (entries_.contains(path)) {
                return value_named(path, name);
            }
        }
        return nullptr;
    }

    const MemoryEntries& entries() const { return entries_; }
    /// The number of reads.
    int reads() const { return reads_; }

private:
    const MemoryEntry& entry(std::string_view path) const {
        const auto found = entries_.find(path);
        if (found == entries_.end()) {
            throw Error(ErrorCode::NotFound,
                        "no file '" + std::string(path) + "' in '" + name_ + "'");
        }
        return found->second;
    }

    std::shared_ptr<const Value> value_named(std::string_view path, std::string_view name) const {
        const MemoryEntry& found = entry(path);
        const Json json = parse_json(found.bytes);
        std::string type;
        for (const ValueType& known : types_.type_mapping()) {
            // The JSON of some values is a list, which has no '_type'.
            if (!json.is_object() && !known.artifact_type.empty() &&
                path.ends_with(known.artifact_type + ".json")) {
                type = known.type;
            }
        }
        return restore_value(with_annotations(json, found.notes), shared_from_this(),
                             std::string(name), type);
    }

    MemoryEntries entries_;
    TypeRegistry types_;
    std::string name_;
    mutable int reads_ = 0;
};

} // namespace vitrine::test
