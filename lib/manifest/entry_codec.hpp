// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>
#include <vitrine/manifest/entry.hpp>

#include "manifest/block_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

/// The encoded fields of one item (FORMAT.md, "Fields"), decoded in place: walks of a million
/// entries look at two or three fields and create no Entry. The views refer to the bytes that were
/// read.
struct EntryFields {
    std::string_view bytes;    ///< all of them
    bool is_tombstone = false; ///< the path is removed; there are no other fields
    std::string_view object;   ///< the 32 bytes of a SHA-256; empty if the store holds none
    std::uint64_t object_size = 0;
    std::string_view digest;
    std::optional<std::uint64_t> size;
    std::optional<std::string_view> ref;
    std::optional<std::string_view> birth_id;
    std::optional<std::string_view> extra; ///< JSON
    std::optional<std::string_view> value_type;
    std::size_t content_size = 0; ///< the size of `bytes` without the value type

    /// Reads the fields of one item from the front of `bytes`. Throws: Corruption.
    static EntryFields read(BlockReader& bytes);
    /// Decodes bytes that hold the fields of one item and nothing else. Throws: Corruption.
    static EntryFields parse(std::string_view bytes);

    std::optional<Sha256> object_digest() const;
    /// The size of the object if there is one, else the size that the entry declares.
    std::uint64_t logical_size() const { return object.empty() ? size.value_or(0) : object_size; }
    /// Appends the part that the content digest covers: all fields but the value type.
    void append_content(std::string& out) const;
    /// The entry with that path. Inverse: encode_fields. Requires: not a tombstone.
    /// Throws: Corruption.
    Entry entry(std::string_view path) const;
};

/// Appends all fields of an entry but its path. An entry has exactly one encoding.
/// Throws: InvalidArgument if `extra` is neither null nor an object.
void encode_fields(std::string& out, const Entry& entry);

/// Appends the fields of a tombstone.
void encode_tombstone(std::string& out);

} // namespace vitrine
