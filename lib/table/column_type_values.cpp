// SPDX-License-Identifier: MIT
// The column types of values for which W&B has types.
#include "table/column_type_values.hpp"

#include <vitrine/media/image.hpp>
#include <vitrine/table/table.hpp>

#include "core/text.hpp"
#include "table/column_type_node.hpp"

#include <algorithm>
#include <optional>
#include <typeinfo>

namespace vitrine {

namespace {

using Verdict = ColumnType::Node::Verdict;

/// Names of groups: a set that the first image settles if it is not given.
class GroupNames {
public:
    GroupNames() = default;
    explicit GroupNames(const std::vector<std::string>& names)
        : type_(ColumnType::constant_set({names.begin(), names.end()})), sorted_(names) {
        std::ranges::sort(*sorted_);
        sorted_->erase(std::unique(sorted_->begin(), sorted_->end()), sorted_->end());
    }

    const ColumnType& type() const noexcept { return type_; }
    bool is_known() const noexcept { return sorted_.has_value(); }
    /// Whether the groups of an image have exactly these names.
    template <class Groups>
    bool fit(const Groups& groups) const {
        return sorted_ && sorted_->size() == groups.size() &&
               std::ranges::all_of(groups, [&](const auto& group) {
                   return std::ranges::binary_search(*sorted_, group.first);
               });
    }
    /// Returns the names after `other` is assigned; nothing if they differ.
    std::optional<GroupNames> assign(const GroupNames& other) const {
        if (!is_known()) {
            return other;
        }
        return sorted_ == other.sorted_ ? std::optional(*this) : std::nullopt;
    }
    friend bool operator==(const GroupNames& a, const GroupNames& b) {
        return a.sorted_ == b.sorted_;
    }

private:
    ColumnType type_ = ColumnType::unknown();
    std::optional<std::vector<std::string>> sorted_;
};

std::vector<std::string> box_names(const Image& image) {
    std::vector<std::string> names;
    for (const auto& group : image.boxes()) {
        names.push_back(group.first);
    }
    return names;
}

class ImageNode final : public ColumnType::Node {
public:
    ImageNode(GroupNames boxes, GroupNames masks)
        : boxes_(std::move(boxes)), masks_(std::move(masks)) {}

    std::string_view name() const noexcept override { return "wandb.Image"; }
    Verdict judge(const Cell& cell) const override {
        if (cell.kind() != Cell::Kind::value) {
            return judge_plain(cell, false);
        }
        const Value& value = *cell.value();
        if (typeid(value) != typeid(Image)) {
            return Verdict::refuses;
        }
        // The SDK never records the masks of an image.
        const auto& image = static_cast<const Image&>(value);
        const bool fits = boxes_.fit(image.boxes()) && masks_.fit(MaskGroups());
        return fits ? Verdict::takes : Verdict::unsure;
    }
    ColumnType assign_type(const ColumnType& other) const override {
        const auto* image = body_of<ImageNode>(other);
        auto boxes = image == nullptr ? std::nullopt : boxes_.assign(image->boxes_);
        auto masks = image == nullptr ? std::nullopt : masks_.assign(image->masks_);
        if (!boxes || !masks) {
            return ColumnType::invalid();
        }
        return *boxes == boxes_ && *masks == masks_
                   ? self()
                   : wrap(std::make_shared<const ImageNode>(*std::move(boxes), *std::move(masks)));
    }
    Json params(ArtifactSink* sink) const override {
        return Json::object({{"box_keys", boxes_.type().to_json(sink)},
                             {"mask_keys", masks_.type().to_json(sink)}});
    }
    std::string params_repr() const override {
        return concat("{'box_keys': ", boxes_.type().repr(),
                      ", 'mask_keys': ", masks_.type().repr(), "}");
    }
    bool has_same_params(const Node& other) const override {
        const auto* image = dynamic_cast<const ImageNode*>(&other);
        return image != nullptr && boxes_ == image->boxes_ && masks_ == image->masks_;
    }

private:
    GroupNames boxes_;
    GroupNames masks_;
};

ColumnType::Members members_of(const Table& table) {
    ColumnType::Members members;
    for (std::size_t column = 0; column < table.ncols(); ++column) {
        members.emplace_back(table.columns()[column].text(), table.column_type(column));
    }
    return members;
}

class TableNode final : public ColumnType::Node {
public:
    /// `columns` is a dictionary or unknown.
    explicit TableNode(ColumnType columns) : columns_(std::move(columns)) {}

    std::string_view name() const noexcept override { return "wandb.Table"; }
    Verdict judge(const Cell& cell) const override {
        if (cell.kind() != Cell::Kind::value) {
            return judge_plain(cell, false);
        }
        const Value& value = *cell.value();
        return typeid(value) == typeid(Table) ? Verdict::unsure : Verdict::refuses;
    }
    ColumnType assign_type(const ColumnType& other) const override {
        const auto* table = body_of<TableNode>(other);
        if (table == nullptr) {
            return ColumnType::invalid();
        }
        ColumnType columns = columns_.assign_type(table->columns_);
        if (columns.is_invalid()) {
            return columns;
        }
        return columns == columns_ ? self()
                                   : wrap(std::make_shared<const TableNode>(std::move(columns)));
    }
    Json params(ArtifactSink* sink) const override {
        return Json::object({{"column_types", columns_.to_json(sink)}});
    }
    std::string params_repr() const override {
        return concat("{'column_types': ", columns_.repr(), "}");
    }
    bool has_same_params(const Node& other) const override {
        const auto* table = dynamic_cast<const TableNode*>(&other);
        return table != nullptr && columns_ == table->columns_;
    }

private:
    ColumnType columns_;
};

class ClassIdsNode final : public ColumnType::Node {
public:
    ClassIdsNode(Classes classes, ColumnType valid_ids)
        : classes_(std::move(classes)), valid_ids_(std::move(valid_ids)) {}

    std::string_view name() const noexcept override { return "wandb.Classes_id"; }
    Verdict judge(const Cell& cell) const override { return Node::judge(valid_ids_, cell); }
    ColumnType assign(const Cell& cell) const override {
        ColumnType ids = valid_ids_.assign(cell);
        return ids.is_invalid() ? ids : self();
    }
    /// As in the SDK, only types of single ids fit, not other sets of class ids.
    ColumnType assign_type(const ColumnType& other) const override {
        ColumnType ids = valid_ids_.assign_type(other);
        return ids.is_invalid() ? ids : self();
    }
    Json params(ArtifactSink* sink) const override {
        return Json::object(
            {{"valid_ids", valid_ids_.to_json(sink)}, {"classes_obj", classes_json(sink)}});
    }
    std::string params_repr() const override {
        return concat("{'valid_ids': ", valid_ids_.repr(), "}");
    }
    bool has_same_params(const Node& other) const override {
        const auto* ids = dynamic_cast<const ClassIdsNode*>(&other);
        return ids != nullptr && valid_ids_ == ids->valid_ids_ && classes_.equals(ids->classes_);
    }

private:
    Json classes_json(ArtifactSink* sink) const {
        if (sink == nullptr) {
            return classes_.to_json();
        }
        AddedValue added = sink->add_shared(classes_, sink->dialect().class_set_path());
        return Json::object({{"type", "classes-file"},
                             {"path", std::move(added.path)},
                             {"digest", std::move(added.digest)}});
    }

    Classes classes_;
    ColumnType valid_ids_;
};

} // namespace

bool has_own_type(const Value& value) {
    return typeid(value) == typeid(Image) || typeid(value) == typeid(Classes) ||
           typeid(value) == typeid(Table);
}

ColumnType type_of_value(const Value& value) {
    if (typeid(value) == typeid(Image)) {
        return ColumnType::image(box_names(static_cast<const Image&>(value)));
    }
    if (typeid(value) == typeid(Classes)) {
        return ColumnType::class_ids(static_cast<const Classes&>(value));
    }
    if (typeid(value) == typeid(Table)) {
        return ColumnType::table(members_of(static_cast<const Table&>(value)));
    }
    return ColumnType::object(std::string(value.class_name()));
}

ColumnType ColumnType::image() {
    static const std::shared_ptr<const Node> node =
        std::make_shared<const ImageNode>(GroupNames(), GroupNames());
    return ColumnType(node);
}

ColumnType ColumnType::image(std::vector<std::string> box_keys,
                             std::vector<std::string> mask_keys) {
    return ColumnType(
        std::make_shared<const ImageNode>(GroupNames(box_keys), GroupNames(mask_keys)));
}

ColumnType ColumnType::table() {
    static const std::shared_ptr<const Node> node = std::make_shared<const TableNode>(unknown());
    return ColumnType(node);
}

ColumnType ColumnType::table(Members column_types) {
    return ColumnType(std::make_shared<const TableNode>(dictionary(std::move(column_types))));
}

ColumnType ColumnType::class_ids(const Classes& classes) {
    std::vector<ColumnType> ids;
    for (const Json& item : classes.class_set()) {
        ids.push_back(constant(item.at("id")));
    }
    return class_ids(classes, union_of(std::move(ids)));
}

ColumnType ColumnType::class_ids(const Classes& classes, ColumnType valid_ids) {
    return ColumnType(std::make_shared<const ClassIdsNode>(classes, std::move(valid_ids)));
}

} // namespace vitrine
