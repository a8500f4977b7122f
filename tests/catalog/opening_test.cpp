// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "catalog/migrations.hpp"
#include "catalog/sqlite.hpp"
#include "catalog/support.hpp"
#include "support/check_throws.hpp"
#include "support/working_folder.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace vitrine;
using namespace vitrine::test;

namespace {

/// Changes a closed catalogue behind vitrine's back.
void change(const std::filesystem::path& path, const std::string& sql) {
    sqlite::Connection(path, sqlite::Mode::write).execute_script(sql);
}

} // namespace

TEST_CASE_FIXTURE(CatalogFixture, "a complete catalogue opens again, for writing and for reading") {
    write([&] { catalog->versions.put(version("cells", 0)); });
    catalog.reset();
    for (const bool read_only : {false, true}) {
        CAPTURE(read_only);
        const auto again = Catalog::open(path, kStoreId, read_only);
        CHECK(again->versions.find("cells", 0));
        CHECK(again->epoch() == 1);
    }
    const auto reader = Catalog::open(path, kStoreId, true);
    CHECK_THROWS_AS(Catalog::WriteTransaction(*reader, false), DatabaseError);
}

TEST_CASE("a path with every odd character names one catalogue") {
    const TemporaryDirectory folder;
    const auto odd = folder.path() / "a?b#c%20 d'\"\\\xc3\xa4\n.sqlite";
    CatalogFixture::make(odd).reset();
    CHECK(std::filesystem::exists(odd));
    CHECK(Catalog::open(odd, kStoreId, true)->epoch() == 1);
}

TEST_CASE("all migrations are applied to a new catalogue and their names are kept") {
    const CatalogFixture fixture;
    sqlite::Connection database(fixture.path, sqlite::Mode::read);
    sqlite::Query query(database.prepared("SELECT name FROM migrations ORDER BY position"));
    for (const auto& migration : migrations()) {
        REQUIRE(query.step());
        CHECK(query.text(0) == migration.name);
    }
    CHECK_FALSE(query.step());
}

TEST_CASE("a catalogue that lacks migrations gets them when it is opened for writing") {
    const TemporaryDirectory folder;
    const auto path = folder.path() / "catalog.sqlite";
    {
        // The state before the first migration, whose tables the opening then makes.
        sqlite::Connection database(path, sqlite::Mode::create);
        database.execute_script("PRAGMA journal_mode = WAL");
        database.execute_script("PRAGMA application_id = " + std::to_string(kApplicationId));
        database.execute_script(
            "CREATE TABLE migrations (position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)");
    }
    check_throws([&] { Catalog::open(path, kStoreId, true); }, ErrorCode::Unsupported,
                 "older vitrine");
    // Migrated, but without the id of a store.
    check_throws([&] { Catalog::open(path, kStoreId, false); }, ErrorCode::NotAStore);
    change(path,
           "INSERT INTO store (one, id, complete) VALUES (1, '" + std::string(kStoreId) + "', 1)");
    CHECK(Catalog::open(path, kStoreId, true)->epoch() == 1);
}

TEST_CASE("what is not this store's complete catalogue is refused with the reason") {
    struct Case {
        std::string name;
        std::function<void(const std::filesystem::path&)> spoil;
        ErrorCode code;
        std::string message;
    };
    const auto sql = [](const std::string& statement) {
        return [statement](const std::filesystem::path& path) { change(path, statement); };
    };
    const Case cases[] = {
        {"missing", [](const auto& path) { std::filesystem::remove(path); }, ErrorCode::NotAStore,
         "is missing: run 'vitrine repair'"},
        {"not a database", [](const auto& path) { write_text(path, std::string(5000, 'x')); },
         ErrorCode::NotAStore, "is not a database"},
        {"empty", [](const auto& path) { write_text(path, ""); }, ErrorCode::NotAStore,
         "is not a catalogue"},
        {"another program's database", sql("PRAGMA application_id = 7"), ErrorCode::NotAStore,
         "is not a catalogue"},
        {"no migrations", sql("DROP TABLE migrations"), ErrorCode::NotAStore, "is not a catalogue"},
        {"another store's", sql("UPDATE store SET id = 'ffff'"), ErrorCode::NotAStore,
         "belongs to another store: expected id '00112233445566778899aabbccddeeff', got 'ffff'"},
        {"no id", sql("DELETE FROM store"), ErrorCode::NotAStore, "has no store id"},
        {"no stamp", sql("UPDATE store SET complete = 0"), ErrorCode::NotAStore,
         "is not complete: run 'vitrine repair'"},
        {"a trigger", sql("CREATE TRIGGER t AFTER INSERT ON files BEGIN DELETE FROM objects; END"),
         ErrorCode::NotAStore, "has an unexpected trigger 't': run 'vitrine repair'"},
        {"a view", sql("CREATE VIEW v AS SELECT * FROM files"), ErrorCode::NotAStore,
         "has an unexpected view 'v'"},
        {"another table", sql("CREATE TABLE t (a)"), ErrorCode::NotAStore,
         "has an unexpected table 't'"},
        {"another index", sql("CREATE INDEX i ON files (size)"), ErrorCode::NotAStore,
         "has an unexpected index 'i'"},
        {"a table without its constraint",
         sql("DROP TABLE aliases; CREATE TABLE aliases (name TEXT, alias TEXT, number INTEGER)"),
         ErrorCode::NotAStore, "has an unexpected table 'aliases'"},
        {"no index", sql("DROP INDEX kept_by_id"), ErrorCode::NotAStore, "lacks"},
        {"newer", sql("INSERT INTO migrations (name) VALUES ('9999-from-the-future')"),
         ErrorCode::Unsupported, "unknown migration '9999-from-the-future'"},
    };
    for (const auto& test : cases) {
        for (const bool read_only : {false, true}) {
            CAPTURE(test.name);
            CAPTURE(read_only);
            CatalogFixture fixture;
            fixture.catalog.reset();
            test.spoil(fixture.path);
            check_throws([&] { Catalog::open(fixture.path, kStoreId, read_only); }, test.code,
                         test.message);
        }
    }
}

TEST_CASE("a catalogue cannot be opened before it is marked as complete") {
    const TemporaryDirectory folder;
    const auto path = folder.path() / "catalog.sqlite";
    Catalog::create(path, kStoreId).reset();
    check_throws([&] { Catalog::open(path, kStoreId, false); }, ErrorCode::NotAStore);
    check_throws([&] { Catalog::create(path, kStoreId); }, ErrorCode::AlreadyExists);
}

TEST_CASE("damaged rows are reported, not believed") {
    struct Case {
        std::string sql;
        std::function<void(Catalog&)> read;
        ErrorCode code;
        std::string message;
    };
    const auto find = [](Catalog& catalog) { catalog.objects.find(sha256_of("x")); };
    const auto latest = [](Catalog& catalog) { catalog.versions.find_latest("cells"); };
    const Case cases[] = {
        {"UPDATE files SET size = -1", find, ErrorCode::Corruption, "negative 'size'"},
        {"UPDATE files SET kind = 9", find, ErrorCode::Corruption, "unknown file kind 9"},
        {"PRAGMA ignore_check_constraints = ON; UPDATE files SET name = x'00'", find,
         ErrorCode::Corruption, "expected 32 bytes in 'name', got 1"},
        {"UPDATE versions SET metadata = '{'", latest, ErrorCode::InvalidFormat, "line 1"},
        {"UPDATE store SET epoch = -3", [](Catalog& catalog) { catalog.epoch(); },
         ErrorCode::Corruption, "negative 'epoch'"},
    };
    for (const auto& test : cases) {
        CAPTURE(test.sql);
        CatalogFixture fixture;
        fixture.write([&] {
            fixture.catalog->objects.put_loose({{sha256_of("x"), 1}});
            fixture.catalog->versions.put(version("cells", 0));
        });
        change(fixture.path, test.sql);
        check_throws([&] { test.read(*fixture.catalog); }, test.code, test.message);
    }
}

TEST_CASE("an error of SQLite names the file, the code and the statement") {
    const CatalogFixture fixture;
    sqlite::Connection database(fixture.path, sqlite::Mode::write);
    try {
        database.execute("SELECT it FROM nowhere");
        FAIL("no error");
    } catch (const DatabaseError& error) {
        const std::string text = error.what();
        CAPTURE(text);
        CHECK(text.find(fixture.path.native()) != std::string::npos);
        CHECK(text.find("no such table") != std::string::npos);
        CHECK(text.find("SELECT it FROM nowhere") != std::string::npos);
        CHECK(error.extended_code() == 1);
        CHECK(error.code() == ErrorCode::Database);
    }
}

TEST_CASE("a database that another connection keeps busy is locked") {
    CatalogFixture fixture;
    sqlite::Connection first(fixture.path, sqlite::Mode::write);
    sqlite::Connection second(fixture.path, sqlite::Mode::write);
    second.execute_script("PRAGMA busy_timeout = 0");
    first.execute_script("BEGIN IMMEDIATE");
    try {
        second.execute_script("BEGIN IMMEDIATE");
        FAIL("no error");
    } catch (const DatabaseError& error) {
        CHECK(error.code() == ErrorCode::Locked);
    }
    first.rollback();
    CHECK(first.autocommit());
    CHECK_NOTHROW(second.execute_script("BEGIN IMMEDIATE"));
}
