// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/table/column_type.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace vitrine {

/// The body of a column type: one class for each value of `wb_type`. Immutable.
class ColumnType::Node : public std::enable_shared_from_this<ColumnType::Node> {
public:
    /// The result of assigning a cell, as far as it is known without building a type.
    enum class Verdict {
        takes,   ///< assign returns this type itself
        refuses, ///< assign returns the invalid type
        unsure,  ///< only assign can tell
    };

    Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    virtual ~Node() = default;

    virtual std::string_view name() const noexcept = 0;

    /// Makes it cheap to assign the cells of a settled column.
    virtual Verdict judge(const Cell& cell) const = 0;
    /// Assigns a cell for which judge is unsure. The default assigns the type of the cell.
    virtual ColumnType assign(const Cell& cell) const;
    /// The default takes only the same type.
    virtual ColumnType assign_type(const ColumnType& other) const;

    /// The member "params" of the JSON; an empty object is left out.
    virtual Json params(ArtifactSink* sink) const;
    /// Python's repr() of the parameters.
    virtual std::string params_repr() const;
    /// `other` has the same name.
    virtual bool has_same_params(const Node& other) const;

    /// The whole JSON: name and parameters.
    virtual Json json(ArtifactSink* sink) const;
    virtual const Members* members() const noexcept { return nullptr; }
    /// The value of a constant; null for other types and for sets.
    virtual const Json* constant() const noexcept { return nullptr; }

protected:
    static ColumnType wrap(std::shared_ptr<const Node> node) { return ColumnType(std::move(node)); }
    ColumnType self() const { return wrap(shared_from_this()); }
    static const Json* constant(const ColumnType& type) { return type.node_->constant(); }
    static bool takes(const ColumnType& type, const Cell& cell) {
        return judge(type, cell) == Verdict::takes;
    }
    static Verdict judge(const ColumnType& type, const Cell& cell) {
        return type.node_->judge(cell);
    }
    /// Returns the body of `type` if it is of this class, else null.
    template <class Class>
    static const Class* body_of(const ColumnType& type) {
        return dynamic_cast<const Class*>(type.node_.get());
    }
};

/// Judges a cell as W&B's plain types do. Lists and dictionaries are refused too, but only after
/// their elements have been checked against each other, so the verdict on them is unsure.
ColumnType::Node::Verdict judge_plain(const Cell& cell, bool fits) noexcept;

} // namespace vitrine
