// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/value/value.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vitrine {

/// The content of one cell of a table, or what is logged to a run under one key: nothing, a
/// boolean, a number, text, a value (an image, a sound, a table, ...), or a list or dictionary of
/// these.
///
///     table.add_data({"slide 7", 0.93, image, nullptr});
///
/// A cheap handle; immutable; safe to read from many threads.
class VITRINE_EXPORT Cell {
public:
    /// The cells of a list.
    using List = std::vector<Cell>;
    /// The members of a dictionary in insertion order; no key twice.
    using Dictionary = std::vector<std::pair<std::string, Cell>>;

    /// What a cell holds.
    enum class Kind {
        none, ///< nothing (Python's None, JSON null)
        boolean,
        integer, ///< of any size, also beyond 64 bits
        floating,
        string,
        list,
        dictionary,
        object, ///< of a class that JSON does not have; see object()
        value,
    };

    /// None.
    Cell() noexcept = default;
    Cell(std::nullptr_t) noexcept;
    /// A boolean.
    Cell(bool boolean);
    /// An integer.
    template <std::integral Integer>
    Cell(Integer integer) : content_(std::in_place_index<0>, integer) {}
    /// A float.
    template <std::floating_point Float>
    Cell(Float number) : content_(std::in_place_index<0>, static_cast<double>(number)) {}
    /// Text, which should be UTF-8: other text cannot be written.
    Cell(std::string text);
    Cell(std::string_view text);
    Cell(const char* text);
    /// Converts JSON: arrays become lists of cells, objects become dictionaries.
    /// Throws: InvalidArgument for binary JSON that is not a big integer. Inverse: json.
    Cell(const Json& json);
    /// A list.
    Cell(List items);
    /// A list of anything that converts to cells: numbers, text, values, lists.
    template <class T>
    requires std::convertible_to<const T&, Cell> Cell(const std::vector<T>& items)
        : Cell(List(items.begin(), items.end())) {}
    /// A dictionary. Throws: InvalidArgument for a key that appears twice.
    Cell(Dictionary members);
    /// A copy of a value; the copy shares the value's body.
    template <std::derived_from<Value> T>
    Cell(const T& value) : Cell(std::shared_ptr<const Value>(std::make_shared<const T>(value))) {}
    /// A value, which the cell shares. Throws: InvalidArgument for a null pointer.
    Cell(std::shared_ptr<const Value> value);

    /// An object of a Python class that JSON does not have, with the JSON that W&B writes for it:
    /// ("datetime", "2021-02-03T04:05:06"), ("int64", 5), ("ndarray", [1, 2]).
    static Cell object(std::string class_name, Json json);

    /// What this cell holds.
    Kind kind() const noexcept;
    /// Whether this cell holds nothing.
    bool is_none() const noexcept { return kind() == Kind::none; }

    // Each accessor wants one kind. For another kind it throws InvalidArgument, "expected a cell
    // with ..., got ...". References and pointers are valid while a copy of this cell lives and no
    // other cell is assigned to it.

    /// The truth value of a boolean. Throws: InvalidArgument for another kind.
    bool boolean() const;
    /// The integer. Throws: InvalidArgument for another kind, or an integer beyond 64 bits.
    std::int64_t integer() const;
    /// An integer or float as the nearest double; infinite for an integer that is larger than every
    /// double. Throws: InvalidArgument for another kind.
    double number() const;
    /// The text of a string, in UTF-8. Throws: InvalidArgument for another kind.
    const std::string& text() const;
    /// The cells of a list. Throws: InvalidArgument for another kind.
    const List& items() const;
    /// The members of a dictionary, in insertion order. Throws: InvalidArgument for another kind.
    const Dictionary& members() const;
    /// The member of a dictionary with that key, or null. Throws: InvalidArgument for another kind.
    const Cell* find(std::string_view key) const;
    /// The class of an object, as given to object(). Throws: InvalidArgument for another kind.
    const std::string& class_name() const;
    /// The value; never null. Throws: InvalidArgument for another kind.
    const std::shared_ptr<const Value>& value() const;

    /// The value, if this is a value of type T; else nothing. Does not throw for another kind.
    template <class T>
    std::optional<T> as() const {
        if (kind() == Kind::value) {
            if (const T* typed = dynamic_cast<const T*>(value().get())) {
                return *typed;
            }
        }
        return std::nullopt;
    }

    /// The JSON of the cell, as W&B writes it.
    /// Throws: InvalidArgument for a value, or a list or dictionary that contains one.
    Json json() const;

    /// Compares as Python does: numbers by value (1 == 1.0 == true); NaN differs from itself;
    /// values by content (see Value::equals); dictionaries in any order of their members. Throws:
    /// what Value::equals throws.
    friend bool operator==(const Cell& a, const Cell& b) { return a.equals(b); }

private:
    struct Object {
        std::string class_name;
        Json json;
    };
    bool equals(const Cell& other) const;
    const Json& scalar(bool is_wanted, std::string_view expected) const;

    /// Json: null and scalars alone.
    std::variant<Json, std::shared_ptr<const List>, std::shared_ptr<const Dictionary>,
                 std::shared_ptr<const Object>, std::shared_ptr<const Value>>
        content_;
};

/// The name of a kind: "none", "boolean", "integer", "float", "string", "list", "dictionary",
/// "object", "value".
VITRINE_EXPORT std::string_view to_string(Cell::Kind kind) noexcept;

/// A text for messages: the JSON, shortened to 100 bytes if it is longer; "a value of type
/// 'image-file'"; "a list of 3"; "a dictionary of 2".
VITRINE_EXPORT std::string describe(const Cell& cell);

} // namespace vitrine
