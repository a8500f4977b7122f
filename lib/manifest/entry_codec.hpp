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

/// The fields of one item as they lie in a run (FORMAT.md, "Fields"), taken apart where they lie:
/// walks of a million entries look at two or three of them and make no Entry. The views point into
/// the bytes that were read.
struct EntryFields {
    std::string_view bytes;  ///< all of them
    bool removed = false;    ///< the path is no more; then there is nothing else
    std::string_view object; ///< the 32 bytes of a SHA-256; empty where the store holds none
    std::uint64_t object_size = 0;
    std::string_view digest;
    std::optional<std::uint64_t> size;
    std::optional<std::string_view> ref;
    std::optional<std::string_view> birth_id;
    std::optional<std::string_view> extra; ///< JSON
    std::optional<std::string_view> value_type;
    std::size_t content_size = 0; ///< of `bytes` without the value type

    /// Takes the fields of one item off the front. Throws: Corruption.
    static EntryFields read(BlockReader& bytes);
    /// Of bytes that hold the fields of one item and nothing more. Throws: Corruption.
    static EntryFields parse(std::string_view bytes);

    std::optional<Sha256> object_digest() const;
    /// The bytes that an entry stands for: what the store holds of it, else the size it declares.
    std::uint64_t logical_size() const { return object.empty() ? size.value_or(0) : object_size; }
    /// Appends what enters the content digest: all fields but the value type, which is an index.
    void append_content(std::string& out) const;
    /// The entry; `removed` must be false. Inverse: encode_fields. Throws: Corruption.
    Entry entry(std::string_view path) const;
};

/// Appends all fields of an entry but its path. One entry has one encoding.
/// Throws: InvalidArgument where `extra` is neither null nor an object.
void encode_fields(std::string& out, const Entry& entry);

/// Appends the fields that say: this path is removed.
void encode_removal(std::string& out);

} // namespace vitrine
