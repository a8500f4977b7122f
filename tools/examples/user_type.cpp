// SPDX-License-Identifier: MIT
// A user-defined type of value in one file: a label that a person gave to a laser scan.
//
//     user_type STORE
//
// A class that derives from Value, with `artifact_type`, to_json, from_json and equals; one line
// that registers it; a registry that is given to Store::open. It then works in `add`, `get` and
// tables, and is carried from one artifact into another by reference. A program
// without the type, such as the `vitrine` command, sees its JSON and its files.
#include <vitrine/vitrine.hpp>

#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace vitrine;

/// A scan with its label. The points are a separate file, stored once for any number of labels.
class PointCloudLabel : public Value {
public:
    /// Its `_type`, which is also part of its file names: "scan-1.point-cloud-label.json".
    static constexpr std::string_view artifact_type = "point-cloud-label";

    /// `points`: n times x, y, z in metres.
    PointCloudLabel(std::string label, const std::vector<float>& points)
        : label_(std::move(label)),
          points_(MediaFile::from_bytes(std::string(reinterpret_cast<const char*>(points.data()),
                                                    points.size() * sizeof(float)),
                                        ".xyz")) {}

    std::string_view type() const override { return artifact_type; }
    const std::string& label() const { return label_; }
    std::size_t size() const { return points_.size() / (3 * sizeof(float)); }

    /// Gives files to the sink, which returns their paths; everything else is JSON.
    Json to_json(ValueSink& sink) const override {
        if (sink.artifact() == nullptr) {
            throw Error(ErrorCode::InvalidArgument,
                        "point cloud labels are kept in artifacts only");
        }
        Json json = Json::object();
        json["_type"] = artifact_type;
        json["label"] = label_;
        json["path"] = sink.artifact()->add_media(points_, "media/points");
        return json;
    }

    /// The inverse of to_json. The file is read only when it is needed.
    static PointCloudLabel from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
        for (const char* member : {"label", "path"}) {
            if (!json.contains(member) || !json.at(member).is_string()) {
                throw Error(ErrorCode::InvalidFormat,
                            std::string("expected text in '") + member + "'");
            }
        }
        return {json.at("label").get<std::string>(),
                MediaFile::from_source(std::move(source), json.at("path").get<std::string>())};
    }

    bool equals(const Value& other) const override {
        const auto* that = dynamic_cast<const PointCloudLabel*>(&other);
        return that != nullptr && that->label_ == label_ &&
               that->points_.sha256() == points_.sha256();
    }

private:
    PointCloudLabel(std::string label, MediaFile points)
        : label_(std::move(label)), points_(std::move(points)) {}

    std::string label_;
    MediaFile points_;
};

int run(const std::string& path) {
    TypeRegistry types = builtin_types();
    types.add<PointCloudLabel>("PointCloudLabel"); // the one line

    const auto store = Store::create(path, {.types = types});
    const PointCloudLabel car("car", {0, 0, 0, 1, 0, 0, 1, 1, 0});
    const PointCloudLabel tree("tree", {5, 5, 0, 5, 5, 3});

    auto scans = store.new_artifact("scans", "dataset");
    scans.add(car, "scan-1");
    scans.add(Table({"scan", "checked"}, {{car, true}, {tree, false}}), "labels");
    const Artifact first = store.commit(std::move(scans));

    const std::optional<PointCloudLabel> got = first.get<PointCloudLabel>("scan-1");
    std::cout << "got back: " << got->label() << ", " << got->size() << " points\n";
    const std::optional<Table> labels = first.get<Table>("labels");
    for (const TableRow& row : labels->rows()) {
        std::cout << "in the table: " << row["scan"].as<PointCloudLabel>()->label() << "\n";
    }

    auto picked = store.new_artifact("picked", "dataset");
    picked.add(*got, "the-car");
    const Artifact second = store.commit(std::move(picked));
    std::cout << "carried on: " << *second.manifest().find("the-car.point-cloud-label.json")->ref
              << "\n";
    return *second.get<PointCloudLabel>("the-car") == car ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: user_type STORE\n";
        return 2;
    }
    try {
        return run(argv[1]);
    } catch (const std::exception& error) {
        std::cerr << "user_type: " << error.what() << "\n";
        return 1;
    }
}
