// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/value/value.hpp>
#include <vitrine/value/value_sink.hpp>

#include "table/cell_notes.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace vitrine {

/// The sink of the values in a table's cells. It passes everything to the table's artifact except
/// their notes, which it collects by cell into one note of the table.
class CellSink final : public ArtifactSink {
public:
    explicit CellSink(ArtifactSink& artifact) : artifact_(artifact) {}

    /// Returns the JSON of the value at a cell path (see CellNotes) of a row. Rows must come in
    /// order.
    Json write(const Value& value, const std::string& cell_path, std::size_t row) {
        value_notes_ = Json::object();
        Json json = value.to_json(*this);
        if (!value_notes_.empty()) {
            notes_.add(cell_path, row, std::move(value_notes_));
        }
        return json;
    }

    /// Passes the collected notes to the artifact.
    void annotate_all() {
        if (!notes_.empty()) {
            artifact_.annotate("cells", notes_.to_json());
        }
    }

    std::string add_media(const MediaFile& file, std::string_view folder) override {
        return artifact_.add_media(file, folder);
    }
    AddedValue add_shared(const Value& value, std::string_view path) override {
        return artifact_.add_shared(value, path);
    }
    AddedValue add_value(const Value& value, std::string_view path) override {
        return artifact_.add_value(value, path);
    }
    AddedValue add_entry(const SourcePath& entry, std::string_view path) override {
        return artifact_.add_entry(entry, path);
    }
    bool contains(std::string_view path) const override { return artifact_.contains(path); }
    void annotate(std::string_view key, Json note) override {
        value_notes_[std::string(key)] = std::move(note);
    }
    const Dialect& dialect() const noexcept override { return artifact_.dialect(); }

private:
    ArtifactSink& artifact_;
    CellNotes notes_;
    Json value_notes_;
};

} // namespace vitrine
