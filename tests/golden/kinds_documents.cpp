// SPDX-License-Identifier: MIT
// Pages, 3D objects, molecules, charts, graphs and histograms.
#include <vitrine/media/bokeh.hpp>
#include <vitrine/media/graph.hpp>
#include <vitrine/media/histogram.hpp>
#include <vitrine/media/html.hpp>
#include <vitrine/media/molecule.hpp>
#include <vitrine/media/object3d.hpp>
#include <vitrine/media/plotly.hpp>

#include "golden/npy.hpp"
#include "golden/value_kinds.hpp"
#include "golden/world.hpp"

#include <algorithm>

namespace vitrine::golden {

namespace {

[[noreturn]] void refuse_kind_of(const Json& data) {
    throw NotExpressible{"data of Python's type " + (data.is_object() && data.size() == 1
                                                         ? data.begin().key()
                                                         : std::string(data.type_name()))};
}

std::filesystem::path input_path(const World& world, const Json& name) {
    return world.golden.input / name.get<std::string>();
}

Json keyword(const Json& step, const char* name, Json absent) {
    return step.contains("kwargs") ? step.at("kwargs").value(name, std::move(absent)) : absent;
}

// ---- Html

ValuePointer make_html(World& world, const Json& step) {
    const Json& data = step.at("args").at(0);
    const bool inject = keyword(step, "inject", true).get<bool>();
    if (step.contains("error") && step.at("error").at("type") == "IsADirectoryError") {
        // An empty folder, which Git cannot store.
        std::filesystem::create_directory(input_path(world, data));
    }
    if (data.is_string()) {
        return std::make_shared<Html>(data.get<std::string>(), inject);
    }
    if (is_tag(data, "$stringio")) {
        return std::make_shared<Html>(
            Html::from_text(data.at("$stringio").get<std::string>(), inject));
    }
    if (is_tag(data, "$open")) {
        return std::make_shared<Html>(
            Html::from_text(read_file(input_path(world, data.at("$open"))), inject));
    }
    refuse_kind_of(data);
}

void check_html(World&, const Json& recorded, const Value& value) {
    CHECK(dynamic_cast<const Html&>(value).html() == recorded.at("html").get<std::string>());
}

// ---- Object3D

/// {"type": ..., "points": array, ...}; arrays of boxes and vectors are lists in C++.
Object3D make_scene(const World& world, const Json& recorded) {
    Json lists = recorded;
    for (auto& [key, value] : lists.get_ref<Json::object_t&>()) {
        if (is_tag(value, "$npy")) {
            value = Array(input_path(world, value.at("$npy"))).rows();
        }
    }
    const bool typed = recorded.value("type", Json()) == Json("lidar/beta") &&
                       recorded.contains("points") && is_tag(recorded.at("points"), "$npy");
    if (!typed) {
        return Object3D::from_scene(lists);
    }
    const Array points(input_path(world, recorded.at("points").at("$npy")));
    const Object3D scene(LidarScene{.points = points.view(),
                                    .boxes = lists.value("boxes", Json::array()),
                                    .vectors = lists.value("vectors", Json::array())});
    CHECK(scene == Object3D::from_scene(lists));
    return scene;
}

/// Reads back the numbers of the array.
void check_points(const Object3D& object, const Array& array) {
    const PointCloud cloud = object.points();
    std::vector<double> expected;
    for (const Json& row : array.rows()) {
        for (const Json& number : row) {
            expected.push_back(number.is_boolean() ? (number.get<bool>() ? 1.0 : 0.0)
                                                   : number.get<double>());
        }
    }
    const auto same = [](double a, double b) { return a == b || (a != a && b != b); };
    CHECK(std::equal(cloud.values.begin(), cloud.values.end(), expected.begin(), expected.end(),
                     same));
    CHECK(object.boxes() == Json::array());
}

Object3D make_object(const World& world, const Json& step) {
    const Json& data = step.at("args").at(0);
    if (is_tag(data, "$npy")) {
        const Array array(input_path(world, data.at("$npy")));
        const Object3D object(array.view());
        check_points(object, array);
        return object;
    }
    if (is_tag(data, "$open")) {
        return Object3D(input_path(world, data.at("$open")));
    }
    if (is_tag(data, "$stringio")) {
        return Object3D::from_bytes(data.at("$stringio").get<std::string>(),
                                    keyword(step, "file_type", "").get<std::string>());
    }
    if (data.is_string()) {
        return Object3D(std::filesystem::path(data.get<std::string>()));
    }
    if (data.is_object() && !data.begin().key().starts_with("$")) {
        return make_scene(world, data);
    }
    refuse_kind_of(data);
}

// ---- Molecule

Molecule make_molecule(const World& world, const Json& step) {
    const Json& data = step.at("args").at(0);
    const Json caption = keyword(step, "caption", nullptr);
    if (is_tag(data, "$open")) {
        return Molecule(input_path(world, data.at("$open")), caption);
    }
    if (is_tag(data, "$stringio")) {
        return Molecule::from_bytes(data.at("$stringio").get<std::string>(),
                                    keyword(step, "file_type", "").get<std::string>(), caption);
    }
    if (data.is_string()) {
        return Molecule(std::filesystem::path(data.get<std::string>()), caption);
    }
    refuse_kind_of(data);
}

// ---- Plotly

/// The figure of a step that did not record it is read from the file that the SDK wrote.
Json figure_of(const World& world, const Json& step) {
    if (step.contains("to_plotly_json")) {
        return plain(step.at("to_plotly_json"));
    }
    if (!step.contains("media")) {
        const Json& data = step.at("args").at(0);
        return data.is_object()
                   ? throw NotExpressible{"a dictionary that is no figure: C++ takes its JSON"}
                   : data;
    }
    const auto sha256 = step.at("media").at("sha256").get<std::string>();
    const auto files = world.golden.folder("a") / "artifact";
    for (const auto& path : files_below(files)) {
        const auto bytes = read_file(files / path);
        if (sha256_of(bytes).hex() == sha256) {
            return parse_json(bytes);
        }
    }
    throw std::runtime_error("no file of the figure " + sha256);
}

void check_plotly(World& world, const Json& step, const Value& value) {
    check_same(dynamic_cast<const Plotly&>(value).figure(), figure_of(world, step), "figure");
}

// ---- Histogram

Histogram make_histogram(const World& world, const Json& step) {
    const Json bins = keyword(step, "np_histogram", nullptr);
    if (is_tag(bins, "$np_histogram")) {
        return Histogram::from_bins(bins.at("$np_histogram").at(0), bins.at("$np_histogram").at(1));
    }
    if (const Json pair = plain(bins); pair.is_array() && !pair.empty()) {
        if (pair.size() != 2) {
            throw NotExpressible{"a tuple of other than two lists"};
        }
        return Histogram::from_bins(pair.at(0), pair.at(1));
    }
    if (step.at("args").empty()) {
        throw NotExpressible{"a histogram of nothing: C++ asks for numbers"};
    }
    const auto count = keyword(step, "num_bins", 64).get<std::size_t>();
    const Json& data = step.at("args").at(0);
    if (is_tag(data, "$npy")) {
        return Histogram(Array(input_path(world, data.at("$npy"))).view(), count);
    }
    std::vector<double> numbers;
    for (const Json& number : data) {
        if (number.is_string()) {
            throw NotExpressible{"a list of texts for numbers"};
        }
        numbers.push_back(number.is_boolean() ? (number.get<bool>() ? 1.0 : 0.0)
                                              : number.get<double>());
    }
    return Histogram(numbers, count);
}

ValuePointer make_bokeh(World&, const Json& step) {
    const Json& data = step.at("args").at(0);
    if (!data.is_string()) {
        refuse_kind_of(data);
    }
    return std::make_shared<Bokeh>(std::filesystem::path(data.get<std::string>()));
}

constexpr ValueKind kDocumentsKinds[] = {
    {"Html", make_html, check_html, check_html, call_seq_to_json<Html>},
    {"Object3D",
     [](World& world, const Json& step) -> ValuePointer {
         return std::make_shared<Object3D>(make_object(world, step));
     },
     nullptr, nullptr, call_seq_to_json<Object3D>},
    {"Molecule",
     [](World& world, const Json& step) -> ValuePointer {
         return std::make_shared<Molecule>(make_molecule(world, step));
     },
     nullptr, nullptr, call_seq_to_json<Molecule>},
    {"Plotly",
     [](World& world, const Json& step) -> ValuePointer {
         return std::make_shared<Plotly>(figure_of(world, step));
     },
     check_plotly, nullptr},
    {"Bokeh", make_bokeh, nullptr, nullptr},
    {"Histogram",
     [](World& world, const Json& step) -> ValuePointer {
         return std::make_shared<Histogram>(make_histogram(world, step));
     },
     nullptr, nullptr},
};

NodeOptions node_options(const Json& recorded) {
    NodeOptions options;
    for (const auto& [name, value] : recorded.items()) {
        const std::map<std::string, Json*> members = {{"id", &options.id},
                                                      {"name", &options.name},
                                                      {"class_name", &options.class_name},
                                                      {"size", &options.size},
                                                      {"parameters", &options.parameters},
                                                      {"output_shape", &options.output_shape},
                                                      {"is_output", &options.is_output},
                                                      {"num_parameters", &options.num_parameters}};
        *members.at(name) = plain(value);
    }
    return options;
}

} // namespace

std::span<const ValueKind> document_kinds() {
    return kDocumentsKinds;
}

void step_graph(World& world, const Json& step) {
    Graph::Builder builder(keyword(step, "format", "keras").get<std::string>());
    for (const Json& node : step.at("nodes")) {
        builder.add_node(node_options(node));
    }
    for (const Json& edge : step.at("edges")) {
        builder.add_edge(edge.at(0), edge.at(1));
    }
    const Graph graph = builder.build();
    check_same(parse_json(graph.read_file()), plain(step.at("graph_json")), "graph");
    CHECK(graph.nodes().size() == step.at("nodes").size());
    CHECK(graph.edges().size() == step.at("edges").size());
    for (const Json& node : step.at("nodes")) {
        CHECK(graph.find_node(node.at("id")) != nullptr);
    }
    world.values[step.at("id").get<std::string>()] = std::make_shared<Graph>(graph);
}

} // namespace vitrine::golden
