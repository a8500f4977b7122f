// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/table/cell.hpp>

#include "core/python.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace vitrine {

namespace {

bool is_integer(const Json& json) {
    return json.is_number_integer() || is_big_integer(json);
}

[[noreturn]] void throw_other_kind(std::string_view expected, Cell::Kind got) {
    throw Error(ErrorCode::InvalidArgument,
                concat("expected a cell with ", expected, ", got ", to_string(got)));
}

} // namespace

Cell::Cell(std::nullptr_t) noexcept {}

Cell::Cell(bool boolean) : content_(std::in_place_index<0>, boolean) {}

Cell::Cell(std::string text) : content_(std::in_place_index<0>, std::move(text)) {}

Cell::Cell(std::string_view text) : content_(std::in_place_index<0>, text) {}

Cell::Cell(const char* text) : content_(std::in_place_index<0>, text) {}

Cell::Cell(const Json& json) {
    if (json.is_array()) {
        List items(json.begin(), json.end());
        content_ = std::make_shared<const List>(std::move(items));
    } else if (json.is_object()) {
        Dictionary members;
        for (const auto& [key, value] : json.items()) {
            members.emplace_back(key, Cell(value));
        }
        content_ = std::make_shared<const Dictionary>(std::move(members));
    } else if (json.is_binary() && !is_big_integer(json)) {
        throw Error(ErrorCode::InvalidArgument, "a cell cannot hold binary JSON");
    } else {
        content_ = json;
    }
}

Cell::Cell(List items) : content_(std::make_shared<const List>(std::move(items))) {}

Cell::Cell(Dictionary members) {
    std::set<std::string_view> keys;
    for (const auto& member : members) {
        if (!keys.insert(member.first).second) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("two members have the key ", quoted(member.first)));
        }
    }
    content_ = std::make_shared<const Dictionary>(std::move(members));
}

Cell::Cell(std::shared_ptr<const Value> value) {
    if (!value) {
        throw Error(ErrorCode::InvalidArgument, "expected a value for a cell, got a null pointer");
    }
    content_ = std::move(value);
}

Cell Cell::object(std::string class_name, Json json) {
    Cell cell;
    cell.content_ = std::make_shared<const Object>(Object{std::move(class_name), std::move(json)});
    return cell;
}

Cell::Kind Cell::kind() const noexcept {
    switch (content_.index()) {
    case 1:
        return Kind::list;
    case 2:
        return Kind::dictionary;
    case 3:
        return Kind::object;
    case 4:
        return Kind::value;
    default:
        break;
    }
    const Json& json = std::get<Json>(content_);
    if (json.is_boolean()) {
        return Kind::boolean;
    }
    if (json.is_number_float()) {
        return Kind::floating;
    }
    if (json.is_string()) {
        return Kind::string;
    }
    return is_integer(json) ? Kind::integer : Kind::none;
}

const Json& Cell::scalar(bool is_wanted, std::string_view expected) const {
    if (!is_wanted) {
        throw_other_kind(expected, kind());
    }
    return std::get<Json>(content_);
}

bool Cell::boolean() const {
    return scalar(kind() == Kind::boolean, "a boolean").get<bool>();
}

std::int64_t Cell::integer() const {
    const Json& json = scalar(kind() == Kind::integer, "an integer");
    if (is_big_integer(json) ||
        (json.is_number_unsigned() && !std::in_range<std::int64_t>(json.get<std::uint64_t>()))) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected an integer of 64 bits, got ", integer_text(json)));
    }
    return json.get<std::int64_t>();
}

double Cell::number() const {
    const Json& json = scalar(kind() == Kind::integer || kind() == Kind::floating, "a number");
    return is_big_integer(json) ? std::strtod(integer_text(json).c_str(), nullptr)
                                : json.get<double>();
}

const std::string& Cell::text() const {
    return scalar(kind() == Kind::string, "text").get_ref<const std::string&>();
}

const Cell::List& Cell::items() const {
    if (kind() != Kind::list) {
        throw_other_kind("a list", kind());
    }
    return *std::get<std::shared_ptr<const List>>(content_);
}

const Cell::Dictionary& Cell::members() const {
    if (kind() != Kind::dictionary) {
        throw_other_kind("a dictionary", kind());
    }
    return *std::get<std::shared_ptr<const Dictionary>>(content_);
}

const Cell* Cell::find(std::string_view key) const {
    const Dictionary& all = members();
    const auto found = std::ranges::find(all, key, &Dictionary::value_type::first);
    return found == all.end() ? nullptr : &found->second;
}

const std::string& Cell::class_name() const {
    if (kind() != Kind::object) {
        throw_other_kind("an object", kind());
    }
    return std::get<std::shared_ptr<const Object>>(content_)->class_name;
}

const std::shared_ptr<const Value>& Cell::value() const {
    if (kind() != Kind::value) {
        throw_other_kind("a value", kind());
    }
    return std::get<std::shared_ptr<const Value>>(content_);
}

Json Cell::json() const {
    switch (kind()) {
    case Kind::list: {
        Json array = Json::array();
        for (const Cell& item : items()) {
            array.push_back(item.json());
        }
        return array;
    }
    case Kind::dictionary: {
        Json object = Json::object();
        for (const auto& [key, member] : members()) {
            object[key] = member.json();
        }
        return object;
    }
    case Kind::object:
        return std::get<std::shared_ptr<const Object>>(content_)->json;
    case Kind::value:
        throw Error(ErrorCode::InvalidArgument, concat("a value of type ", quoted(value()->type()),
                                                       " has no JSON without a sink"));
    case Kind::none:
    case Kind::boolean:
    case Kind::integer:
    case Kind::floating:
    case Kind::string:
        break;
    }
    return std::get<Json>(content_);
}

bool Cell::equals(const Cell& other) const {
    if (content_.index() != other.content_.index()) {
        return false;
    }
    switch (kind()) {
    case Kind::list:
        return items() == other.items();
    case Kind::dictionary:
        return members().size() == other.members().size() &&
               std::ranges::all_of(members(), [&](const auto& member) {
                   const Cell* same = other.find(member.first);
                   return same != nullptr && member.second == *same;
               });
    case Kind::object:
        return class_name() == other.class_name() && json() == other.json();
    case Kind::value:
        return *value() == *other.value();
    case Kind::none:
    case Kind::boolean:
    case Kind::integer:
    case Kind::floating:
    case Kind::string:
        break;
    }
    return equal_scalars(std::get<Json>(content_), std::get<Json>(other.content_));
}

std::string_view to_string(Cell::Kind kind) noexcept {
    switch (kind) {
    case Cell::Kind::none:
        return "none";
    case Cell::Kind::boolean:
        return "boolean";
    case Cell::Kind::integer:
        return "integer";
    case Cell::Kind::floating:
        return "float";
    case Cell::Kind::string:
        return "string";
    case Cell::Kind::list:
        return "list";
    case Cell::Kind::dictionary:
        return "dictionary";
    case Cell::Kind::object:
        return "object";
    case Cell::Kind::value:
        return "value";
    }
    return "unknown";
}

std::string describe(const Cell& cell) {
    constexpr std::size_t kMaxBytes = 100;
    if (cell.kind() == Cell::Kind::value) {
        return concat("a value of type ", quoted(cell.value()->type()));
    }
    if (cell.kind() == Cell::Kind::list) {
        return concat("a list of ", cell.items().size());
    }
    if (cell.kind() == Cell::Kind::dictionary) {
        return concat("a dictionary of ", cell.members().size());
    }
    const std::string text = cell.json().dump(-1, ' ', true, Json::error_handler_t::replace);
    return text.size() > kMaxBytes ? text.substr(0, kMaxBytes) + "..." : text;
}

} // namespace vitrine
