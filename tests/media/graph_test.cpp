// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/graph.hpp>

#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

Graph sample() {
    return Graph::Builder("torch")
        .add_node({.id = 1,
                   .name = "in",
                   .class_name = "Dense",
                   .size = Json::array({1, 2}),
                   .parameters = parse_json(R"([["w", [2, 3]]])"),
                   .output_shape = parse_json("[null, 10]"),
                   .is_output = true,
                   .num_parameters = 110})
        .add_node({.id = "b"})
        .add_edge(1, "b")
        .add_edge("b", 1)
        .build();
}

Graph stored(std::string text) {
    return Graph::from_json(Json{{"path", "g.graph.json"}},
                            test::MemorySource::make({{"g.graph.json", {std::move(text), {}}}}));
}

} // namespace

TEST_CASE("a graph's file holds its nodes and edges in order") {
    CHECK(sample().read_file() ==
          R"({"format": "torch", "nodes": [{"name": "in", "id": 1, "class_name": "Dense", )"
          R"("size": [1, 2], "parameters": [["w", [2, 3]]], "output_shape": [null, 10], )"
          R"("is_output": true, "num_parameters": 110}, {"name": null, "id": "b"}], )"
          R"("edges": [[1, "b"], ["b", 1]]})");
    CHECK(Graph::Builder().build().read_file() ==
          R"({"format": "keras", "nodes": [], "edges": []})");
}

TEST_CASE("a new and a restored graph both return their nodes and edges") {
    const Graph made = sample();
    test::MemoryArtifact artifact;
    artifact.add(made, "g");
    const auto source = artifact.source();
    const auto value = source->get("g.json");
    const int before = source->reads();
    for (const Graph* graph : {&made, dynamic_cast<const Graph*>(value.get())}) {
        CHECK(graph->format() == "torch");
        REQUIRE(graph->nodes().size() == 2);
        const Node& node = graph->nodes()[0];
        CHECK(node.id() == 1);
        CHECK(node.name() == "in");
        CHECK(node.class_name() == "Dense");
        CHECK(node.size().dump() == "[1,2]");
        CHECK(node.parameters().dump() == R"([["w",[2,3]]])");
        CHECK(node.output_shape().dump() == "[null,10]");
        CHECK(node.is_output() == true);
        CHECK(node.num_parameters() == 110);
        CHECK(node.attribute("other").is_null());
        CHECK(graph->find_node("b") == &graph->nodes()[1]);
        CHECK(graph->find_node("b")->name().is_null());
        CHECK(graph->find_node(2) == nullptr);
        CHECK(graph->edges() == std::vector<Edge>{{1, "b"}, {"b", 1}});
    }
    CHECK(source->reads() == before + 1); // once, whatever was asked
    CHECK(*value == made);
    CHECK_FALSE(made == Graph::Builder().build());
}

TEST_CASE("further attributes of stored nodes are kept") {
    const Graph graph = stored(
        R"({"format": "x", "nodes": [{"id": 5, "child_parameters": [1]}], "edges": [], "more": 1})");
    CHECK(graph.nodes().at(0).attribute("child_parameters").dump() == "[1]");
    const Node copy = graph.nodes().at(0);
    const Graph again = Graph::Builder().add_node(copy).build();
    CHECK(again.nodes().at(0).attributes().dump() == R"({"id":5,"child_parameters":[1]})");
}

TEST_CASE("a graph is logged as a \"*.graph.json\" file and can be logged again") {
    const Graph graph = sample();
    test::MemoryRun run;
    test::check_throws([&] { graph.to_json(run); }, ErrorCode::InvalidArgument,
                       "value of type Graph must be bound to a run");
    graph.bind_to_run(run, "k", 0, 0);
    graph.bind_to_run(run, "k", 1, 0);
    CHECK(run.files.at("media/graph/k_0_0.graph.json") == graph.read_file());
    CHECK(graph.to_json(run).at("path") == "media/graph/k_1_0.graph.json");
    CHECK(graph.to_json(run).at("_type") == "graph-file");
}

TEST_CASE("a graph that W&B stored without its file is empty and is written without a file again") {
    const Json json = parse_json(R"({"_type": "graph-file"})");
    const Graph lost = Graph::from_json(json, test::MemorySource::make({}));
    CHECK_FALSE(lost.file_is_set());
    CHECK(lost.nodes().empty());
    CHECK(lost.edges().empty());
    CHECK(lost.find_node(1) == nullptr);
    test::MemoryArtifact artifact;
    CHECK(render_json(artifact.add(lost, "g")) == render_json(json));
    CHECK(artifact.entries().size() == 1);
    CHECK(lost == Graph::from_json(json, test::MemorySource::make({})));
    CHECK_FALSE(lost == Graph::Builder().build());
    CHECK_FALSE(Graph::Builder().build() == lost);
    test::MemoryRun run;
    test::check_throws([&] { lost.bind_to_run(run, "k", 0); }, ErrorCode::InvalidArgument,
                       "no file");
    test::check_throws([&] { lost.to_json(run); }, ErrorCode::InvalidArgument, "bound to a run");
}

TEST_CASE("JSON that is not a graph is refused") {
    const auto refused = [](const auto& make, std::string_view message) {
        test::check_throws(make, ErrorCode::InvalidArgument, message);
    };
    refused([] { Node({.id = Json::array()}); }, "'id': expected text or a number, got array");
    refused([] { Node({.id = true}); }, "'id': expected text or a number, got boolean");
    refused([] { Node({.id = 1, .size = 4}); }, "'size': expected a list, got number");
    refused([] { Node::from_attributes(5); }, "'nodes': expected objects, got number");
    refused([] { Graph::Builder().add_node({.name = "x"}); }, "a node with an 'id'");
    refused([] { Graph::Builder().add_node({.id = "a"}).add_node({.id = "a"}); },
            "two nodes have the id \"a\"");
    refused([] { Graph::Builder().add_node({.id = "a"}).add_edge("a", 7); },
            "an edge refers to the node 7, which is not in the graph");
    refused([] { Graph::Builder().add_edge("a", "a"); }, "refers to the node \"a\"");

    for (const auto& item :
         {std::pair{"", "graph: invalid JSON"}, std::pair{"[]", "expected an object, got array"},
          std::pair{"{}", "'format' is missing"},
          std::pair{R"({"format": 5})", "'format': expected a string"},
          std::pair{R"({"format": "x", "edges": []})", "'nodes': expected a list, got null"},
          std::pair{R"({"format": "x", "nodes": {}})", "'nodes': expected a list, got object"},
          std::pair{R"({"format": "x", "nodes": [5], "edges": []})", "'nodes': expected objects"},
          std::pair{R"({"format": "x", "nodes": []})", "'edges': expected a list"},
          std::pair{R"({"format": "x", "nodes": [], "edges": [5]})", "'edges': expected pairs"},
          std::pair{R"({"format": "x", "nodes": [], "edges": [[1]]})",
                    "'edges': expected pairs"}}) {
        const std::string text = item.first;
        const std::string_view message = item.second;
        CAPTURE(text);
        const Graph graph = stored(text);
        for (int i = 0; i < 2; ++i) { // a failure is not kept
            test::check_throws([&] { graph.nodes(); }, ErrorCode::InvalidFormat, message);
        }
    }
}

} // namespace vitrine
