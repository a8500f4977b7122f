// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/run/run.hpp>

#include "core/file_system.hpp"
#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"
#include "support/pictures.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

Image plain(std::uint32_t width = 2, unsigned seed = 0) {
    return Image(test::sample_pixels(width, 2, PixelMode::RGB, seed));
}

/// A run in a folder of its own that remembers its warnings.
struct RunFixture {
    TemporaryDirectory folder;
    std::vector<std::string> warnings;
    Run run{folder.path() / "files",
            {.id = "r1", .warn = [this](std::string_view text) { warnings.emplace_back(text); }}};

    std::size_t files() const {
        std::size_t count = 0;
        for (const auto& item :
             std::filesystem::recursive_directory_iterator(folder.path() / "files")) {
            count += item.is_regular_file() ? 1 : 0;
        }
        return count;
    }
};

} // namespace

TEST_CASE("a file put into a run lies there as it was, and replaces what was there") {
    RunFixture fixture;
    fixture.run.put_file(MediaFile::from_bytes("one", ".txt"), "media/a/b.txt");
    const auto place = fixture.run.directory() / "media/a/b.txt";
    CHECK(read_file(place) == "one");
    fixture.run.put_file(MediaFile::from_bytes("two", ".txt"), "media/a/b.txt");
    CHECK(read_file(place) == "two");
    CHECK(fixture.files() == 1);
}

TEST_CASE("paths that lead out of a run's folder are refused") {
    RunFixture fixture;
    const std::string_view cases[] = {"../x", "/x", "a/../../x", "", ".", "a/.."};
    for (const std::string_view path : cases) {
        CAPTURE(path);
        test::check_throws([&] { fixture.run.put_file(MediaFile::from_bytes("", ""), path); },
                           ErrorCode::InvalidArgument, "entry path");
    }
    test::check_throws([&] { plain().bind_to_run(fixture.run, "../../../x", 0); },
                       ErrorCode::InvalidArgument, "..");
    CHECK(fixture.files() == 0);
    CHECK_FALSE(std::filesystem::exists(fixture.folder.path() / "x"));
}

TEST_CASE("binding copies a user's file and never moves it") {
    RunFixture fixture;
    const auto path = test::write_png(fixture.folder.path() / "mine.PNG", 3, 2);
    const Image image(path);
    image.bind_to_run(fixture.run, "k", 0, 5);
    CHECK(std::filesystem::exists(path));
    const auto copy = fixture.run.directory() / "media/images/k_0_5.PNG";
    CHECK(read_file(copy) == read_file(path));
    // From now on the image is the run's file, as in W&B: its own may go.
    std::filesystem::remove(path);
    CHECK(image.file().path() == copy.string());
    CHECK(image.read_file() == read_file(copy));
    image.bind_to_run(fixture.run, "k", 1, 5);
    CHECK(image.to_json(fixture.run)["path"] == "media/images/k_1_5.PNG");
    test::MemoryArtifact artifact;
    CHECK(artifact.add(image, "x")["path"].get<std::string>().ends_with("/k_1_5.PNG"));
    test::write_png(fixture.run.directory() / "media/images/k_1_5.PNG", 3, 2, 1);
    test::check_throws([&] { artifact.add(Image(image, {.caption = "c"}), "y"); },
                       ErrorCode::Conflict, "has changed since it was logged");
}

TEST_CASE("class labels lie in the config as W&B keeps singletons") {
    RunFixture fixture;
    CHECK(fixture.run.config_wandb() == Json::object());
    fixture.run.add_singleton("mask/class_labels", "k_wandb_delimeter_m", Json{{"1", "tree"}});
    fixture.run.add_singleton("mask/class_labels", "k_wandb_delimeter_m", Json{{"1", "car"}});
    CHECK(render_json(fixture.run.config_wandb(), kOrderedJson) ==
          R"({"mask/class_labels": {"k_wandb_delimeter_m": {"type": "mask/class_labels", )"
          R"("key": "k_wandb_delimeter_m", "value": {"1": "car"}}}})");
}

TEST_CASE("a run without an id draws one") {
    const TemporaryDirectory folder;
    const Run a(folder.path() / "a");
    const Run b(folder.path() / "b");
    CHECK(a.run_id().size() == 32);
    CHECK(a.run_id() != b.run_id());
    CHECK(std::filesystem::is_directory(folder.path() / "a"));
}

TEST_CASE("a media value is bound once, a list with its indices") {
    RunFixture fixture;
    const Image one = plain();
    CHECK(fixture.run.val_to_json("k", one, 3)["path"] ==
          "media/images/k_3_" + one.sha256().hex().substr(0, 8) + ".png");
    const Json again = fixture.run.val_to_json("other", one, 4);
    CHECK(again["path"].get<std::string>().starts_with("media/images/k_3_"));

    const std::vector<Image> images{plain(2, 1), plain(2, 2)};
    CHECK(render_json(fixture.run.val_to_json("list", images, 3), kOrderedJson) ==
          R"({"_type": "images/separated", "width": 2, "height": 2, "format": "png", "count": 2})");
    CHECK(std::filesystem::exists(fixture.run.directory() / "media/images/list_3_0.png"));
    CHECK(std::filesystem::exists(fixture.run.directory() / "media/images/list_3_1.png"));
    CHECK(fixture.run.val_to_json("none", std::vector<Image>{}, 0) == Json::array());
    CHECK(fixture.warnings.empty());
    test::check_throws([&] { fixture.run.val_to_json("k", plain(), nullptr); },
                       ErrorCode::InvalidArgument, "with a step");
}

TEST_CASE("more than 108 images are cut with a warning, different sizes are told") {
    RunFixture fixture;
    std::vector<Image> images;
    for (unsigned i = 0; i < 110; ++i) {
        images.push_back(plain());
    }
    const Json json = fixture.run.val_to_json("many", images, 0);
    CHECK(json["count"] == 108);
    CHECK(fixture.files() == 108);
    CHECK_FALSE(images[108].is_bound());
    CHECK(fixture.warnings == std::vector<std::string>{"Only 108 Image will be uploaded."});
    fixture.warnings.clear();
    CHECK(fixture.run.val_to_json("max", std::span<const Image>(images).first(108), 0)["count"] ==
          108);
    CHECK(fixture.warnings.empty());

    const std::vector<Image> sizes{plain(2), plain(3)};
    CHECK(fixture.run.val_to_json("sizes", sizes, 0)["width"] == 2);
    REQUIRE(fixture.warnings.size() == 1);
    CHECK(fixture.warnings[0].starts_with("Images sizes do not match."));
}

TEST_CASE("mixed lists are logged each for itself, other JSON as it is") {
    RunFixture fixture;
    const auto image = std::make_shared<const Image>(plain());
    const auto mask = std::make_shared<const ImageMask>(parse_json(R"({"mask_data": [[1]]})"), "m");
    const std::vector<std::shared_ptr<const Value>> mixed{image, mask};
    const Json json = fixture.run.val_to_json("mixed", mixed, 0);
    REQUIRE(json.size() == 2);
    CHECK(json[0]["_type"] == "image-file");
    CHECK(json[1]["_type"] == "mask");
    const std::vector<std::shared_ptr<const Value>> images{image, image};
    CHECK(fixture.run.val_to_json("images", images, 0)["_type"] == "images/separated");
    CHECK(fixture.run.val_to_json("none", std::vector<std::shared_ptr<const Value>>{}, 0) ==
          Json::array());
    const std::vector<std::shared_ptr<const Value>> null{nullptr};
    test::check_throws([&] { fixture.run.val_to_json("null", null, 0); },
                       ErrorCode::InvalidArgument, "null pointer");
    for (const Json& value : {Json("text"), Json(5), Json::array({1, 2}), Json(nullptr)}) {
        CHECK(fixture.run.val_to_json("json", value, nullptr) == value);
    }
}

} // namespace vitrine
