// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/table/column_type.hpp>

#include "core/python.hpp"
#include "core/text.hpp"
#include "table/column_type_node.hpp"
#include "table/column_type_values.hpp"

#include <algorithm>

namespace vitrine {

namespace {

/// Describes an element of a list, for a message.
std::string element_text(const Cell& cell) {
    switch (cell.kind()) {
    case Cell::Kind::value:
        return concat("a value of class ", cell.value()->class_name());
    case Cell::Kind::object:
        return concat("an object of class ", cell.class_name());
    case Cell::Kind::list:
        return "a list";
    case Cell::Kind::dictionary:
        return "a dictionary";
    case Cell::Kind::none:
    case Cell::Kind::boolean:
    case Cell::Kind::integer:
    case Cell::Kind::floating:
    case Cell::Kind::string:
        break;
    }
    return quoted(python_repr(cell.json()));
}

ColumnType type_of_list(const Cell::List& items) {
    ColumnType element = std::ranges::any_of(items, &Cell::is_none)
                             ? ColumnType::optional(ColumnType::unknown())
                             : ColumnType::unknown();
    for (std::size_t index = 0; index < items.size(); ++index) {
        ColumnType wider = element.assign(items[index]);
        if (wider.is_invalid()) {
            throw Error(ErrorCode::InvalidArgument,
                        concat("the elements of a list have different types: expected ",
                               element.repr(), ", got ", element_text(items[index]), " as element ",
                               index));
        }
        element = std::move(wider);
    }
    return ColumnType::list(std::move(element));
}

ColumnType type_of_dictionary(const Cell::Dictionary& cells) {
    ColumnType::Members members;
    members.reserve(cells.size());
    for (const auto& [key, cell] : cells) {
        members.emplace_back(key, ColumnType::of(cell));
    }
    return ColumnType::dictionary(std::move(members));
}

} // namespace

ColumnType ColumnType::of(const Cell& cell) {
    switch (cell.kind()) {
    case Cell::Kind::none:
        return none();
    case Cell::Kind::boolean:
        return boolean();
    case Cell::Kind::integer:
    case Cell::Kind::floating:
        return number();
    case Cell::Kind::string:
        return string();
    case Cell::Kind::list:
        return type_of_list(cell.items());
    case Cell::Kind::dictionary:
        return type_of_dictionary(cell.members());
    case Cell::Kind::object:
        return object(cell.class_name());
    case Cell::Kind::value:
        break;
    }
    return type_of_value(*cell.value());
}

ColumnType ColumnType::optional(ColumnType type) {
    return union_of({none(), std::move(type)});
}

std::string_view ColumnType::name() const noexcept {
    return node_->name();
}

bool ColumnType::is_invalid() const noexcept {
    return node_ == invalid().node_;
}

const ColumnType::Members* ColumnType::members() const noexcept {
    return node_->members();
}

ColumnType ColumnType::assign(const Cell& cell) const {
    switch (node_->judge(cell)) {
    case Node::Verdict::takes:
        return *this;
    case Node::Verdict::refuses:
        return invalid();
    case Node::Verdict::unsure:
        break;
    }
    return node_->assign(cell);
}

ColumnType ColumnType::assign_type(const ColumnType& other) const {
    return node_->assign_type(other);
}

Json ColumnType::to_json(ArtifactSink* sink) const {
    return node_->json(sink);
}

std::string ColumnType::repr() const {
    return concat("<WBType:", name(), " | ", node_->params_repr(), ">");
}

bool ColumnType::equals(const ColumnType& other) const {
    return node_ == other.node_ || (name() == other.name() && node_->has_same_params(*other.node_));
}

ColumnType ColumnType::Node::assign(const Cell& cell) const {
    return assign_type(ColumnType::of(cell));
}

ColumnType ColumnType::Node::assign_type(const ColumnType& other) const {
    return self() == other ? self() : ColumnType::invalid();
}

Json ColumnType::Node::params(ArtifactSink* /*sink*/) const {
    return Json::object();
}

std::string ColumnType::Node::params_repr() const {
    return "{}";
}

bool ColumnType::Node::has_same_params(const Node& /*other*/) const {
    return true;
}

Json ColumnType::Node::json(ArtifactSink* sink) const {
    Json json = Json::object();
    json["wb_type"] = name();
    if (Json parameters = params(sink); !parameters.empty()) {
        json["params"] = std::move(parameters);
    }
    return json;
}

ColumnType::Node::Verdict judge_plain(const Cell& cell, bool fits) noexcept {
    using Verdict = ColumnType::Node::Verdict;
    if (fits) {
        return Verdict::takes;
    }
    const Cell::Kind kind = cell.kind();
    return kind == Cell::Kind::list || kind == Cell::Kind::dictionary ? Verdict::unsure
                                                                      : Verdict::refuses;
}

} // namespace vitrine
