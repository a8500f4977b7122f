// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/value/value.hpp>

#include <functional>
#include <istream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine {

/// The names of a value type and the functions that restore it.
struct ValueType {
    std::string type;          ///< the `_type` in JSON: "image-file"
    std::string artifact_type; ///< part of file names: "image-file"; "" for types without one
    std::string class_name;    ///< for people: "Image"
    /// Restores a value; it must not return null. Called from many threads.
    std::function<std::shared_ptr<Value>(const Json&, std::shared_ptr<const ValueSource>)>
        from_json;
    /// Restores from the text of the JSON and the notes beside it, for types whose JSON may be too
    /// large for memory; empty for others. Reads to the end of the stream.
    std::function<std::shared_ptr<Value>(std::istream&, const Json& notes,
                                         std::shared_ptr<const ValueSource>)>
        read = {};
    /// The members of its JSON, at any depth, whose strings are paths of the value's files or
    /// folders: {"path"}. An empty list if a value has no files. Nothing if any string may be such
    /// a path: this is always safe, but then a caption that equals a path counts as one.
    ///
    /// Name every member. A file that only another member names is not kept for the versions that
    /// refer to the value, and is removed from a draft with other values.
    std::optional<std::vector<std::string>> file_members = {};

    /// Describes a class, as TypeRegistry::add does.
    template <class T>
    static ValueType of(std::string class_name);
};

/// Maps a `_type` to the functions that restore it. Nothing is global: each store and source has a
/// registry of its own. Artifact::get tries suffixes in the order of registration. Safe to read
/// from many threads; add needs exclusive access.
///
///     TypeRegistry types = builtin_types();
///     types.add<PointCloudLabel>("PointCloudLabel");
///     auto store = Store::open(path, {.types = types});
class VITRINE_EXPORT TypeRegistry {
public:
    /// Adds a type. Throws: AlreadyExists if the `_type` is registered; InvalidArgument if it is
    /// empty, or if from_json is.
    void add(ValueType type);

    /// Adds a class with `static constexpr std::string_view artifact_type` (which is also its
    /// `_type`) and `static T from_json(const Json&, std::shared_ptr<const ValueSource>)`. Uses its
    /// `static T read(std::istream&, const Json& notes, std::shared_ptr<const ValueSource>)` and
    /// its `file_members`, a `static constexpr` array or list of names, if there are such. Throws:
    /// as the other add.
    template <class T>
    void add(std::string class_name) {
        add(ValueType::of<T>(std::move(class_name)));
    }

    /// Returns the type of that `_type`, or null. Valid until the next add.
    const ValueType* find(std::string_view type) const;
    /// All types in order of registration. Valid until the next add.
    const std::vector<ValueType>& type_mapping() const& noexcept { return types_; }
    /// For a temporary, so that `for (... : builtin_types().type_mapping())` is safe.
    std::vector<ValueType> type_mapping() && noexcept { return std::move(types_); }

private:
    std::vector<ValueType> types_;
};

template <class T>
ValueType ValueType::of(std::string class_name) {
    ValueType type{std::string(T::artifact_type), std::string(T::artifact_type),
                   std::move(class_name),
                   [](const Json& json, std::shared_ptr<const ValueSource> source) {
                       return std::make_shared<T>(T::from_json(json, std::move(source)));
                   }};
    if constexpr (requires(std::istream & text, const Json& notes) {
                      T::read(text, notes, std::shared_ptr<const ValueSource>());
                  }) {
        type.read = [](std::istream& text, const Json& notes,
                       std::shared_ptr<const ValueSource> source) {
            return std::make_shared<T>(T::read(text, notes, std::move(source)));
        };
    }
    if constexpr (requires { T::file_members; }) {
        type.file_members.emplace(std::begin(T::file_members), std::end(T::file_members));
    }
    return type;
}

} // namespace vitrine
