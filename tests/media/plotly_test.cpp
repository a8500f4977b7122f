// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/plotly.hpp>

#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace vitrine {

TEST_CASE("a figure's members keep their order, in its file and when it is read") {
    constexpr std::string_view kFigure =
        R"({"layout": {"title": "\u00fc"}, "data": [{"y": [1, NaN, 2.50], "x": []}], "frames": []})";
    const Plotly plotly(parse_json(kFigure));
    CHECK(
        plotly.read_file() ==
        R"({"layout": {"title": "\u00fc"}, "data": [{"y": [1, NaN, 2.5], "x": []}], "frames": []})");
    CHECK(render_json(plotly.figure(), kOrderedJson) == plotly.read_file());
    test::MemoryArtifact artifact;
    const std::string path = artifact.add(plotly, "chart").at("path").get<std::string>();
    CHECK(path.starts_with("media/plotly/"));
    CHECK(path.ends_with(".plotly.json"));
    const auto got = artifact.source()->get("chart.json");
    CHECK(*got == plotly);
    CHECK(render_json(dynamic_cast<const Plotly&>(*got).figure(), kOrderedJson) ==
          plotly.read_file());
    CHECK_FALSE(plotly == Plotly(parse_json(R"({"data": []})")));
}

TEST_CASE("a new or restored chart is logged as a \"*.plotly.json\" file") {
    const Plotly made(parse_json(R"({"data": []})"));
    test::MemoryArtifact artifact;
    artifact.add(made, "chart");
    const auto got = artifact.source()->get("chart.json");
    for (const Plotly* plotly : {&made, dynamic_cast<const Plotly*>(got.get())}) {
        test::MemoryRun run;
        plotly->bind_to_run(run, "k", 3, 0);
        CHECK(run.files.at("media/plotly/k_3_0.plotly.json") == R"({"data": []})");
        CHECK(plotly->to_json(run).at("_type") == "plotly-file");
    }
}

TEST_CASE("JSON that is not a figure is refused") {
    for (const auto& item :
         {std::pair{"[]", "which is a JSON object, got array"}, std::pair{"\"x\"", "got string"},
          std::pair{"{}", "figure with a list 'data', got none"},
          std::pair{R"({"data": {}})", "figure with a list 'data', got object"},
          std::pair{R"({"layout": []})", "got none"}}) {
        const std::string text = item.first;
        const std::string_view message = item.second;
        CAPTURE(text);
        test::check_throws([&] { Plotly(parse_json(text)); }, ErrorCode::InvalidArgument, message);
        const auto source = test::MemorySource::make({{"f.plotly.json", {text, {}}}});
        const Plotly stored = Plotly::from_json(Json{{"path", "f.plotly.json"}}, source);
        test::check_throws([&] { stored.figure(); }, ErrorCode::InvalidFormat, message);
    }
    const auto source = test::MemorySource::make({{"f.plotly.json", {"{", {}}}});
    const Plotly broken = Plotly::from_json(Json{{"path", "f.plotly.json"}}, source);
    test::check_throws([&] { broken.figure(); }, ErrorCode::InvalidFormat, "figure: invalid JSON");
}

} // namespace vitrine
