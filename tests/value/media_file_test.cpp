// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/value/media_file.hpp>

#include "core/file_system.hpp"
#include "support/check_throws.hpp"
#include "support/memory_source.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace vitrine {

namespace {

void write(const std::filesystem::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
}

} // namespace

TEST_CASE("a media file from any kind of source has a name, an extension and a digest") {
    const TemporaryDirectory folder;
    write(folder.path() / "a.b.PNG", "hello");
    const auto source = test::MemorySource::make({{"media/x.png", {"hello", {}}}});
    const MediaFile files[] = {
        MediaFile::from_path(folder.path() / "a.b.PNG"),
        MediaFile::load(folder.path() / "a.b.PNG").first,
        MediaFile::from_bytes("hello", ".mask.png"),
        MediaFile::from_source(source, "media/x.png"),
    };
    for (const MediaFile& file : files) {
        CAPTURE(file.path());
        CHECK(file.size() == 5);
        CHECK(file.sha256() == sha256_of(std::string_view("hello")));
        CHECK(file.read() == "hello");
    }
    CHECK(files[0].kind() == MediaFile::Kind::local);
    CHECK(files[0].file_name() == "a.b.PNG");
    CHECK(files[0].extension() == ".PNG");
    CHECK(files[0].local_path() == folder.path() / "a.b.PNG");
    CHECK(files[2].kind() == MediaFile::Kind::memory);
    CHECK(files[2].path().empty());
    CHECK(files[2].extension() == ".mask.png");
    CHECK_FALSE(files[2].local_path());
    CHECK(files[3].kind() == MediaFile::Kind::source);
    CHECK(files[3].path() == "media/x.png");
    CHECK(files[3].source() == source);
}

TEST_CASE("loading a file returns its bytes from the same read") {
    const TemporaryDirectory folder;
    write(folder.path() / "x", "hello");
    CHECK(MediaFile::load(folder.path() / "x").second == "hello");
}

TEST_CASE("the extension is the one of Python's splitext") {
    struct Case {
        std::string_view path;
        std::string_view extension;
    };
    const Case cases[] = {
        {"a.png", ".png"}, {"a", ""},      {".png", ""},
        {"..png", ""},     {"a.", "."},    {"a.b.c", ".c"},
        {"d.x/a", ""},     {"d.x/.b", ""}, {"d/two.dots.JPG", ".JPG"},
        {"...a.b", ".b"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.path);
        const auto source = test::MemorySource::make({{std::string(c.path), {"", {}}}});
        CHECK(MediaFile::from_source(source, c.path).extension() == c.extension);
    }
}

TEST_CASE("a file that changed after construction is a conflict, not another file") {
    const TemporaryDirectory folder;
    const auto path = folder.path() / "x.png";
    write(path, "before");
    const MediaFile file = MediaFile::from_path(path);
    CHECK(file.read() == "before");
    write(path, "after!");
    test::check_throws([&] { file.read(); }, ErrorCode::Conflict, "has changed");
    CHECK(file.sha256() == sha256_of(std::string_view("before")));
    std::filesystem::remove(path);
    test::check_throws([&] { file.read(); }, ErrorCode::NotFound, "x.png");
}

TEST_CASE("a path that is not a file is refused by name") {
    const TemporaryDirectory folder;
    const auto source = test::MemorySource::make({});
    const auto missing = folder.path() / "missing.png";
    test::check_throws([&] { MediaFile::from_path(missing); }, ErrorCode::NotFound, "missing.png");
    test::check_throws([&] { MediaFile::load(missing); }, ErrorCode::NotFound, "missing.png");
    test::check_throws([&] { MediaFile::from_path(""); }, ErrorCode::NotFound, "''");
    test::check_throws([&] { MediaFile::from_path(folder.path()); }, ErrorCode::InvalidArgument,
                       "expected a file, got a folder");
    test::check_throws([&] { MediaFile::load(folder.path()); }, ErrorCode::InvalidArgument,
                       "expected a file, got a folder");
    test::check_throws([&] { MediaFile::from_source(source, "gone.png"); }, ErrorCode::NotFound,
                       "gone.png");
    test::check_throws([&] { MediaFile::from_source(nullptr, "x"); }, ErrorCode::InvalidArgument,
                       "no source");
}

TEST_CASE("a declared extension takes precedence over the last dot") {
    const MediaFile made = MediaFile::from_bytes("x", ".json");
    CHECK(made.with_extension(".graph.json").extension() == ".graph.json");
    CHECK(made.extension() == ".json");
    CHECK(made.with_extension(".graph.json").read() == "x");
}

TEST_CASE("the SHA-256 of a source that knows only an MD5 is computed once, on demand") {
    /// A plain W&B directory, whose manifest has no SHA-256.
    class Md5Source final : public ValueSource {
    public:
        std::string name() const override { return "md5"; }
        std::string id() const override { return ""; }
        const TypeRegistry& types() const override { return types_; }
        SourceFile file(std::string_view path) const override {
            return {std::string(path), 5, std::nullopt, "", nullptr};
        }
        std::vector<std::string> files_below(std::string_view) const override { return {}; }
        std::string read(std::string_view) const override {
            ++reads;
            return "hello";
        }
        std::optional<std::filesystem::path> local_path(std::string_view) const override {
            return std::nullopt;
        }
        std::shared_ptr<const Value> value(std::string_view) const override { return nullptr; }
        mutable int reads = 0;

    private:
        TypeRegistry types_;
    };
    const auto source = std::make_shared<const Md5Source>();
    const MediaFile file = MediaFile::from_source(source, "x");
    CHECK(source->reads == 0);
    CHECK(file.sha256() == sha256_of(std::string_view("hello")));
    CHECK(file.sha256() == sha256_of(std::string_view("hello")));
    CHECK(source->reads == 1);
    CHECK(file.source() == source);
}

} // namespace vitrine
