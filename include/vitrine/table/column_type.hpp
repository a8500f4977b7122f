// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/media/classes.hpp>
#include <vitrine/table/cell.hpp>
#include <vitrine/value/value_sink.hpp>
#include <vitrine/value/value_source.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine {

/// The type of a column, or of what lies in its cells: W&B's algebra of types.
///
/// A type takes a cell, or another type, by `assign`, and becomes by that what holds both: an
/// unknown number becomes a number, a list of unknown a list of text. What does not fit gives the
/// invalid type. A column's type is thus settled by its rows, one after the other.
///
/// JSON: {"wb_type": <name>, "params"?: {...}}; see lib/table/FORMAT.md. A type that a newer SDK
/// wrote and that is unknown here keeps its JSON and takes all cells but none. Immutable; a cheap
/// handle; safe to use from many threads. Source: wandb/sdk/interface/_dtypes.py.
class ColumnType {
public:
    using Members = std::vector<std::pair<std::string, ColumnType>>;

    /// Takes all but none.
    static ColumnType any();
    /// Takes the type of the first cell that is not none.
    static ColumnType unknown();
    /// What assign gives for a cell that does not fit.
    static ColumnType invalid();
    static ColumnType none();
    static ColumnType string();
    /// Integers and floats.
    static ColumnType number();
    static ColumnType boolean();
    /// A list of elements of one type; of unknown where it is left out.
    static ColumnType list();
    static ColumnType list(ColumnType element);
    /// A dictionary with just these keys; those that a cell lacks count as none.
    static ColumnType dictionary(Members members = {});
    /// One of several. Nested unions are made flat; members are sorted as W&B sorts them, by their
    /// repr().
    static ColumnType union_of(std::vector<ColumnType> members);
    /// union_of({none, type}).
    static ColumnType optional(ColumnType type);
    /// Just this, as Python compares (1 == 1.0 == true).
    static ColumnType constant(Json value);
    /// Just this set, written as a list in the order given. No cell is a set.
    /// Throws: InvalidArgument for a list or object, which no set holds.
    static ColumnType constant_set(std::vector<Json> values);
    /// An object of a class that is known by name alone.
    static ColumnType object(std::string class_name);
    /// A wandb.Image. Its groups of boxes have the names of those of the first one.
    static ColumnType image();
    /// A wandb.Image whose groups of boxes have just these names.
    static ColumnType image(std::vector<std::string> box_keys,
                            std::vector<std::string> mask_keys = {});
    /// A wandb.Table. Its columns are those of the first one.
    static ColumnType table();
    /// A wandb.Table with these columns.
    static ColumnType table(Members column_types);
    /// The ids of a class set.
    static ColumnType class_ids(const Classes& classes);

    /// The type of a cell by itself: of an image with the names of its box groups, of a list by
    /// its elements in turn.
    /// Throws: InvalidArgument for a list whose elements do not fit each other.
    static ColumnType of(const Cell& cell);

    /// "number", "union", "wandb.Image", ...: `wb_type`.
    std::string_view name() const noexcept;
    bool is_invalid() const noexcept;
    /// The keys of a dictionary and their types; null for another type.
    const Members* members() const noexcept;

    /// The type that holds this one's cells and `cell`; invalid if none does. Cheap where the cell
    /// changes nothing. Throws: InvalidArgument as of().
    ColumnType assign(const Cell& cell) const;
    /// The same for all cells of another type.
    ColumnType assign_type(const ColumnType& other) const;

    /// The JSON as W&B writes it to an artifact: the class set of class ids is added to it and
    /// referred to. Without a sink the class set stands in the JSON itself.
    /// Throws: what the sink throws.
    Json to_json(ArtifactSink* sink = nullptr) const;
    /// Inverse of to_json. A reference to a class set is looked up in `source`.
    /// Throws: InvalidFormat with the pointer of what is wrong; what the source throws.
    static ColumnType from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Python's repr() of W&B's object, "<WBType:number | {}>": for messages and the order of
    /// unions.
    std::string repr() const;

    /// The same name and parameters.
    friend bool operator==(const ColumnType& a, const ColumnType& b) { return a.equals(b); }

    /// The body; see lib/table/column_type_node.hpp.
    class Node;

private:
    explicit ColumnType(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
    /// A type that is kept as its JSON.
    static ColumnType opaque(Json json);
    /// Of a newer SDK's name "typedDict" too.
    static ColumnType named_dictionary(std::string name, Members members);
    static ColumnType class_ids(const Classes& classes, ColumnType valid_ids);
    friend class ColumnTypeReader;
    bool equals(const ColumnType& other) const;
    std::shared_ptr<const Node> node_;
};

} // namespace vitrine
