// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/media/media.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace vitrine {

/// W&B's keyword arguments of a node. Null means absent.
struct NodeOptions {
    Json id = nullptr;             ///< text or a number
    Json name = nullptr;           ///< text
    Json class_name = nullptr;     ///< text: the kind of a layer
    Json size = nullptr;           ///< a list
    Json parameters = nullptr;     ///< any JSON
    Json output_shape = nullptr;   ///< any JSON
    Json is_output = nullptr;      ///< a boolean
    Json num_parameters = nullptr; ///< a number or a list
};

/// A node of a graph, such as a layer of a neural net. Immutable; safe to use from many threads.
class VITRINE_EXPORT Node {
public:
    /// Throws: InvalidArgument for an id that is neither text nor a number, or a size that is not a
    /// list.
    explicit Node(const NodeOptions& options);
    /// A node with these attributes, as in the JSON of a graph's file. Throws: InvalidArgument
    /// unless it is an object.
    static Node from_attributes(Json attributes);

    // Each is null if the node does not have it. The references are valid while the node lives.

    /// The id: text or a number.
    const Json& id() const noexcept { return attribute("id"); }
    const Json& name() const noexcept { return attribute("name"); }
    const Json& class_name() const noexcept { return attribute("class_name"); }
    const Json& size() const noexcept { return attribute("size"); }
    const Json& parameters() const noexcept { return attribute("parameters"); }
    const Json& output_shape() const noexcept { return attribute("output_shape"); }
    const Json& is_output() const noexcept { return attribute("is_output"); }
    const Json& num_parameters() const noexcept { return attribute("num_parameters"); }

    /// All attributes, as they are written.
    const Json& attributes() const noexcept { return attributes_; }
    /// An attribute of any name; null if there is none.
    const Json& attribute(std::string_view name) const noexcept;

    /// Whether the attributes are equal, in the same order.
    bool operator==(const Node& other) const;

private:
    Node();
    Json attributes_;
};

/// An edge from one node to another, by their ids.
struct VITRINE_EXPORT Edge {
    Json from; ///< an id: text or a number
    Json to;   ///< an id

    bool operator==(const Edge& other) const;
};

/// A graph of nodes and edges, typically of a neural net. Immutable (but for bind_to_run); a cheap
/// handle; safe to use from many threads.
///
///     Graph::Builder().add_node({.id = "a", .name = "input"}).add_node({.id = "b"})
///                     .add_edge("a", "b").build()
///
/// JSON in an artifact: {"path", "_type": "graph-file"}; the file: {"format", "nodes": [attributes,
/// ...], "edges": [[from, to], ...]}. As in W&B the JSON is called "<name>.json", without the type:
/// Artifact::get finds it by that whole name. Source: wandb/data_types.py, Graph.
class VITRINE_EXPORT Graph : public Media {
public:
    static constexpr std::string_view artifact_type = "graph-file";

    class Builder;

    std::string_view type() const override { return artifact_type; }
    std::string_view media_subdir() const override { return get_media_subdir(); }
    static std::string_view get_media_subdir() { return "media/graph"; }

    // The first of these that is called reads the file of a restored graph. W&B's SDK stores a
    // graph that was not logged before without its file (see file_is_set); such a graph has no
    // nodes. References and pointers are valid while a copy of this handle lives.

    /// How to draw the graph: "keras" unless another was given.
    /// Throws: InvalidFormat for a file that is not a graph; what read_file throws.
    const std::string& format() const;
    /// The nodes, in order. Throws: as format.
    const std::vector<Node>& nodes() const;
    /// The edges, in order. Throws: as format.
    const std::vector<Edge>& edges() const;
    /// The node of that id, or null. W&B: graph[id]. Throws: as format.
    const Node* find_node(const Json& id) const;

    /// Throws: InvalidArgument for a run to which it is not bound; what `file` and the sink throw.
    Json to_json(ValueSink& sink) const override;
    /// Inverse of to_json in an artifact; reads no file. Throws: InvalidFormat that names the
    /// member; what ValueSource::file throws.
    static Graph from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Whether the bytes of the files are equal, or both have none. Throws: what `sha256` throws.
    bool equals(const Value& other) const override;

private:
    struct Content;
    struct Body;
    Graph();
    Graph(MediaFile file, std::shared_ptr<const Body> body);
    const Content& content() const;
    std::string_view class_name() const override { return "Graph"; }
    std::shared_ptr<const Body> body_;
};

/// Builds a graph. For one thread.
class Graph::Builder {
public:
    /// An empty graph of that format.
    explicit Builder(std::string format = "keras") : format_(std::move(format)) {}

    /// Adds a node.
    /// Throws: InvalidArgument for a node without an id or with the id of another node; as Node.
    Builder& add_node(const NodeOptions& options) { return add_node(Node(options)); }
    /// The same. Throws: InvalidArgument for a node without an id or with the id of another node.
    Builder& add_node(Node node);
    /// Adds an edge between two nodes. Throws: InvalidArgument for an id that no node has yet.
    Builder& add_edge(const Json& from, const Json& to);

    /// The graph of the nodes and edges so far. Throws: InvalidArgument for text that is not UTF-8.
    Graph build() const;

private:
    std::string format_;
    std::vector<Node> nodes_;
    std::vector<Edge> edges_;
    std::unordered_set<std::string> ids_; ///< as JSON
};

} // namespace vitrine
