// SPDX-License-Identifier: MIT
// A type defined by a user, complete in this file.
#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/value/media_file.hpp>
#include <vitrine/value/type_registry.hpp>
#include <vitrine/value/value.hpp>

#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace vitrine {

namespace {

/// A user's remark on one scan, whose points are a file.
class PointCloudLabel final : public Value {
public:
    static constexpr std::string_view artifact_type = "point-cloud-label";
    static constexpr std::array<std::string_view, 1> file_members = {"path"};

    PointCloudLabel(std::string label, MediaFile points)
        : label_(std::move(label)), points_(std::move(points)) {}

    std::string_view type() const override { return artifact_type; }
    const std::string& label() const { return label_; }
    const MediaFile& points() const { return points_; }

    Json to_json(ValueSink& sink) const override {
        if (sink.artifact() == nullptr) {
            throw Error(ErrorCode::InvalidArgument, "a label is kept in artifacts only");
        }
        return {{"_type", artifact_type},
                {"label", label_},
                {"path", sink.artifact()->add_media(points_, "media/points")}};
    }

    static PointCloudLabel from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
        return {json.at("label").get<std::string>(),
                MediaFile::from_source(std::move(source), json.at("path").get<std::string>())};
    }

    bool equals(const Value& other) const override {
        const auto* that = dynamic_cast<const PointCloudLabel*>(&other);
        return that != nullptr && that->label_ == label_ &&
               that->points_.sha256() == points_.sha256();
    }

private:
    std::string label_;
    MediaFile points_;
};

} // namespace

TEST_CASE("a user's type is added in one line and works like the built-in ones") {
    TypeRegistry types = builtin_types();
    types.add<PointCloudLabel>("PointCloudLabel");

    const PointCloudLabel label("a car", MediaFile::from_bytes("1 2 3\n", ".xyz"));
    test::MemoryArtifact artifact;
    artifact.add(label, "scan");
    const auto got = artifact.source(types)->get("scan");
    REQUIRE(got);
    CHECK(*got == label);
    const auto* restored = dynamic_cast<const PointCloudLabel*>(got.get());
    REQUIRE(restored != nullptr);
    CHECK(restored->label() == "a car");
    CHECK(restored->points().read() == "1 2 3\n");
    CHECK(got->artifact_source()->name == "scan");
}

TEST_CASE("without its registration a user's type is unknown") {
    test::MemoryArtifact artifact;
    artifact.add(PointCloudLabel("x", MediaFile::from_bytes("", ".xyz")), "scan");
    CHECK(artifact.source()->value("scan.point-cloud-label.json") == nullptr);
}

} // namespace vitrine
