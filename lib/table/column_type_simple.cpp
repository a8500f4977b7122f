// SPDX-License-Identifier: MIT
// The column types that are not made of other types.
#include <vitrine/core/error.hpp>

#include "core/python.hpp"
#include "core/text.hpp"
#include "table/column_type_node.hpp"
#include "table/column_type_values.hpp"

#include <set>

namespace vitrine {

namespace {

using Verdict = ColumnType::Node::Verdict;

class NoneNode final : public ColumnType::Node {
public:
    std::string_view name() const noexcept override { return "none"; }
    Verdict judge(const Cell& cell) const override { return judge_plain(cell, cell.is_none()); }
};

class StringNode final : public ColumnType::Node {
public:
    std::string_view name() const noexcept override { return "string"; }
    Verdict judge(const Cell& cell) const override {
        return judge_plain(cell, cell.kind() == Cell::Kind::string);
    }
};

class NumberNode final : public ColumnType::Node {
public:
    std::string_view name() const noexcept override { return "number"; }
    Verdict judge(const Cell& cell) const override {
        const Cell::Kind kind = cell.kind();
        return judge_plain(cell, kind == Cell::Kind::integer || kind == Cell::Kind::floating);
    }
};

class BooleanNode final : public ColumnType::Node {
public:
    std::string_view name() const noexcept override { return "boolean"; }
    Verdict judge(const Cell& cell) const override {
        return judge_plain(cell, cell.kind() == Cell::Kind::boolean);
    }
};

class AnyNode final : public ColumnType::Node {
public:
    std::string_view name() const noexcept override { return "any"; }
    Verdict judge(const Cell& cell) const override {
        const Cell::Kind kind = cell.kind();
        return judge_plain(cell, kind != Cell::Kind::none && kind != Cell::Kind::list &&
                                     kind != Cell::Kind::dictionary);
    }
    ColumnType assign_type(const ColumnType& other) const override {
        return other == ColumnType::none() || other.is_invalid() ? ColumnType::invalid() : self();
    }
};

class UnknownNode final : public ColumnType::Node {
public:
    std::string_view name() const noexcept override { return "unknown"; }
    Verdict judge(const Cell& cell) const override {
        return cell.is_none() ? Verdict::refuses : Verdict::unsure;
    }
    ColumnType assign_type(const ColumnType& other) const override {
        return other == ColumnType::none() ? ColumnType::invalid() : other;
    }
};

class InvalidNode final : public ColumnType::Node {
public:
    std::string_view name() const noexcept override { return "invalid"; }
    Verdict judge(const Cell& cell) const override { return judge_plain(cell, false); }
};

class ObjectNode final : public ColumnType::Node {
public:
    explicit ObjectNode(std::string class_name) : class_name_(std::move(class_name)) {}

    std::string_view name() const noexcept override { return "object"; }
    Verdict judge(const Cell& cell) const override {
        if (cell.kind() == Cell::Kind::value) {
            const Value& value = *cell.value();
            return !has_own_type(value) && value.class_name() == class_name_ ? Verdict::takes
                                                                             : Verdict::refuses;
        }
        return judge_plain(cell,
                           cell.kind() == Cell::Kind::object && cell.class_name() == class_name_);
    }
    Json params(ArtifactSink* /*sink*/) const override {
        return Json::object({{"class_name", class_name_}});
    }
    std::string params_repr() const override {
        return concat("{'class_name': ", python_string(class_name_), "}");
    }
    bool has_same_params(const Node& other) const override {
        const auto* object = dynamic_cast<const ObjectNode*>(&other);
        return object != nullptr && class_name_ == object->class_name_;
    }

private:
    std::string class_name_;
};

/// Returns the number that an object (of numpy, for example) is equal to; other cells unchanged.
Cell number_of(const Cell& cell) {
    if (cell.kind() == Cell::Kind::object) {
        Json json = cell.json();
        if (json.is_number() || json.is_boolean() || is_big_integer(json)) {
            return Cell(json);
        }
    }
    return cell;
}

class ConstantNode final : public ColumnType::Node {
public:
    explicit ConstantNode(Json value) : json_(std::move(value)), cell_(json_) {}

    std::string_view name() const noexcept override { return "const"; }
    Verdict judge(const Cell& cell) const override {
        const bool is_same =
            cell.kind() == Cell::Kind::object ? number_of(cell) == cell_ : cell == cell_;
        return is_same ? Verdict::takes : Verdict::refuses;
    }
    Json params(ArtifactSink* /*sink*/) const override {
        return Json::object({{"val", json_}, {"is_set", false}});
    }
    std::string params_repr() const override {
        return concat("{'val': ", python_repr(json_), ", 'is_set': False}");
    }
    bool has_same_params(const Node& other) const override {
        const auto* constant = dynamic_cast<const ConstantNode*>(&other);
        return constant != nullptr && cell_ == constant->cell_;
    }
    const Json* constant() const noexcept override { return &json_; }

private:
    Json json_;
    Cell cell_;
};

class ConstantSetNode final : public ColumnType::Node {
public:
    explicit ConstantSetNode(std::vector<Json> values) {
        for (Json& value : values) {
            if (value.is_structured()) {
                throw Error(ErrorCode::InvalidArgument,
                            concat("expected a number or text in a set, got ",
                                   value.is_array() ? "a list" : "an object"));
            }
            if (texts_.insert(equality_text(value)).second) {
                values_.push_back(std::move(value));
            }
        }
    }

    std::string_view name() const noexcept override { return "const"; }
    Verdict judge(const Cell& /*cell*/) const override { return Verdict::refuses; }
    Json params(ArtifactSink* /*sink*/) const override {
        return Json::object({{"val", values_}, {"is_set", true}});
    }
    std::string params_repr() const override {
        std::string set;
        for (const Json& value : values_) {
            set += (set.empty() ? "{" : ", ") + python_repr(value);
        }
        return concat("{'val': ", set.empty() ? "set()" : set + "}", ", 'is_set': True}");
    }
    bool has_same_params(const Node& other) const override {
        const auto* set = dynamic_cast<const ConstantSetNode*>(&other);
        return set != nullptr && texts_ == set->texts_;
    }

private:
    std::vector<Json> values_;
    std::set<std::string> texts_;
};

/// A type of a newer SDK, kept as JSON.
class OpaqueNode final : public ColumnType::Node {
public:
    explicit OpaqueNode(Json json)
        : json_(std::move(json)), name_(json_.at("wb_type").get<std::string>()) {}

    std::string_view name() const noexcept override { return name_; }
    Verdict judge(const Cell& cell) const override {
        return cell.is_none() ? Verdict::refuses : Verdict::takes;
    }
    ColumnType assign_type(const ColumnType& other) const override {
        return other == ColumnType::none() || other.is_invalid() ? ColumnType::invalid() : self();
    }
    Json json(ArtifactSink* /*sink*/) const override { return json_; }
    std::string params_repr() const override {
        return json_.contains("params") ? python_repr(json_.at("params")) : "{}";
    }
    bool has_same_params(const Node& other) const override {
        const auto* opaque = dynamic_cast<const OpaqueNode*>(&other);
        return opaque != nullptr && json_ == opaque->json_;
    }

private:
    Json json_;
    std::string name_;
};

template <class Class>
const std::shared_ptr<const ColumnType::Node>& only() {
    static const std::shared_ptr<const ColumnType::Node> node = std::make_shared<const Class>();
    return node;
}

} // namespace

ColumnType ColumnType::none() {
    return ColumnType(only<NoneNode>());
}

ColumnType ColumnType::string() {
    return ColumnType(only<StringNode>());
}

ColumnType ColumnType::number() {
    return ColumnType(only<NumberNode>());
}

ColumnType ColumnType::boolean() {
    return ColumnType(only<BooleanNode>());
}

ColumnType ColumnType::any() {
    return ColumnType(only<AnyNode>());
}

ColumnType ColumnType::unknown() {
    return ColumnType(only<UnknownNode>());
}

ColumnType ColumnType::invalid() {
    return ColumnType(only<InvalidNode>());
}

ColumnType ColumnType::object(std::string class_name) {
    return ColumnType(std::make_shared<const ObjectNode>(std::move(class_name)));
}

ColumnType ColumnType::constant(Json value) {
    return ColumnType(std::make_shared<const ConstantNode>(std::move(value)));
}

ColumnType ColumnType::constant_set(std::vector<Json> values) {
    return ColumnType(std::make_shared<const ConstantSetNode>(std::move(values)));
}

ColumnType ColumnType::opaque(Json json) {
    return ColumnType(std::make_shared<const OpaqueNode>(std::move(json)));
}

} // namespace vitrine
