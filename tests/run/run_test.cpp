// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/audio.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/media/video.hpp>
#include <vitrine/run/run.hpp>

#include "core/file_system.hpp"
#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"
#include "support/pictures.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <limits>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
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

    /// The files of media.
    std::size_t files() const {
        std::size_t count = 0;
        const auto media = run.directory() / "media";
        if (std::filesystem::exists(media)) {
            for (const auto& item : std::filesystem::recursive_directory_iterator(media)) {
                count += item.is_regular_file() ? 1 : 0;
            }
        }
        return count;
    }
    std::string history() const { return read_file(run.directory() / "wandb-history.jsonl"); }
};

} // namespace

TEST_CASE("a file put into a run is stored unchanged, and replaces an older one") {
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

TEST_CASE("class labels are stored in the config as W&B stores singletons") {
    RunFixture fixture;
    CHECK(fixture.run.config_wandb() == Json::object());
    fixture.run.add_singleton("mask/class_labels", "k_wandb_delimeter_m", Json{{"1", "tree"}});
    fixture.run.add_singleton("mask/class_labels", "k_wandb_delimeter_m", Json{{"1", "car"}});
    CHECK(render_json(fixture.run.config_wandb(), kOrderedJson) ==
          R"({"mask/class_labels": {"k_wandb_delimeter_m": {"type": "mask/class_labels", )"
          R"("key": "k_wandb_delimeter_m", "value": {"1": "car"}}}})");
}

TEST_CASE("a run without an id gets a random one") {
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
    test::check_throws([&] { fixture.run.val_to_json("k", images, nullptr); },
                       ErrorCode::InvalidArgument, "with a step");
}

TEST_CASE("more than 108 images are cut, and different sizes logged, with a warning") {
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
    images.resize(108, plain());
    CHECK(fixture.run.val_to_json("max", images, 0)["count"] == 108);
    CHECK(fixture.warnings.empty());

    const std::vector<Image> sizes{plain(2), plain(3)};
    CHECK(fixture.run.val_to_json("sizes", sizes, 0)["width"] == 2);
    REQUIRE(fixture.warnings.size() == 1);
    CHECK(fixture.warnings[0].starts_with("Images sizes do not match."));
}

TEST_CASE("mixed lists are logged item by item, other JSON unchanged") {
    RunFixture fixture;
    const Image image = plain();
    const ImageMask mask(parse_json(R"({"mask_data": [[1]]})"), "m");
    const Json json = fixture.run.val_to_json("mixed", Cell::List{image, mask, 7, "text"}, 0);
    REQUIRE(json.size() == 4);
    CHECK(json[0]["_type"] == "image-file");
    CHECK(json[1]["_type"] == "mask");
    CHECK(json[2] == 7);
    CHECK(json[3] == "text");
    CHECK(fixture.run.val_to_json("images", Cell::List{image, image}, 0)["_type"] ==
          "images/separated");
    for (const Json& value : {Json("text"), Json(5), Json::array({1, 2}), Json(nullptr),
                              Json{{"a", {1, {{"b", 2}}}}}}) {
        CHECK(fixture.run.val_to_json("json", value, nullptr) == value);
    }
}

TEST_CASE("lists of sounds and of videos become one object each") {
    RunFixture fixture;
    test::write_bytes(fixture.folder.path() / "s.wav", "sound");
    const Audio audio(fixture.folder.path() / "s.wav");
    const Json sounds = fixture.run.val_to_json("s", Cell::List{audio, audio}, 0);
    CHECK(sounds["_type"] == "audio");
    CHECK(sounds["audio"][1]["path"] == "media/audio/s_0_1.wav");
    const Video video = Video::from_bytes("video", {.format = "mp4"});
    const Json videos = fixture.run.val_to_json("v", Cell::List{video, video}, 0);
    CHECK(videos["_type"] == "videos");
    CHECK(videos["videos"][1]["path"] == "media/videos/v_0_1.mp4");
    const Json mixed = fixture.run.val_to_json("m", Cell::List{audio, video}, 0);
    CHECK(mixed[0]["_type"] == "audio-file");
    CHECK(mixed[1]["_type"] == "video-file");
}

TEST_CASE("values in dictionaries and lists are logged, and no two lists share files") {
    RunFixture fixture;
    const auto pair = [](unsigned seed) { return Cell::List{plain(2, seed), plain(2, seed + 1)}; };
    fixture.run.log({{"train", Cell::Dictionary{{"img", pair(1)}, {"one", plain(2, 9)}}},
                     {"val", Cell::Dictionary{{"img", pair(3)}}},
                     {"grid", Cell::List{pair(5), pair(7)}}});
    const Json row = fixture.run.summary();
    CHECK(row["train"]["img"]["_type"] == "images/separated");
    CHECK(row["train"]["one"]["path"].get<std::string>().starts_with("media/images/one_0_"));
    REQUIRE(row["grid"][1][1]["_type"] == "image-file");
    CHECK(row["grid"][0][0]["path"] != row["grid"][1][0]["path"]);
    for (const char* file : {"train.img_0_0.png", "train.img_0_1.png", "val.img_0_0.png"}) {
        CAPTURE(file);
        CHECK(std::filesystem::exists(fixture.run.directory() / "media/images" / file));
    }
    CHECK(fixture.files() == 9);
}

TEST_CASE("log writes a row of scalars, lists and media at once") {
    RunFixture fixture;
    const Image image = plain();
    fixture.run.log({{"loss", 0.5},
                     {"epoch", 1},
                     {"name", "first"},
                     {"done", false},
                     {"nothing", nullptr},
                     {"hist", std::vector<double>{0.5, 1.0}},
                     {"image", image}});
    const std::string id = image.sha256().hex();
    CHECK(fixture.history().starts_with(
        R"({"loss": 0.5, "epoch": 1, "name": "first", "done": false, "nothing": null, )"
        R"("hist": [0.5, 1.0], "image": {"_type": "image-file", "path": "media/images/image_0_)" +
        id.substr(0, 8) + R"(.png", "sha256": ")" + id));
    CHECK(fixture.run.step() == 1);
    fixture.run.log({{"a/b c", image}, {"x", std::numeric_limits<double>::quiet_NaN()}}, 4);
    CHECK(fixture.run.step() == 4);
    fixture.run.finish();
    CHECK(fixture.history().find("\"x\": NaN, \"_step\": 4") != std::string::npos);
    test::check_throws(
        [&] {
            fixture.run.log({{"late", 1}});
        },
        ErrorCode::InvalidArgument, "is finished");
}

TEST_CASE("keys with slashes make folders, and cannot lead out of the run") {
    RunFixture fixture;
    fixture.run.log({{"val/deep/img", plain()}, {"val/list", std::vector<Image>{plain(2, 1)}}}, 2);
    const auto images = fixture.run.directory() / "media/images";
    CHECK(std::filesystem::is_directory(images / "val/deep"));
    CHECK(std::filesystem::exists(images / "val/list_2_0.png"));
    for (const char* key : {"../../../x", "/x", "a/../../../../x"}) {
        CAPTURE(key);
        test::check_throws(
            [&] {
                fixture.run.log({{key, plain()}}, 3);
            },
            ErrorCode::InvalidArgument, std::string("logging '") + key + "'");
    }
    fixture.run.log({{"../scalar", 1}}, 3); // a scalar has no file
    CHECK(fixture.run.step() == 3);
    CHECK_FALSE(std::filesystem::exists(fixture.folder.path() / "x"));
}

TEST_CASE("a refused row leaves the history unchanged") {
    RunFixture fixture;
    test::check_throws(
        [&] {
            fixture.run.log({{"a", 1}, {"b", 2}, {"a", 3}});
        },
        ErrorCode::InvalidArgument, "key 'a' occurs twice");
    test::check_throws(
        [&] {
            fixture.run.log({{"a", 1}, {"t", "\xff"}});
        },
        ErrorCode::InvalidArgument, "UTF-8");
    CHECK(fixture.run.step() == 0);
    CHECK(fixture.history().empty());
    fixture.run.log({{"a", 1}}, 5);
    fixture.run.log({{"old", plain()}}, 4);
    CHECK(fixture.files() == 0); // dropped before anything is put anywhere
    REQUIRE(fixture.warnings.size() == 1);
    CHECK(fixture.warnings[0].ends_with("dropping 'old'"));
}

TEST_CASE("the summary takes media, the config JSON") {
    RunFixture fixture;
    const Image image = plain();
    fixture.run.update_summary({{"best", image}, {"acc", 0.9}});
    CHECK(fixture.run.summary()["best"]["path"] ==
          "media/images/best_summary_" + image.sha256().hex().substr(0, 8) + ".png");
    fixture.run.update_config({{"lr", 0.1}, {"layers", {64, 32}}});
    CHECK(fixture.run.config() == Json{{"lr", 0.1}, {"layers", {64, 32}}});
    CHECK(read_file(fixture.run.directory() / "config.yaml").find("value: [64, 32]") !=
          std::string::npos);
}

TEST_CASE("many threads log to one run, each row whole") {
    RunFixture fixture;
    constexpr int kThreads = 4;
    constexpr int kRows = 50;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&fixture, thread] {
            for (int row = 0; row < kRows; ++row) {
                fixture.run.log({{"thread", thread}, {"row", row}});
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(fixture.run.step() == kThreads * kRows);
    std::istringstream lines(fixture.history());
    std::set<std::pair<int, int>> seen;
    int step = 0;
    for (std::string line; std::getline(lines, line); ++step) {
        const Json row = parse_json(line);
        CHECK(row["_step"] == step);
        seen.emplace(row["thread"].get<int>(), row["row"].get<int>());
    }
    CHECK(seen.size() == kThreads * kRows);
}

} // namespace vitrine
