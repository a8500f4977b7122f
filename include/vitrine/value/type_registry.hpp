// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/value/value.hpp>

#include <functional>
#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine {

/// How values of one type are named and restored.
struct ValueType {
    std::string type;          ///< the `_type` in JSON: "image-file"
    std::string artifact_type; ///< part of file names: "image-file"; "" for types without one
    std::string class_name;    ///< for people: "Image"
    std::function<std::shared_ptr<Value>(const Json&, std::shared_ptr<const ValueSource>)>
        from_json;
    /// The same from the text of the JSON and the notes beside it, for types whose JSON may be too
    /// large to be held; empty for others. Reads to the end of the stream.
    std::function<std::shared_ptr<Value>(std::istream&, const Json& notes,
                                         std::shared_ptr<const ValueSource>)>
        read = {};
};

/// `_type` -> how to restore it. A value of its own: stores and sources each have one, and
/// nothing is global. The order of registration is the order in which Artifact::get tries
/// suffixes.
///
///     TypeRegistry types = builtin_types();
///     types.add<PointCloudLabel>("PointCloudLabel");
///     auto store = Store::open(path, {.types = types});
class TypeRegistry {
public:
    /// Throws: AlreadyExists if the `_type` is there, InvalidArgument for an empty `_type`.
    void add(ValueType type);

    /// Adds a class with `static constexpr std::string_view artifact_type` (which is also its
    /// `_type`) and `static T from_json(const Json&, std::shared_ptr<const ValueSource>)`; also its
    /// `static T read(std::istream&, const Json& notes, std::shared_ptr<const ValueSource>)` if it
    /// has one.
    template <class T>
    void add(std::string class_name) {
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
        add(std::move(type));
    }

    /// Null for an unknown type.
    const ValueType* find(std::string_view type) const;
    /// All types in order of registration.
    const std::vector<ValueType>& type_mapping() const& noexcept { return types_; }
    /// So that `for (... : builtin_types().type_mapping())` is safe.
    std::vector<ValueType> type_mapping() && noexcept { return std::move(types_); }

private:
    std::vector<ValueType> types_;
};

} // namespace vitrine
