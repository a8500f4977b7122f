// SPDX-License-Identifier: MIT
#include "manifest/entry_codec.hpp"

#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>

#include "core/text.hpp"

#include <cstring>

namespace vitrine {

namespace {

// Which fields follow, in this order. The values are part of the format.
constexpr std::uint8_t kTombstone = 0x01;
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

std::uint8_t flags_of(const Entry& entry) {
    const auto bit = [](bool is_there, std::uint8_t flag) { return is_there ? flag : 0; };
    return static_cast<std::uint8_t>(
        bit(entry.object.has_value(), kObject) | bit(entry.size.has_value(), kSize) |
        bit(entry.ref.has_value(), kRef) | bit(entry.birth_id.has_value(), kBirthId) |
        bit(has_extra(entry), kExtra) | bit(entry.value_type.has_value(), kValueType));
}

std::optional<std::string> copy(const std::optional<std::string_view>& text) {
    return text ? std::optional<std::string>(*text) : std::nullopt;
}

} // namespace

EntryFields EntryFields::read(BlockReader& bytes) {
    const std::string_view start = bytes.rest();
    const std::uint8_t flags = bytes.byte();
    if ((flags & kUnknown) != 0 || ((flags & kTombstone) != 0 && flags != kTombstone)) {
        throw Error(ErrorCode::Corruption, "the fields of an entry contradict each other");
    }
    const auto has = [flags](std::uint8_t flag) { return (flags & flag) != 0; };
    const auto used = [&] { return start.size() - bytes.left(); };
    EntryFields fields;
    fields.is_tombstone = flags == kTombstone;
    if (has(kObject)) {
        fields.object = bytes.take(sizeof(Sha256::bytes));
        fields.object_size = bytes.varint();
    }
    if (!fields.is_tombstone) {
        fields.digest = bytes.text();
    }
    if (has(kSize)) {
        fields.size = bytes.varint();
    }
    if (has(kRef)) {
        fields.ref = bytes.text();
    }
    if (has(kBirthId)) {
        fields.birth_id = bytes.text();
    }
    if (has(kExtra)) {
        fields.extra = bytes.text();
    }
    fields.content_size = used();
    if (has(kValueType)) {
        fields.value_type = bytes.text();
    }
    fields.bytes = start.substr(0, used());
    return fields;
}

EntryFields EntryFields::parse(std::string_view bytes) {
    BlockReader reader(bytes);
    EntryFields fields = read(reader);
    if (!reader.at_end()) {
        throw Error(ErrorCode::Corruption, "more bytes than the fields of an entry");
    }
    return fields;
}

std::optional<Sha256> EntryFields::object_digest() const {
    if (object.empty()) {
        return std::nullopt;
    }
    Sha256 sha256;
    std::memcpy(sha256.bytes.data(), object.data(), sha256.bytes.size());
    return sha256;
}

void EntryFields::append_content(std::string& out) const {
    const std::size_t at = out.size();
    out += bytes.substr(0, content_size);
    out[at] = static_cast<char>(static_cast<std::uint8_t>(out[at]) & ~kValueType);
}

Entry EntryFields::entry(std::string_view path) const {
    try {
        Entry entry{.path = EntryPath(std::string(path))};
        entry.object = object_digest();
        entry.object_size = object_size;
        entry.digest = digest;
        entry.size = size;
        entry.ref = copy(ref);
        entry.birth_id = copy(birth_id);
        if (extra) {
            entry.extra = parse_json(*extra);
        }
        entry.value_type = copy(value_type);
        return entry;
    } catch (const Error& error) {
        // An unsafe path or bad JSON is damage: it was valid when it was written.
        throw Error(ErrorCode::Corruption, error.what());
    }
}

void encode_fields(std::string& out, const Entry& entry) {
    const std::uint8_t flags = flags_of(entry);
    out.push_back(static_cast<char>(flags));
    if (entry.object) {
        out.append(reinterpret_cast<const char*>(entry.object->bytes.data()),
                   entry.object->bytes.size());
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
    if (entry.value_type) {
        append_text(out, *entry.value_type);
    }
}

void encode_tombstone(std::string& out) {
    out.push_back(static_cast<char>(kTombstone));
}

} // namespace vitrine
