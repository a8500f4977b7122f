// SPDX-License-Identifier: MIT
#include "catalog/migrations.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace vitrine {

namespace {

// Digests are BLOBs of their bytes, ids of artifacts are BLOBs, numbers are not negative.
// STRICT is not used: it needs a later SQLite than some systems have.
constexpr std::string_view kFirstSchema = R"sql(
-- One row: whose catalogue this is, and the epoch of gc.
CREATE TABLE store (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    id       TEXT NOT NULL,              -- as in vitrine.json
    complete INTEGER NOT NULL DEFAULT 0, -- 1 once init or repair has finished
    epoch    INTEGER NOT NULL DEFAULT 1
);

-- The files below objects/ and artifacts/. Marks of gc stand on files. An id is never used again,
-- so that what gc remembers of a file cannot meet another one.
CREATE TABLE files (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    kind INTEGER NOT NULL,               -- 0 loose object, 1 manifest, 2 pack
    name BLOB NOT NULL CHECK (length(name) = 32),
    size INTEGER NOT NULL,
    mark INTEGER,                        -- the epoch in which gc found it unreached
    UNIQUE (name, kind)
);

-- Which file holds an object.
CREATE TABLE objects (
    sha256  BLOB PRIMARY KEY CHECK (length(sha256) = 32),
    size    INTEGER NOT NULL,
    file    INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    offset  INTEGER NOT NULL,            -- in the file; 0 in a loose one
    damaged INTEGER NOT NULL DEFAULT 0   -- 1: found to be damaged by verify
) WITHOUT ROWID;
CREATE INDEX objects_by_file ON objects (file);

-- The manifest of each content.
CREATE TABLE manifests (
    content       BLOB PRIMARY KEY CHECK (length(content) = 32),
    file          INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    entries       INTEGER NOT NULL,
    logical_bytes INTEGER NOT NULL,      -- sum of the sizes of all entries
    digest        TEXT NOT NULL,         -- W&B's, lower-case hex MD5
    damaged       INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX manifests_by_file ON manifests (file);

-- The runs that make it up.
CREATE TABLE manifest_runs (
    content  BLOB NOT NULL REFERENCES manifests (content) ON DELETE CASCADE,
    position INTEGER NOT NULL,           -- 0: the newest
    object   BLOB NOT NULL CHECK (length(object) = 32),
    PRIMARY KEY (content, position)
) WITHOUT ROWID;

-- What may change of a name.
CREATE TABLE heads (
    name        TEXT PRIMARY KEY,
    type        TEXT NOT NULL,
    next_number INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE aliases (
    name   TEXT NOT NULL REFERENCES heads (name) ON DELETE CASCADE,
    alias  TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (name, alias)
) WITHOUT ROWID;

-- What the record of a version says.
CREATE TABLE versions (
    row_id      INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    number      INTEGER NOT NULL,
    type        TEXT NOT NULL,
    id          BLOB NOT NULL UNIQUE,
    content     BLOB NOT NULL CHECK (length(content) = 32),
    digest      TEXT NOT NULL,
    metadata    TEXT NOT NULL,           -- JSON, keys in the order given
    description TEXT NOT NULL,
    dialect     TEXT NOT NULL,
    created_at  TEXT NOT NULL,           -- RFC 3339, UTC
    run         TEXT,
    base_name   TEXT,
    base_number INTEGER,
    UNIQUE (name, number)
);

-- The manifests that a version keeps of the artifacts it refers to.
CREATE TABLE kept (
    version INTEGER NOT NULL REFERENCES versions (row_id) ON DELETE CASCADE,
    id      BLOB NOT NULL,               -- of the source
    name    TEXT NOT NULL,               -- of the source, 'blood-cells:v0'
    content BLOB NOT NULL CHECK (length(content) = 32),
    PRIMARY KEY (version, id)
) WITHOUT ROWID;
CREATE INDEX kept_by_id ON kept (id);

-- The stat cache: what bytes a file of the user's held when it was last read. device and inode
-- are unsigned numbers in a signed column.
CREATE TABLE stats (
    device   INTEGER NOT NULL,
    inode    INTEGER NOT NULL,
    size     INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL,
    sha256   BLOB NOT NULL CHECK (length(sha256) = 32),
    md5      BLOB NOT NULL CHECK (length(md5) = 16),
    PRIMARY KEY (device, inode)
) WITHOUT ROWID;
)sql";

constexpr std::string_view kRuns = R"sql(
-- What the record of a run says.
CREATE TABLE runs (
    id         TEXT PRIMARY KEY,
    directory  TEXT NOT NULL,
    created_at TEXT NOT NULL             -- RFC 3339, UTC
) WITHOUT ROWID;

-- The versions that a run used and made. They may be removed by now, so that nothing is referred
-- to: id, name and number are what they were.
CREATE TABLE run_versions (
    run      TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    role     INTEGER NOT NULL,           -- 0 used, 1 made
    position INTEGER NOT NULL,           -- from 0, in the order in which it happened
    version  BLOB NOT NULL,              -- its id
    name     TEXT NOT NULL,
    number   INTEGER NOT NULL,
    PRIMARY KEY (run, role, position)
) WITHOUT ROWID;
CREATE INDEX run_versions_by_version ON run_versions (version, role);
)sql";

constexpr std::string_view kMarks = R"sql(
-- Few files bear a mark: gc finds those without a look at the others.
CREATE INDEX files_by_mark ON files (mark) WHERE mark IS NOT NULL;
)sql";

constexpr std::array<Migration, 3> kMigrations = {{
    {"0001-first-schema", kFirstSchema},
    {"0002-runs", kRuns},
    {"0003-marks", kMarks},
}};

constexpr std::string_view kMigrationTable = R"sql(
-- The migrations that have been applied, in order.
CREATE TABLE migrations (
    position INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE
);
)sql";

std::set<std::string> applied_migrations(sqlite::Connection& database) {
    std::set<std::string> names;
    sqlite::Query query(database.prepared("SELECT name FROM migrations ORDER BY position"));
    while (query.step()) {
        names.insert(query.text(0));
    }
    return names;
}

void refuse_unknown(const std::set<std::string>& applied, const std::string& path) {
    for (const auto& name : applied) {
        const auto known = migrations();
        if (std::none_of(known.begin(), known.end(),
                         [&](const Migration& migration) { return migration.name == name; })) {
            throw Error(ErrorCode::Unsupported,
                        concat("catalogue ", quoted(path),
                               " was written by a newer vitrine: unknown migration ",
                               quoted(name)));
        }
    }
}

void apply_missing(sqlite::Connection& database, const std::set<std::string>& applied) {
    for (const auto& migration : migrations()) {
        if (!applied.contains(std::string(migration.name))) {
            database.execute_script(std::string(migration.sql));
            database.execute("INSERT INTO migrations (name) VALUES (?)", migration.name);
        }
    }
}

void refuse_other_databases(sqlite::Connection& database) {
    sqlite::Query id(database.prepared("PRAGMA application_id"));
    sqlite::Query table(database.prepared(
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'"));
    if (!id.step() || id.int64(0) != kApplicationId || !table.step()) {
        throw Error(ErrorCode::NotAStore,
                    concat(quoted(database.path()), " is not a catalogue of vitrine"));
    }
}

/// SQL without comments and white space, which SQLite keeps and which say nothing.
std::string compact_sql(std::string_view sql) {
    std::string text;
    bool in_comment = false;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        in_comment = in_comment ? sql[i] != '\n' : sql.substr(i).starts_with("--");
        if (!in_comment && sql[i] != ' ' && sql[i] != '\n' && sql[i] != '\t') {
            text += sql[i];
        }
    }
    return text;
}

void add_statements(std::string_view sql, std::set<std::string>& statements) {
    const std::string text = compact_sql(sql);
    for (std::size_t first = 0; first < text.size();) {
        const std::size_t end = std::min(text.find(';', first), text.size());
        statements.insert(text.substr(first, end - first));
        first = end + 1;
    }
}

/// The statements that make the tables and indexes of a catalogue.
const std::set<std::string>& schema() {
    static const std::set<std::string> statements = [] {
        std::set<std::string> made;
        add_statements(kMigrationTable, made);
        for (const Migration& migration : kMigrations) {
            add_statements(migration.sql, made);
        }
        return made;
    }();
    return statements;
}

/// Throws NotAStore unless the database has the tables and indexes of a catalogue, and nothing
/// else: a trigger or a view could change what a statement does.
void require_schema(sqlite::Connection& database) {
    std::set<std::string> missing = schema();
    sqlite::Query query(database.prepared(
        "SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*'"));
    while (query.step()) {
        if (missing.erase(compact_sql(query.text(2))) == 0) {
            throw Error(ErrorCode::NotAStore,
                        concat("catalogue ", quoted(database.path()), " has an unexpected ",
                               query.text(0), " ", quoted(query.text(1)),
                               ": run 'vitrine repair'"));
        }
    }
    if (!missing.empty()) {
        throw Error(ErrorCode::NotAStore,
                    concat("catalogue ", quoted(database.path()), " lacks ",
                           quoted(*missing.begin()), ": run 'vitrine repair'"));
    }
}

/// Whether the database lacks a migration. Throws: Unsupported for an unknown migration.
bool is_behind(sqlite::Connection& database) {
    const auto applied = applied_migrations(database);
    refuse_unknown(applied, database.path());
    return applied.size() < migrations().size();
}

} // namespace

std::span<const Migration> migrations() {
    return kMigrations;
}

void migrate(sqlite::Connection& database, bool read_only) {
    refuse_other_databases(database);
    if (!is_behind(database)) {
        require_schema(database);
        return;
    }
    if (read_only) {
        throw Error(ErrorCode::Unsupported,
                    concat("catalogue ", quoted(database.path()),
                           " is of an older vitrine: open it for writing once"));
    }
    database.execute_script("BEGIN IMMEDIATE");
    try {
        // Checked again under the lock: another process may have applied them meanwhile.
        const auto applied = applied_migrations(database);
        refuse_unknown(applied, database.path());
        apply_missing(database, applied);
        require_schema(database);
        database.execute_script("COMMIT");
    } catch (...) {
        database.rollback();
        throw;
    }
}

void make_schema(sqlite::Connection& database) {
    database.execute_script("BEGIN IMMEDIATE");
    try {
        database.execute_script(concat("PRAGMA application_id = ", kApplicationId));
        database.execute_script(std::string(kMigrationTable));
        apply_missing(database, {});
        database.execute_script("COMMIT");
    } catch (...) {
        database.rollback();
        throw;
    }
}

} // namespace vitrine
