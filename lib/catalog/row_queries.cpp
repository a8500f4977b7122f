// SPDX-License-Identifier: MIT
#include "catalog/row_queries.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

namespace vitrine {

namespace {

constexpr std::string_view kPutFile =
    "INSERT INTO files (kind, name, size) VALUES (?, ?, ?) "
    "ON CONFLICT (name, kind) DO UPDATE SET size = excluded.size, mark = NULL RETURNING id";

} // namespace

FileRow file_row(const sqlite::Query& query, int first) {
    const std::int64_t kind = query.int64(first + 1);
    if (kind < 0 || kind > static_cast<int>(FileKind::pack)) {
        throw Error(ErrorCode::Corruption,
                    concat("the catalogue is damaged: unknown file kind ", kind));
    }
    return {query.int64(first), static_cast<FileKind>(kind), query.sha256(first + 2),
            query.uint64(first + 3), query.optional_uint64(first + 4)};
}

std::string after(const Sha256* digest) {
    return digest ? std::string(digest->bytes.begin(), digest->bytes.end()) : std::string();
}

ObjectRow object_row(const sqlite::Query& query) {
    ObjectRow row;
    row.sha256 = query.sha256(0);
    row.size = query.uint64(1);
    row.offset = query.uint64(2);
    row.damaged = query.int64(3) != 0;
    row.file = file_row(query, 4);
    return row;
}

std::int64_t put_file(CatalogConnection& connection, FileKind kind, const Sha256& name,
                      std::uint64_t size) {
    sqlite::Query query(connection.prepared(kPutFile));
    query.bind(static_cast<int>(kind), name, size).step();
    const std::int64_t id = query.int64(0);
    query.execute();
    return id;
}

} // namespace vitrine
