// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/value/value.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// The id of a class and its name.
struct ClassLabel {
    std::int64_t id = 0; ///< by which boxes and masks refer to the class
    std::string name;    ///< for people

    bool operator==(const ClassLabel&) const = default;
};

/// The classes to which boxes and masks refer by id. Immutable; a cheap handle; safe to use from
/// many threads.
///
/// In artifacts: {"_type": "classes", "class_set": [{"id": 1, "name": "tree"}, ...]}; any further
/// keys of a class ("color") are kept. Source: wandb/data_types.py, Classes.
class VITRINE_EXPORT Classes : public Value {
public:
    static constexpr std::string_view artifact_type = "classes";

    /// W&B's list: each an object with at least "id" and "name" (of any kind).
    /// Throws: InvalidArgument for another list, or JSON that is not a list.
    explicit Classes(const Json& class_set);
    /// Classes({{1, "tree"}, {2, "car"}})
    Classes(std::initializer_list<ClassLabel> labels);
    /// The same for labels in memory. Ids may repeat.
    explicit Classes(const std::vector<ClassLabel>& labels);

    std::string_view type() const override { return artifact_type; }
    std::string_view class_name() const override { return "Classes"; }
    /// The list as it was given. Valid while a copy of this handle lives.
    const Json& class_set() const noexcept { return *class_set_; }
    /// The number of classes.
    std::size_t size() const noexcept;
    /// The classes that have a 64-bit integer id and a name that is text, in order.
    std::vector<ClassLabel> labels() const;
    /// The name of the first class with that id, or nothing.
    std::optional<std::string> name_of(std::int64_t id) const;

    /// Throws: InvalidArgument for a run, which cannot hold classes alone (as W&B).
    Json to_json(ValueSink& sink) const override;
    /// The JSON, which is the same for every sink.
    Json to_json() const;
    /// Inverse of to_json. Throws: InvalidFormat that names the member.
    static Classes from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Whether the lists are equal; the members of a class may be in any order.
    /// Throws: InvalidArgument for text that is not UTF-8.
    bool equals(const Value& other) const override;

private:
    std::shared_ptr<const Json> class_set_;
};

} // namespace vitrine
