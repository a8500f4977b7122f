// SPDX-License-Identifier: MIT
#include "manifest/entry_codec.hpp"

#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>

#include "core/text.hpp"

#include <algorithm>
#include <utility>

namespace vitrine {

namespace {

// Which fields follow, and in this order. The values are part of the format.
constexpr std::uint8_t kRemoved = 0x01;
constexpr std::uint8_t kObject = 0x02;
constexpr std::uint8_t kSize = 0x04;
constexpr std::uint8_t kRef = 0x08;
constexpr std::uint8_t kBirthId = 0x10;
constexpr std::uint8_t kExtra = 0x20;
constexpr std::uint8_t kValueType = 0x40;
constexpr std::uint8_t kUnknown = 0x80;

bool has_extra(const Entry& entry) {
    if (!entry.extra.is_null() && !entry.extra.is_object()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("entry ", quoted(entry.path.str()),
                           ": expected an object for extra, got ", entry.extra.type_name()));
    }
    return !entry.extra.empty();
}

std::uint8_t flags_of(const Entry& entry, bool with_value_type) {
    const auto bit = [](bool is_there, std::uint8_t flag) { return is_there ? flag : 0; };
    return static_cast<std::uint8_t>(
        bit(entry.object.has_value(), kObject) | bit(entry.size.has_value(), kSize) |
        bit(entry.ref.has_value(), kRef) | bit(entry.birth_id.has_value(), kBirthId) |
        bit(has_extra(entry), kExtra) | bit(with_value_type, kValueType));
}

std::uint8_t read_flags(BlockReader& bytes) {
    const std::uint8_t flags = bytes.byte();
    if ((flags & kUnknown) != 0 || ((flags & kRemoved) != 0 && flags != kRemoved)) {
        throw Error(ErrorCode::Corruption, "the fields of an entry contradict each other");
    }
    return flags;
}

Entry decode_entry(BlockReader& bytes, std::uint8_t flags, const std::string& path) {
    const auto has = [flags](std::uint8_t flag) { return (flags & flag) != 0; };
    Entry entry{.path = EntryPath(path)};
    if (has(kObject)) {
        const std::string_view digest = bytes.take(32);
        entry.object.emplace();
        std::ranges::transform(digest, entry.object->bytes.begin(),
                               [](char c) { return static_cast<std::uint8_t>(c); });
        entry.object_size = bytes.varint();
    }
    entry.digest = bytes.text();
    if (has(kSize)) {
        entry.size = bytes.varint();
    }
    if (has(kRef)) {
        entry.ref = bytes.text();
    }
    if (has(kBirthId)) {
        entry.birth_id = bytes.text();
    }
    if (has(kExtra)) {
        entry.extra = parse_json(bytes.text());
    }
    if (has(kValueType)) {
        entry.value_type = bytes.text();
    }
    return entry;
}

} // namespace

void encode_fields(std::string& out, const Entry& entry, ValueTypeField value_type) {
    const bool with_value_type =
        value_type == ValueTypeField::Included && entry.value_type.has_value();
    const std::uint8_t flags = flags_of(entry, with_value_type);
    out.push_back(static_cast<char>(flags));
    if (entry.object) {
        for (const std::uint8_t byte : entry.object->bytes) {
            out.push_back(static_cast<char>(byte));
        }
        append_varint(out, entry.object_size);
    }
    append_text(out, entry.digest);
    if (entry.size) {
        append_varint(out, *entry.size);
    }
    if (entry.ref) {
        append_text(out, *entry.ref);
    }
    if (entry.birth_id) {
        append_text(out, *entry.birth_id);
    }
    if ((flags & kExtra) != 0) {
        append_text(out, render_json(entry.extra, kOrderedJson));
    }
    if (with_value_type) {
        append_text(out, *entry.value_type);
    }
}

void encode_removal(std::string& out) {
    out.push_back(static_cast<char>(kRemoved));
}

std::optional<Entry> decode_fields(BlockReader& bytes, const std::string& path) {
    const std::uint8_t flags = read_flags(bytes);
    if (flags == kRemoved) {
        return std::nullopt;
    }
    try {
        return decode_entry(bytes, flags, path);
    } catch (const Error& error) {
        // An unsafe path or bad JSON is damage here: it was sound when it was written.
        throw Error(ErrorCode::Corruption, error.what());
    }
}

void skip_fields(BlockReader& bytes) {
    const std::uint8_t flags = read_flags(bytes);
    if (flags == kRemoved) {
        return;
    }
    if ((flags & kObject) != 0) {
        bytes.take(32);
        bytes.varint();
    }
    bytes.text();
    if ((flags & kSize) != 0) {
        bytes.varint();
    }
    for (const std::uint8_t flag : {kRef, kBirthId, kExtra, kValueType}) {
        if ((flags & flag) != 0) {
            bytes.text();
        }
    }
}

} // namespace vitrine
