// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/value/value_sink.hpp>

#include "artifact/draft/draft.hpp"

#include <string>
#include <string_view>

namespace vitrine {

/// The sink that one value is written to while it is added to a draft. Its files are staged at
/// once; their entries are collected in a PendingAdds, which is applied to the draft as a whole.
/// One thread.
class AddSession final : public ArtifactSink {
public:
    AddSession(ArtifactBuilder::Draft& draft, PendingAdds& pending)
        : draft_(draft), pending_(pending) {}

    std::string add_media(const MediaFile& file, std::string_view folder) override;
    AddedValue add_shared(const Value& value, std::string_view path) override;
    AddedValue add_value(const Value& value, std::string_view path) override;
    AddedValue add_entry(const SourcePath& entry, std::string_view path) override;
    bool contains(std::string_view path) const override { return find(path).has_value(); }
    void annotate(std::string_view key, Json note) override;
    const Dialect& dialect() const noexcept override { return draft_.dialect(); }

    /// Writes the value's files and then its JSON, and returns the entry of the JSON at `path`.
    /// Static, because annotations belong to one value.
    static PendingAdds::Item write(ArtifactBuilder::Draft& draft, PendingAdds& pending,
                                   const Value& value, std::string path);

private:
    std::string add_local(const MediaFile& file, std::string_view folder);
    std::string add_made(const MediaFile& file, std::string_view folder);
    std::string add_from_source(const MediaFile& file, std::string_view folder);
    std::string add_copy(const MediaFile& file, const SourceFile& known, std::string_view folder);

    /// The entry at a path, with those that this value adds.
    std::optional<Entry> find(std::string_view path) const;
    std::optional<Entry> find_identity(std::uint64_t identity) const;
    std::optional<std::string> find_local(const MediaFile& file) const;
    std::string put_media(std::string path, const StoredBytes& stored);
    AddedValue put_shared(PendingAdds::Item item, const Value& value);
    /// Adds an entry at its path, or at the dialect's alternative path if other content has that.
    AddedValue place(PendingAdds::Item item);

    ArtifactBuilder::Draft& draft_;
    PendingAdds& pending_;
    Json notes_ = Json::object();
};

} // namespace vitrine
