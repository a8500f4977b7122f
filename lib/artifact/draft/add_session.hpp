// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/value/value_sink.hpp>

#include "artifact/draft/pending_adds.hpp"
#include "artifact/draft/value_adds.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

/// The sink that one value is written to while it is added to a draft. Its files are staged at
/// once; their entries are collected in a PendingAdds, which is applied to the draft as a whole.
/// One thread, one value: the annotations are those of its JSON.
class AddSession final : public ArtifactSink {
public:
    AddSession(const ValueParts& parts, PendingAdds& pending) : parts_(parts), pending_(pending) {}

    /// Writes the value's files and then its JSON, and returns the entry of the JSON at `path`.
    /// Called once.
    PendingAdds::Item write(const Value& value, std::string path);

    std::string add_media(const MediaFile& file, std::string_view folder) override;
    AddedValue add_shared(const Value& value, std::string_view path) override;
    AddedValue add_value(const Value& value, std::string_view path) override;
    AddedValue add_entry(const SourcePath& entry, std::string_view path) override;
    bool contains(std::string_view path) const override { return find(path).has_value(); }
    void annotate(std::string_view key, Json note) override;
    const Dialect& dialect() const noexcept override { return parts_.dialect; }

private:
    std::string add_local(const MediaFile& file, std::string_view folder);
    std::string add_made(const MediaFile& file, std::string_view folder);
    std::string add_from_source(const MediaFile& file, std::string_view folder);
    std::string add_copy(const MediaFile& file, const SourceFile& known, std::string_view folder);

    /// The entry at a path, with those that this call adds.
    std::optional<Entry> find(std::string_view path) const;
    /// The entry of a value that was added before, also by this call.
    std::optional<AddedValue> find_value(const Value& value) const;
    std::optional<std::string> find_local(const MediaFile& file) const;
    std::string put_media(std::string path, const StoredBytes& stored);
    /// Adds what value_item makes.
    AddedValue put_value(const Value& value, const std::optional<LocatedEntry>& origin,
                         std::string path);
    /// Adds an entry at its path, or at the dialect's alternative path if other content has that.
    AddedValue place(PendingAdds::Item item);

    const ValueParts& parts_;
    PendingAdds& pending_;
    Json notes_ = Json::object();
};

} // namespace vitrine
