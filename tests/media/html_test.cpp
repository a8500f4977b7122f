// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/html.hpp>

#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"
#include "support/working_folder.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

const std::string kTags =
    R"(<base target="_blank"><link rel="stylesheet" type="text/css" href="https://app.wandb.ai/normalize.css" />)";

} // namespace

TEST_CASE("the tags follow the first head, else the first html, else come first") {
    struct Case {
        std::string_view text;
        std::string html;
    };
    const Case cases[] = {
        {"<html><head></head></html>", "<html><head>" + kTags + "</head></html>"},
        {"x<html>y<head>z<head>", "x<html>y<head>" + kTags + "z<head>"},
        {"x<html>y<html>", "x<html><head>" + kTags + "</head>y<html>"},
        {"<HTML>", kTags + "<HTML>"},
        {"", kTags},
        {" \n x \t\n", kTags + " \n x"},
        {" \u2003<head>\u00a0\u3000", "<head>" + kTags},
        {"x\u200b", kTags + "x\u200b"}, // no white space to Python
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        const Html html = Html::from_text(c.text);
        CHECK(html.html() == c.html);
        CHECK(html.read_file() == c.html + "\n");
        CHECK(Html(c.text) == html);
    }
}

TEST_CASE("without tags a text is stored with a newline, and a file unchanged") {
    CHECK(Html::from_text(" a\r\nb\r ", false).html() == " a\r\nb\r ");
    CHECK(Html::from_text(" a\r\nb\r ", false).read_file() == " a\r\nb\r \n");
    const test::WorkingFolder folder;
    test::write_text("a.html", " a\r\nb\r\r\n");
    const Html html("a.html", false);
    CHECK(html.file().path() == "a.html");
    CHECK(html.read_file() == " a\r\nb\r\r\n");
    CHECK(html.html() == " a\nb\n\n");
    CHECK(Html("a.html").html() == kTags + " a\nb");
}

TEST_CASE("a text is taken for a path only if the file exists and the constructor allows it") {
    const test::WorkingFolder folder;
    test::write_text("a", "content");
    CHECK(Html("a", false).html() == "content");
    CHECK(Html("b", false).html() == "b");
    CHECK(Html::from_text("a", false).html() == "a");
    const std::string_view with_nul("a\0b", 3);
    CHECK(Html(with_nul, false).html() == with_nul);
    CHECK(Html(std::string(100000, 'x'), false).html().size() == 100000);
}

TEST_CASE("bytes that are not UTF-8 are refused") {
    const test::WorkingFolder folder;
    test::write_text("latin.html", "caf\xe9");
    test::write_text("folder/x", "");
    for (const bool inject : {true, false}) {
        CAPTURE(inject);
        test::check_throws(
            [&] { Html("latin.html", inject); }, ErrorCode::InvalidFormat,
            "reading HTML 'latin.html': expected UTF-8, got an invalid byte at offset 3");
        test::check_throws([&] { Html::from_text("\xff", inject); }, ErrorCode::InvalidArgument,
                           "expected UTF-8");
        test::check_throws([&] { Html::from_text("\xed\xa0\x80", inject); },
                           ErrorCode::InvalidArgument, "offset 0");
        test::check_throws([&] { Html("folder", inject); }, ErrorCode::InvalidArgument,
                           "expected a file, got a folder");
        test::check_throws([&] { Html::from_path("gone", inject); }, ErrorCode::NotFound, "gone");
    }
}

TEST_CASE("a restored page is read when its text is asked for") {
    test::MemoryArtifact artifact;
    const Html made = Html::from_text("<p>x</p>", false);
    CHECK(render_json(artifact.add(made, "page"), kOrderedJson) ==
          R"({"path": "media/html/)" + digests_of("<p>x</p>\n").md5.hex().substr(0, 8) +
              R"(.html", "_type": "html-file"})");
    const auto source = artifact.source();
    const auto value = source->get("page");
    const int before = source->reads();
    const auto& got = dynamic_cast<const Html&>(*value);
    CHECK(got == made);
    CHECK(source->reads() == before);
    CHECK(got.html() == "<p>x</p>\n");
    CHECK(source->reads() == before + 1);
    CHECK_FALSE(got == Html::from_text("<p>y</p>", false));

    const auto broken = test::MemorySource::make({{"b.html", {"\xff", {}}}});
    const Html bad = Html::from_json(parse_json(R"({"path": "b.html"})"), broken);
    test::check_throws([&] { bad.html(); }, ErrorCode::InvalidFormat, "expected UTF-8");
}

TEST_CASE("pages are logged one by one and as a list") {
    test::MemoryRun run;
    const std::vector<Html> pages = {Html::from_text("a", false), Html::from_text("b", false)};
    test::check_throws([&] { Html::seq_to_json(pages, run, "k", 1); }, ErrorCode::InvalidArgument,
                       "value of type Html must be bound to a run");
    pages[0].bind_to_run(run, "k", 1, 0);
    pages[1].bind_to_run(run, "k", 1, 1);
    CHECK(run.files.at("media/html/k_1_0.html") == "a\n");
    CHECK(
        render_json(Html::seq_to_json(pages, run, "k", 1), kOrderedJson) ==
        R"({"_type": "html", "count": 2, "html": [{"_type": "html-file", "path": "media/html/k_1_0.html", "sha256": ")" +
            sha256_of(std::string_view("a\n")).hex() +
            R"(", "size": 2}, {"_type": "html-file", "path": "media/html/k_1_1.html", "sha256": ")" +
            sha256_of(std::string_view("b\n")).hex() + R"(", "size": 2}]})");
    test::check_throws([&] { Html::seq_to_json({}, run, "k", 1); }, ErrorCode::InvalidArgument,
                       "at least one");
}

} // namespace vitrine
