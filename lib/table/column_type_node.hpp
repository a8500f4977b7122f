// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/table/column_type.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace vitrine {

/// The body of a column type: one class for each name that `wb_type` may have. Immutable.
class ColumnType::Node : public std::enable_shared_from_this<ColumnType::Node> {
public:
    /// What assigning a cell would do, as far as a look at the cell tells without building a type.
    enum class Verdict {
        takes,   ///< assign gives this very type
        refuses, ///< assign gives the invalid type
        unsure,  ///< ask assign
    };

    Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    virtual ~Node() = default;

    virtual std::string_view name() const noexcept = 0;

    /// By this, assigning the cells of a settled column is cheap.
    virtual Verdict judge(const Cell& cell) const = 0;
    /// For a cell of which judge is unsure. Unless overridden: assigns the type of the cell.
    virtual ColumnType assign(const Cell& cell) const;
    /// Unless overridden, takes the same type alone.
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
    /// What a constant is, but for a set.
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
    /// The body of `type` if it is of that class, else null.
    template <class Class>
    static const Class* body_of(const ColumnType& type) {
        return dynamic_cast<const Class*>(type.node_.get());
    }
};

/// What W&B's plain types make of a cell: lists and dictionaries are refused too, but only after
/// their elements were found to fit each other.
ColumnType::Node::Verdict judge_plain(const Cell& cell, bool fits) noexcept;

} // namespace vitrine
