// SPDX-License-Identifier: MIT
// The column types made of other types: lists, dictionaries and unions.
#include "core/python.hpp"
#include "core/text.hpp"
#include "table/column_type_node.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>

namespace vitrine {

namespace {

using Verdict = ColumnType::Node::Verdict;

class ListNode final : public ColumnType::Node {
public:
    explicit ListNode(ColumnType element) : element_(std::move(element)) {}

    std::string_view name() const noexcept override { return "list"; }
    Verdict judge(const Cell& cell) const override {
        if (cell.kind() != Cell::Kind::list) {
            return Verdict::refuses;
        }
        const bool all = std::ranges::all_of(
            cell.items(), [&](const Cell& item) { return takes(element_, item); });
        return all ? Verdict::takes : Verdict::unsure;
    }
    ColumnType assign(const Cell& cell) const override {
        ColumnType element = element_;
        for (const Cell& item : cell.items()) {
            element = element.assign(item);
            if (element.is_invalid()) {
                return element;
            }
        }
        return with_element(std::move(element));
    }
    ColumnType assign_type(const ColumnType& other) const override {
        const auto* list = body_of<ListNode>(other);
        if (list == nullptr) {
            return ColumnType::invalid();
        }
        ColumnType element = element_.assign_type(list->element_);
        return element.is_invalid() ? element : with_element(std::move(element));
    }
    Json params(ArtifactSink* sink) const override {
        return Json::object({{"element_type", element_.to_json(sink)}});
    }
    std::string params_repr() const override {
        return concat("{'element_type': ", element_.repr(), "}");
    }
    bool has_same_params(const Node& other) const override {
        const auto* list = dynamic_cast<const ListNode*>(&other);
        return list != nullptr && element_ == list->element_;
    }

private:
    ColumnType with_element(ColumnType element) const {
        return element == element_ ? self() : ColumnType::list(std::move(element));
    }

    ColumnType element_;
};

class DictionaryNode final : public ColumnType::Node {
public:
    DictionaryNode(std::string name, ColumnType::Members members)
        : name_(std::move(name)), members_(std::move(members)) {}

    std::string_view name() const noexcept override { return name_; }
    Verdict judge(const Cell& cell) const override {
        if (cell.kind() != Cell::Kind::dictionary) {
            return Verdict::refuses;
        }
        const Cell::Dictionary& cells = cell.members();
        std::size_t met = 0;
        for (std::size_t index = 0; index < members_.size(); ++index) {
            const auto& [key, type] = members_[index];
            const Cell* member = find(cells, key, index);
            met += member == nullptr ? 0 : 1;
            if (!takes(type, or_none(member))) {
                return Verdict::unsure;
            }
        }
        return met == cells.size() ? Verdict::takes : Verdict::refuses;
    }
    ColumnType assign(const Cell& cell) const override {
        return grown(cell.members(), [](const ColumnType& type, const Cell* member) {
            return type.assign(or_none(member));
        });
    }
    ColumnType assign_type(const ColumnType& other) const override {
        const auto* dictionary = body_of<DictionaryNode>(other);
        if (dictionary == nullptr) {
            return ColumnType::invalid();
        }
        // A key that is missing in a type is unknown; in a cell it would be none.
        return grown(dictionary->members_, [](const ColumnType& type, const ColumnType* member) {
            return type.assign_type(member == nullptr ? ColumnType::unknown() : *member);
        });
    }
    Json params(ArtifactSink* sink) const override {
        Json map = Json::object();
        for (const auto& [key, type] : members_) {
            map[key] = type.to_json(sink);
        }
        return Json::object({{"type_map", std::move(map)}});
    }
    std::string params_repr() const override {
        std::string map;
        for (const auto& [key, type] : members_) {
            map += concat(map.empty() ? "" : ", ", python_string(key), ": ", type.repr());
        }
        return concat("{'type_map': {", map, "}}");
    }
    bool has_same_params(const Node& other) const override {
        const auto* dictionary = dynamic_cast<const DictionaryNode*>(&other);
        if (dictionary == nullptr || members_.size() != dictionary->members_.size()) {
            return false;
        }
        for (std::size_t index = 0; index < members_.size(); ++index) {
            const auto& [key, type] = members_[index];
            const ColumnType* same = find(dictionary->members_, key, index);
            if (same == nullptr || !(type == *same)) {
                return false;
            }
        }
        return true;
    }
    const ColumnType::Members* members() const noexcept override { return &members_; }

private:
    /// Returns the member with this key, or null; looks first at the key's index in this type.
    template <class Pairs>
    static auto find(const Pairs& pairs, std::string_view key, std::size_t index)
        -> decltype(&pairs.front().second) {
        if (index < pairs.size() && pairs[index].first == key) {
            return &pairs[index].second;
        }
        const auto found = std::ranges::find(pairs, key, &Pairs::value_type::first);
        return found == pairs.end() ? nullptr : &found->second;
    }

    static const Cell& or_none(const Cell* cell) {
        static const Cell none;
        return cell == nullptr ? none : *cell;
    }

    /// Assigns to each member its counterpart in `pairs`; invalid if `pairs` has other keys too.
    template <class Pairs, class Assign>
    ColumnType grown(const Pairs& pairs, const Assign& assign) const {
        std::optional<ColumnType::Members> changed;
        std::size_t met = 0;
        for (std::size_t index = 0; index < members_.size(); ++index) {
            const auto& [key, type] = members_[index];
            const auto* member = find(pairs, key, index);
            met += member == nullptr ? 0 : 1;
            ColumnType wider = assign(type, member);
            if (wider.is_invalid()) {
                return wider;
            }
            if (!(wider == type)) {
                if (!changed) {
                    changed = members_;
                }
                (*changed)[index].second = std::move(wider);
            }
        }
        if (met != pairs.size()) {
            return ColumnType::invalid();
        }
        return changed ? wrap(std::make_shared<const DictionaryNode>(name_, *std::move(changed)))
                       : self();
    }

    std::string name_;
    ColumnType::Members members_;
};

class UnionNode final : public ColumnType::Node {
public:
    explicit UnionNode(std::vector<ColumnType> members)
        : types_(std::move(members)), integers_(integer_constants(types_)) {}

    const std::vector<ColumnType>& types() const noexcept { return types_; }

    std::string_view name() const noexcept override { return "union"; }
    Verdict judge(const Cell& cell) const override {
        if (is_constant_integer(cell)) {
            return Verdict::takes;
        }
        Verdict verdict = Verdict::refuses;
        for (const ColumnType& type : types_) {
            if (is_unknown(type)) {
                verdict = Verdict::unsure;
                continue;
            }
            const Verdict of_member = Node::judge(type, cell);
            if (of_member != Verdict::refuses) {
                return of_member;
            }
        }
        return verdict;
    }
    ColumnType assign(const Cell& cell) const override {
        return grown([&](const ColumnType& type) { return type.assign(cell); });
    }
    ColumnType assign_type(const ColumnType& other) const override {
        const auto* types = body_of<UnionNode>(other);
        if (types == nullptr) {
            return grown([&](const ColumnType& type) { return type.assign_type(other); },
                         other.is_invalid() ? nullptr : &other);
        }
        ColumnType all = self();
        for (const ColumnType& type : types->types_) {
            all = all.assign_type(type);
            if (all.is_invalid()) {
                break;
            }
        }
        return all;
    }
    Json params(ArtifactSink* sink) const override {
        Json types = Json::array();
        for (const ColumnType& type : types_) {
            types.push_back(type.to_json(sink));
        }
        return Json::object({{"allowed_types", std::move(types)}});
    }
    std::string params_repr() const override {
        std::string types;
        for (const ColumnType& type : types_) {
            types += (types.empty() ? "" : ", ") + type.repr();
        }
        return concat("{'allowed_types': [", types, "]}");
    }
    bool has_same_params(const Node& other) const override {
        const auto* types = dynamic_cast<const UnionNode*>(&other);
        return types != nullptr && types_ == types->types_;
    }

private:
    static bool is_unknown(const ColumnType& type) { return type == ColumnType::unknown(); }

    static std::vector<std::int64_t> integer_constants(const std::vector<ColumnType>& types) {
        std::vector<std::int64_t> integers;
        for (const ColumnType& type : types) {
            const Json* value = constant(type);
            if (value != nullptr && value->is_number_integer() && is_exact(value->get<double>())) {
                integers.push_back(value->get<std::int64_t>());
            }
        }
        std::ranges::sort(integers);
        return integers;
    }
    /// Whether doubles hold all integers up to this one exactly.
    static bool is_exact(double value) { return std::abs(value) <= 9e15; }
    bool is_constant_integer(const Cell& cell) const {
        return !integers_.empty() && cell.kind() == Cell::Kind::integer &&
               is_exact(cell.number()) && std::ranges::binary_search(integers_, cell.integer());
    }

    /// Replaces the first member to which the new type or cell can be assigned by the result of the
    /// assignment. If there is none, replaces the first unknown member: by `instead` if given, else
    /// by the result of the assignment.
    template <class Assign>
    ColumnType grown(const Assign& assign, const ColumnType* instead = nullptr) const {
        std::vector<ColumnType> types = types_;
        for (ColumnType& type : types) {
            if (is_unknown(type)) {
                continue;
            }
            ColumnType wider = assign(type);
            if (!wider.is_invalid()) {
                if (wider == type) {
                    return self();
                }
                type = std::move(wider);
                return ColumnType::union_of(std::move(types));
            }
        }
        const auto open = std::ranges::find_if(types, is_unknown);
        if (open == types.end()) {
            return ColumnType::invalid();
        }
        ColumnType settled = instead == nullptr ? assign(*open) : *instead;
        if (settled.is_invalid()) {
            return settled;
        }
        *open = std::move(settled);
        return ColumnType::union_of(std::move(types));
    }

    std::vector<ColumnType> types_;
    /// The integer constants, sorted: the ids of classes, of which there may be thousands.
    std::vector<std::int64_t> integers_;
};

} // namespace

ColumnType ColumnType::list() {
    return list(unknown());
}

ColumnType ColumnType::list(ColumnType element) {
    return ColumnType(std::make_shared<const ListNode>(std::move(element)));
}

ColumnType ColumnType::dictionary(Members members) {
    return named_dictionary("dictionary", std::move(members));
}

ColumnType ColumnType::named_dictionary(std::string name, Members members) {
    return ColumnType(std::make_shared<const DictionaryNode>(std::move(name), std::move(members)));
}

ColumnType ColumnType::union_of(std::vector<ColumnType> members) {
    std::vector<ColumnType> flat;
    for (ColumnType& member : members) {
        if (const auto* nested = dynamic_cast<const UnionNode*>(member.node_.get())) {
            flat.insert(flat.end(), nested->types().begin(), nested->types().end());
        } else {
            flat.push_back(std::move(member));
        }
    }
    std::vector<std::string> texts;
    texts.reserve(flat.size());
    for (const ColumnType& type : flat) {
        texts.push_back(type.repr());
    }
    std::vector<std::size_t> order(flat.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {},
                             [&](std::size_t index) -> const std::string& { return texts[index]; });
    std::vector<ColumnType> sorted;
    sorted.reserve(flat.size());
    for (const std::size_t index : order) {
        sorted.push_back(flat[index]);
    }
    return ColumnType(std::make_shared<const UnionNode>(std::move(sorted)));
}

} // namespace vitrine
