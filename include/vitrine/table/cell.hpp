// SPDX-License-Identifier: MIT
#pragma once

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

/// What stands in one place of a table, or is logged to a run under one key: nothing, a boolean, a
/// number, text, a value (an image, a sound, a table, ...), or a list or dictionary of these.
///
///     table.add_data({"slide 7", 0.93, image, nullptr});
///
/// A cheap handle; immutable.
class Cell {
public:
    using List = std::vector<Cell>;
    /// In insertion order; no key twice.
    using Dictionary = std::vector<std::pair<std::string, Cell>>;

    enum class Kind {
        none,
        boolean,
        integer, ///< of any size
        floating,
        string,
        list,
        dictionary,
        object, ///< see object()
        value,
    };

    Cell() noexcept = default;
    Cell(std::nullptr_t) noexcept {}
    Cell(bool boolean) : content_(Json(boolean)) {}
    template <std::integral Integer>
    Cell(Integer integer) : content_(Json(integer)) {}
    template <std::floating_point Float>
    Cell(Float number) : content_(Json(static_cast<double>(number))) {}
    Cell(std::string text) : content_(Json(std::move(text))) {}
    Cell(std::string_view text) : content_(Json(text)) {}
    Cell(const char* text) : content_(Json(text)) {}
    /// The same as JSON says: lists and dictionaries become those of cells.
    /// Throws: InvalidArgument for binary JSON that is no big integer.
    Cell(const Json& json);
    Cell(List items);
    /// A list of what makes cells: numbers, text, values, lists.
    template <class T>
    requires std::convertible_to<const T&, Cell> Cell(const std::vector<T>& items)
        : Cell(List(items.begin(), items.end())) {}
    /// Throws: InvalidArgument for a key that is there twice.
    Cell(Dictionary members);
    template <std::derived_from<Value> T>
    Cell(const T& value) : content_(std::make_shared<const T>(value)) {}
    /// Throws: InvalidArgument for a null pointer.
    Cell(std::shared_ptr<const Value> value);

    /// What Python holds as an object of a class that JSON does not know, and W&B writes as
    /// `json`: ("datetime", "2021-02-03T04:05:06"), ("int64", 5), ("ndarray", [1, 2]).
    static Cell object(std::string class_name, Json json);

    Kind kind() const noexcept;
    bool is_none() const noexcept { return kind() == Kind::none; }

    // Each of the following throws InvalidArgument, "expected ..., got ...", for another kind.

    bool boolean() const;
    /// Throws: InvalidArgument also beyond 64 bits.
    std::int64_t integer() const;
    /// An integer or float as the nearest double; infinite for an integer beyond all doubles.
    double number() const;
    const std::string& text() const;
    const List& items() const;
    const Dictionary& members() const;
    /// The member of a dictionary; null if it has none of that key.
    const Cell* find(std::string_view key) const;
    const std::string& class_name() const;
    const std::shared_ptr<const Value>& value() const;

    /// The value, if it is one of that type.
    template <class T>
    std::optional<T> as() const {
        if (kind() == Kind::value) {
            if (const T* typed = dynamic_cast<const T*>(value().get())) {
                return *typed;
            }
        }
        return std::nullopt;
    }

    /// The JSON of what holds no value, as W&B writes it.
    /// Throws: InvalidArgument for a value, or a list or dictionary with one in it.
    Json json() const;

    /// As Python compares: numbers by value (1 == 1.0 == true), NaN differs from itself, values by
    /// content, the members of a dictionary in any order.
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

/// "none", "boolean", "integer", "float", "string", "list", "dictionary", "object", "value".
std::string_view to_string(Cell::Kind kind) noexcept;

/// For messages: the JSON, cut where it is long, or "a value of type 'image-file'".
std::string describe(const Cell& cell);

} // namespace vitrine
