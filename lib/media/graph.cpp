// SPDX-License-Identifier: MIT
#include <vitrine/media/graph.hpp>

#include "core/refuse.hpp"
#include "core/text.hpp"
#include "media/json_fields.hpp"
#include "media/media_json.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

namespace vitrine {

namespace {

constexpr std::string_view kGraphExtension = ".graph.json";

bool is_id(const Json& id) {
    return id.is_string() || id.is_number() || is_big_integer(id);
}

std::string graph_text(const std::string& format, const std::vector<Node>& nodes,
                       const std::vector<Edge>& edges) {
    Json json = Json::object();
    json["format"] = format;
    json["nodes"] = Json::array();
    for (const Node& node : nodes) {
        json["nodes"].push_back(node.attributes());
    }
    json["edges"] = Json::array();
    for (const Edge& edge : edges) {
        Json pair = Json::array();
        pair.push_back(edge.from);
        pair.push_back(edge.to);
        json["edges"].push_back(std::move(pair));
    }
    return render_json(json, kOrderedJson);
}

const Json& list_member(const Json& object, std::string_view name) {
    const Json* list = find_member(object, name);
    if (list == nullptr || !list->is_array()) {
        refuse(expected_message(name, "a list", list == nullptr ? Json() : *list));
    }
    return *list;
}

Edge edge_of(const Json& json) {
    if (!json.is_array() || json.size() != 2) {
        refuse(expected_message("edges", "pairs of ids", json));
    }
    return {json.at(0), json.at(1)};
}

} // namespace

bool Node::operator==(const Node&) const = default;

bool Edge::operator==(const Edge&) const = default;

Node::Node() : attributes_(Json::object()) {}

Node::Node(const NodeOptions& options) : Node() {
    if (!options.id.is_null() && !is_id(options.id)) {
        refuse(expected_message("id", "text or a number", options.id));
    }
    if (!options.size.is_null() && !options.size.is_array()) {
        refuse(expected_message("size", "a list", options.size));
    }
    attributes_["name"] = options.name; // W&B writes the name even if it is null
    const auto add = [&](const char* name, const Json& value) {
        if (!value.is_null()) {
            attributes_[name] = value;
        }
    };
    add("id", options.id);
    add("class_name", options.class_name);
    add("size", options.size);
    add("parameters", options.parameters);
    add("output_shape", options.output_shape);
    add("is_output", options.is_output);
    add("num_parameters", options.num_parameters);
}

Node Node::from_attributes(Json attributes) {
    if (!attributes.is_object()) {
        refuse(expected_message("nodes", "objects", attributes));
    }
    Node node;
    node.attributes_ = std::move(attributes);
    return node;
}

const Json& Node::attribute(std::string_view name) const noexcept {
    static const Json none = nullptr;
    const auto found = attributes_.find(name);
    return found == attributes_.end() ? none : *found;
}

struct Graph::Content {
    std::string format = "keras";
    std::vector<Node> nodes;
    std::vector<Edge> edges;

    static Content parse(std::string_view text) {
        const Json json = parse_json(text);
        expect_object(json, "graph");
        Content content;
        content.format = string_member(json, "format");
        for (const Json& node : list_member(json, "nodes")) {
            content.nodes.push_back(Node::from_attributes(node));
        }
        for (const Json& edge : list_member(json, "edges")) {
            content.edges.push_back(edge_of(edge));
        }
        return content;
    }
};

struct Graph::Body {
    mutable std::mutex mutex; ///< guards content until it is read; afterwards it never changes
    mutable std::optional<Content> content;
};

Graph::Graph() : body_(std::make_shared<const Body>()) {}

Graph::Graph(MediaFile file, std::shared_ptr<const Body> body)
    : Media(file.with_extension(std::string(kGraphExtension))), body_(std::move(body)) {}

const Graph::Content& Graph::content() const {
    const std::lock_guard lock(body_->mutex);
    if (!body_->content) {
        body_->content = file_is_set()
                             ? restoring("graph", [&] { return Content::parse(read_file()); })
                             : Content{};
    }
    return *body_->content;
}

const std::string& Graph::format() const {
    return content().format;
}

const std::vector<Node>& Graph::nodes() const {
    return content().nodes;
}

const std::vector<Edge>& Graph::edges() const {
    return content().edges;
}

const Node* Graph::find_node(const Json& id) const {
    const auto found =
        std::ranges::find_if(nodes(), [&](const Node& node) { return node.id() == id; });
    return found == nodes().end() ? nullptr : &*found;
}

Json Graph::to_json(ValueSink& sink) const {
    if (sink.run() != nullptr) {
        return run_json(*sink.run(), artifact_type);
    }
    if (sink.artifact() != nullptr && !file_is_set()) {
        Json json = Json::object();
        json["_type"] = artifact_type;
        return json;
    }
    return artifact_media_json(sink, *this);
}

Graph Graph::from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
    expect_type(json, artifact_type);
    return json.contains("path") ? Graph(restored_file(json, artifact_type, std::move(source)),
                                         std::make_shared<const Body>())
                                 : Graph();
}

bool Graph::equals(const Value& other) const {
    const auto* graph = dynamic_cast<const Graph*>(&other);
    if (graph == nullptr || file_is_set() != graph->file_is_set()) {
        return false;
    }
    return !file_is_set() || sha256() == graph->sha256();
}

Graph::Builder& Graph::Builder::add_node(Node node) {
    if (!is_id(node.id())) {
        refuse("expected a node with an 'id' that is text or a number");
    }
    if (!ids_.insert(render_json(node.id())).second) {
        refuse(concat("two nodes have the id ", render_json(node.id())));
    }
    nodes_.push_back(std::move(node));
    return *this;
}

Graph::Builder& Graph::Builder::add_edge(const Json& from, const Json& to) {
    for (const Json* id : {&from, &to}) {
        const std::string text = render_json(*id);
        if (!ids_.contains(text)) {
            refuse(concat("an edge refers to the node ", text, ", which is not in the graph"));
        }
    }
    edges_.push_back({from, to});
    return *this;
}

Graph Graph::Builder::build() const {
    auto body = std::make_shared<Body>();
    body->content = Content{format_, nodes_, edges_};
    return {
        MediaFile::from_bytes(graph_text(format_, nodes_, edges_), std::string(kGraphExtension)),
        std::move(body)};
}

} // namespace vitrine
