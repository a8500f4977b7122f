// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/bokeh.hpp>

#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"
#include "support/working_folder.hpp"

#include <doctest/doctest.h>

#include <string>

namespace vitrine {

TEST_CASE("a document's file is kept unchanged and is named \"*.bokeh.json\"") {
    const test::WorkingFolder folder;
    const std::string text = " {\"roots\" : {}, \"title\": \"x\"}\n";
    test::write_text("plot.bokeh.json", text);
    const Bokeh bokeh("plot.bokeh.json");
    CHECK(bokeh.read_file() == text);
    CHECK(bokeh.document().at("title") == "x");
    test::MemoryArtifact artifact;
    CHECK(artifact.add(bokeh, "p").at("path") ==
          "media/bokeh/" + bokeh.sha256().hex().substr(0, 8) + "/plot.bokeh.json");
    const auto got = artifact.source()->get("p");
    CHECK(*got == bokeh);
    CHECK(dynamic_cast<const Bokeh&>(*got).document().at("title") == "x");
    for (const Bokeh* value : {&bokeh, dynamic_cast<const Bokeh*>(got.get())}) {
        test::MemoryRun run;
        value->bind_to_run(run, "k", 0, 7);
        CHECK(run.files.at("media/bokeh/k_0_7.bokeh.json") == text);
    }
}

TEST_CASE("other files are refused") {
    const test::WorkingFolder folder;
    test::write_text("plot.json", "{}");
    test::write_text("plot.bokeh.json.txt", "{}");
    test::write_text("bad.bokeh.json", "{");
    test::write_text("folder.bokeh.json/x", "");
    for (const char* name : {"plot.json", "plot.bokeh.json.txt"}) {
        CAPTURE(name);
        test::check_throws([&] { Bokeh{std::filesystem::path(name)}; }, ErrorCode::InvalidArgument,
                           "expected a file that ends with '.bokeh.json'");
    }
    test::check_throws([] { Bokeh("bad.bokeh.json"); }, ErrorCode::InvalidFormat,
                       "reading Bokeh document 'bad.bokeh.json': invalid JSON");
    test::check_throws([] { Bokeh("gone.bokeh.json"); }, ErrorCode::NotFound, "gone.bokeh.json");
    test::check_throws([] { Bokeh("folder.bokeh.json"); }, ErrorCode::InvalidArgument, "a folder");
    const auto source = test::MemorySource::make({{"a.bokeh.json", {"[", {}}}});
    const Bokeh stored = Bokeh::from_json(Json{{"path", "a.bokeh.json"}}, source);
    test::check_throws([&] { stored.document(); }, ErrorCode::InvalidFormat,
                       "document: invalid JSON");
}

} // namespace vitrine
