// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/entry.hpp>

#include "manifest/block_reader.hpp"

#include <optional>
#include <string>

namespace vitrine {

/// Whether the value type, which is an index and enters no digest, is among the fields.
enum class ValueTypeField { Included, LeftOut };

/// Appends all fields of an entry but its path (FORMAT.md, "Fields"). One entry has one encoding.
/// Throws: InvalidArgument where `extra` is neither null nor an object.
void encode_fields(std::string& out, const Entry& entry, ValueTypeField value_type);

/// Appends the fields that say: this path is removed.
void encode_removal(std::string& out);

/// Inverse of encode_fields and encode_removal: the entry, or nothing for a removal.
/// Throws: Corruption.
std::optional<Entry> decode_fields(BlockReader& bytes, const std::string& path);

/// Passes over the fields of one item without reading them. Throws: Corruption.
void skip_fields(BlockReader& bytes);

} // namespace vitrine
