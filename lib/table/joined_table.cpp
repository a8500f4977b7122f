// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/table/joined_table.hpp>

#include "core/python.hpp"
#include "core/text.hpp"
#include "media/json_fields.hpp"
#include "table/artifact_url.hpp"

#include <cmath>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

bool is_table(const Value& value) {
    return dynamic_cast<const Table*>(&value) != nullptr ||
           dynamic_cast<const PartitionedTable*>(&value) != nullptr;
}

/// Returns the path. Throws: InvalidArgument if it is not the path of a table's JSON.
std::string table_path(std::string path) {
    if (!path.ends_with(".table.json") && !path.ends_with(".partitioned-table.json")) {
        throw Error(
            ErrorCode::InvalidArgument,
            concat("expected a table, or the path of one that ends with '.table.json', got ",
                   quoted(path)));
    }
    return path;
}

std::string last_part(std::string_view path) {
    return std::string(path.substr(path.rfind('/') + 1));
}

/// ".table.json" or ".partitioned-table.json".
std::string suffix_of(std::string_view path) {
    const std::string name = last_part(path);
    return name.ends_with(".table.json") ? ".table.json" : ".partitioned-table.json";
}

/// Appends a text that is the same for JSON values that are equal in Python. Returns false if the
/// value contains NaN, which equals nothing.
bool append_key(std::string& text, const Json& json) {
    if (json.is_number_float() && std::isnan(json.get<double>())) {
        return false;
    }
    if (json.is_array()) {
        text += '[';
        for (const Json& item : json) {
            if (!append_key(text, item)) {
                return false;
            }
            text += ',';
        }
        text += ']';
    } else if (json.is_object()) {
        std::map<std::string, const Json*> sorted;
        for (const auto& item : json.items()) {
            sorted.emplace(item.key(), &item.value());
        }
        text += '{';
        for (const auto& [key, member] : sorted) {
            text += equality_text(key) + ':';
            if (!append_key(text, *member)) {
                return false;
            }
            text += ',';
        }
        text += '}';
    } else {
        text += equality_text(json);
    }
    return true;
}

/// Returns a text that is the same for cells that are equal keys; nothing for a key that equals
/// none.
std::optional<std::string> key_text(const Cell& cell, const ColumnName& column) {
    if (cell.kind() == Cell::Kind::value) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("cannot join by column ", quoted(column.text()),
                           ": expected numbers, text or the like, got a value of class ",
                           cell.value()->class_name()));
    }
    const Json json = cell.json();
    std::string text;
    if (json.is_null() || !append_key(text, json)) {
        return std::nullopt;
    }
    return text;
}

RowStream rows_of(const JoinedSide& side, std::string_view which) {
    const auto value = side.table();
    if (!value) {
        throw Error(ErrorCode::InvalidArgument,
                    concat(which, " is the path ", quoted(side.path()),
                           " in an artifact: restore the joined table from the artifact first"));
    }
    const auto* parts = dynamic_cast<const PartitionedTable*>(value.get());
    return parts != nullptr ? parts->rows() : RowStream(dynamic_cast<const Table&>(*value));
}

} // namespace

JoinedSide::JoinedSide(const Table& table) : value_(std::make_shared<const Table>(table)) {}

JoinedSide::JoinedSide(const PartitionedTable& table)
    : value_(std::make_shared<const PartitionedTable>(table)) {}

JoinedSide::JoinedSide(std::shared_ptr<const Value> table) : value_(std::move(table)) {
    if (!value_ || !is_table(*value_)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a table, or the path of one, got ",
                           value_ ? concat("a value of class ", value_->class_name())
                                  : std::string("a null pointer")));
    }
}

JoinedSide::JoinedSide(SourcePath entry)
    : source_(std::move(entry.source)), path_(table_path(std::move(entry.path))) {
    if (!source_) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected an artifact for the entry ", quoted(path_), ", got none"));
    }
}

JoinedSide::JoinedSide(std::string path) : path_(table_path(std::move(path))) {}

std::shared_ptr<const Value> JoinedSide::table() const {
    if (!source_) {
        return value_;
    }
    auto value = source_->value(path_);
    if (!value || !is_table(*value)) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("expected a table at ", quoted(path_), " of ", quoted(source_->name()),
                           ", got ",
                           value ? concat("a value of type ", quoted(value->type()))
                                 : std::string("a value of an unregistered type")));
    }
    return value;
}

bool JoinedSide::equals(const JoinedSide& other) const {
    if (source_ == other.source_ && path_ == other.path_ && !value_ && !other.value_) {
        return true;
    }
    const auto ours = table();
    const auto theirs = ours ? other.table() : nullptr;
    return ours && theirs && *ours == *theirs;
}

std::string JoinedSide::put(ArtifactSink& artifact, const std::string& own_name) const {
    if (value_) {
        const auto& source = value_->artifact_source();
        const std::string name =
            source && !source->name.empty() ? last_part(source->name) : own_name;
        return artifact.add_value(*value_, with_suffix(name, value_->type())).path;
    }
    if (source_) {
        const std::string name =
            is_restored_ ? path_
                         : Md5::parse_base64(source_->file(path_).digest).hex().substr(0, 8) +
                               suffix_of(path_);
        return artifact.add_entry({source_, path_}, name).path;
    }
    if (!artifact.contains(path_)) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("joined table: the artifact has no table ", quoted(path_),
                           ": add it before the joined table"));
    }
    return path_;
}

JoinedTable::JoinedTable(JoinedSide table1, JoinedSide table2, Json join_key)
    : table1_(std::move(table1)), table2_(std::move(table2)), join_key_(std::move(join_key)) {
    const bool is_pair = join_key_.is_array() && join_key_.size() == 2;
    if (!is_pair && !join_key_.is_string()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a join key that is text or a list of two columns, got ",
                           join_key_.is_array() ? concat("a list of ", join_key_.size())
                                                : std::string(join_key_.type_name())));
    }
    static_cast<void>(key1());
    static_cast<void>(key2());
}

ColumnName JoinedTable::key1() const {
    return ColumnName::from_json(join_key_.is_array() ? join_key_.at(0) : join_key_);
}

ColumnName JoinedTable::key2() const {
    return ColumnName::from_json(join_key_.is_array() ? join_key_.at(1) : join_key_);
}

struct JoinedRows::State {
    RowStream rows1;
    ColumnName key1;
    /// The second table's rows by their keys.
    std::unordered_map<std::string, std::vector<TableRow>> rows2 = {};
    std::optional<TableRow> row1 = {};
    const std::vector<TableRow>* matches = nullptr; ///< of row1
    std::size_t match = 0;
};

std::optional<JoinedRow> JoinedRows::next() {
    State& state = *state_;
    while (state.matches == nullptr || state.match == state.matches->size()) {
        state.matches = nullptr;
        state.row1 = state.rows1.next();
        if (!state.row1) {
            return std::nullopt;
        }
        if (const auto key = key_text((*state.row1)[state.key1], state.key1)) {
            const auto found = state.rows2.find(*key);
            state.matches = found == state.rows2.end() ? nullptr : &found->second;
            state.match = 0;
        }
    }
    return JoinedRow{*state.row1, (*state.matches)[state.match++]};
}

JoinedRows JoinedTable::rows() const {
    auto state = std::make_shared<JoinedRows::State>(
        JoinedRows::State{.rows1 = rows_of(table1_, "table1"), .key1 = key1()});
    const ColumnName key = key2();
    for (const TableRow& row : rows_of(table2_, "table2")) {
        if (auto text = key_text(row[key], key)) {
            state->rows2[*std::move(text)].push_back(row);
        }
    }
    return JoinedRows(std::move(state));
}

Json JoinedTable::to_json(ValueSink& sink) const {
    ArtifactSink* artifact = sink.artifact();
    if (artifact == nullptr) {
        return artifact_path_json(*this);
    }
    Json json = Json::object();
    json["_type"] = artifact_type;
    json["table1"] = table1_.put(*artifact, concat("t1_", identity()));
    json["table2"] = table2_.put(*artifact, concat("t2_", identity()));
    json["join_key"] = join_key_;
    return json;
}

JoinedTable JoinedTable::from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
    expect_type(json, artifact_type);
    const auto side = [&](std::string_view name) {
        return restoring(quoted(name), [&] {
            JoinedSide restored(SourcePath{source, string_member(json, name)});
            restored.is_restored_ = true;
            return restored;
        });
    };
    JoinedSide table1 = side("table1");
    JoinedSide table2 = side("table2");
    const Json* key = find_member(json, "join_key");
    return restoring("'join_key'", [&] {
        return JoinedTable(std::move(table1), std::move(table2), key == nullptr ? Json() : *key);
    });
}

bool JoinedTable::equals(const Value& other) const {
    const auto* table = dynamic_cast<const JoinedTable*>(&other);
    return table != nullptr && join_key_ == table->join_key_ && table1_ == table->table1_ &&
           table2_ == table->table2_;
}

} // namespace vitrine
