// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
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

/// The type of a column or of a cell: W&B's algebra of types.
///
/// `assign` returns the type that holds all cells of this type and one more cell (or type): unknown
/// and a number give number, a list of unknown and a list of text give a list of text. If they do
/// not fit, the result is the invalid type. So the rows settle a column's type, one by one.
///
/// JSON: {"wb_type": name, "params"?: {...}}; see lib/table/FORMAT.md. A type that
/// only a newer SDK knows keeps its JSON and accepts every cell but none. Immutable; a cheap
/// handle; safe to use from many threads. Source: wandb/sdk/interface/_dtypes.py.
class VITRINE_EXPORT ColumnType {
public:
    /// Names and their types, in order.
    using Members = std::vector<std::pair<std::string, ColumnType>>;

    /// Accepts every cell but none.
    static ColumnType any();
    /// Becomes the type of the first cell that is not none.
    static ColumnType unknown();
    /// What assign returns for a cell that does not fit.
    static ColumnType invalid();
    /// Accepts none alone.
    static ColumnType none();
    /// Text.
    static ColumnType string();
    /// Integers and floats.
    static ColumnType number();
    /// Booleans.
    static ColumnType boolean();
    /// A list of elements of one type; without an argument, of unknown.
    static ColumnType list();
    static ColumnType list(ColumnType element);
    /// A dictionary with exactly these keys; a key that a cell lacks counts as none.
    static ColumnType dictionary(Members members = {});
    /// One of several types. Nested unions are flattened; members are sorted by their repr(), as in
    /// W&B.
    static ColumnType union_of(std::vector<ColumnType> members);
    /// union_of({none, type}).
    static ColumnType optional(ColumnType type);
    /// Exactly this value, as Python compares (1 == 1.0 == true).
    static ColumnType constant(Json value);
    /// Exactly this set, written as a list in the given order. No cell is a set.
    /// Throws: InvalidArgument for a list or object, which no set holds.
    static ColumnType constant_set(std::vector<Json> values);
    /// An object of a class of which only the name is known.
    static ColumnType object(std::string class_name);
    /// A wandb.Image. The first image settles the names of its groups of boxes.
    static ColumnType image();
    /// A wandb.Image whose groups of boxes have exactly these names.
    static ColumnType image(std::vector<std::string> box_keys,
                            std::vector<std::string> mask_keys = {});
    /// A wandb.Table. The first table settles its columns.
    static ColumnType table();
    /// A wandb.Table with these columns.
    static ColumnType table(Members column_types);
    /// The ids of a class set.
    static ColumnType class_ids(const Classes& classes);

    /// The type of a single cell. An image's type has the names of its box groups; a list's type is
    /// settled by its elements in turn.
    /// Throws: InvalidArgument for a list whose elements do not fit each other.
    static ColumnType of(const Cell& cell);

    /// "number", "union", "wandb.Image", ...: `wb_type`. Valid while a copy of this type lives.
    std::string_view name() const noexcept;
    /// Whether this is the type of cells that do not fit; see invalid.
    bool is_invalid() const noexcept;
    /// The keys of a dictionary and their types; null for another type. Valid while a copy of this
    /// type lives.
    const Members* members() const noexcept;

    /// Returns the type that holds this type's cells and `cell`, or the invalid type if there is
    /// none. Cheap if the cell changes nothing. Throws: InvalidArgument as of().
    ColumnType assign(const Cell& cell) const;
    /// The same for all cells of another type. Does not throw.
    ColumnType assign_type(const ColumnType& other) const;

    /// The JSON as W&B writes it to an artifact: a class set is added to the artifact and referred
    /// to. Without a sink, the JSON contains the class set itself.
    /// Throws: what the sink throws.
    Json to_json(ArtifactSink* sink = nullptr) const;
    /// Inverse of to_json. Looks up a reference to a class set in `source`.
    /// Throws: InvalidFormat with the pointer of what is wrong; what the source throws.
    static ColumnType from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Python's repr() of W&B's object, "<WBType:number | {}>": for messages and the order of
    /// unions.
    std::string repr() const;

    /// Whether name and parameters are equal.
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
