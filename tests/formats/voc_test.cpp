// SPDX-License-Identifier: MIT
#include <vitrine/formats/voc.hpp>
#include <vitrine/image/codec.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/store/store.hpp>

#include "core/file_system.hpp"
#include "support/check_throws.hpp"
#include "support/paths.hpp"
#include "support/sample_dataset.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace fs = std::filesystem;
using namespace vitrine;
using namespace vitrine::test;

namespace {

/// A store and the import of a folder into it.
struct Import {
    TemporaryDirectory directory;
    Store store = Store::create(directory.path() / "store");
    VocImportReport report;

    Artifact run(const fs::path& folder, const VocImportOptions& options = {}) {
        ArtifactBuilder draft = store.new_artifact("cells", "dataset");
        report = import_voc(folder, draft, options);
        return store.commit(std::move(draft));
    }
};

fs::path sample() {
    return test_data_dir() / "voc";
}

std::vector<std::string> names_of(const Artifact& artifact) {
    return artifact.value_paths(Image::artifact_type);
}

/// "JPEGImages/a.png: reason" of each.
std::map<std::string, std::string> skipped_of(const VocImportReport& report) {
    std::map<std::string, std::string> skipped;
    for (const auto& file : report.skipped) {
        skipped[file.path] = file.reason;
    }
    return skipped;
}

} // namespace

TEST_CASE("a VOC folder becomes images with boxes and one class set") {
    Import import;
    const Artifact artifact = import.run(sample());
    CHECK(import.report.images == 4);
    CHECK(import.report.boxes == 3);
    CHECK(import.report.without_annotation == 1);
    CHECK(import.report.classes == std::vector<std::string>{"Platelets", "RBC", "WBC & friends"});
    CHECK(import.report.skipped.empty());
    CHECK(names_of(artifact) ==
          std::vector<std::string>{"cell_1.image-file.json", "cell_2.image-file.json",
                                   "cell_3.image-file.json", "empty field.image-file.json"});
    CHECK(artifact.value_paths(Classes::artifact_type).size() == 1);

    const auto first = artifact.get<Image>("cell_1");
    REQUIRE(first);
    CHECK(first->caption() == "cell_1");
    CHECK(first->width() == 48);
    CHECK(first->height() == 32);
    REQUIRE(first->classes());
    CHECK(first->classes()->name_of(3) == "WBC & friends");
    REQUIRE(first->boxes().size() == 1);
    CHECK(first->boxes()[0].first == "ground_truth");
    CHECK(render_json(first->boxes()[0].second.box_data()) ==
          R"([{"class_id": 2, "difficult": 0, "domain": "pixel", "pose": "Unspecified", )"
          R"("position": {"maxX": 20, "maxY": 21, "minX": 4, "minY": 5}, "truncated": 0}, )"
          R"({"class_id": 1, "difficult": 1, "domain": "pixel", "pose": "Left", )"
          R"("position": {"maxX": 47.25, "maxY": 31.0, "minX": 30.5, "minY": 10.0}, )"
          R"("truncated": 1}])");
    CHECK(first->read_file() == read_file(sample() / "JPEGImages" / "cell_1.jpg"));

    const auto shows_none = artifact.get<Image>("cell_3");
    REQUIRE(shows_none);
    CHECK(shows_none->boxes().empty());
    CHECK(shows_none->classes());
    CHECK(artifact.get<Image>("empty field")->boxes().empty());
}

TEST_CASE("a split imports the pictures in its list") {
    struct Case {
        std::string split;
        std::vector<std::string> names;
    };
    const Case cases[] = {{"train", {"cell_1.image-file.json", "cell_3.image-file.json"}},
                          {"val", {"cell_2.image-file.json"}}};
    for (const auto& test : cases) {
        CAPTURE(test.split);
        Import import;
        CHECK(names_of(import.run(sample(), {.split = test.split})) == test.names);
        CHECK(import.report.skipped.empty());
    }
}

TEST_CASE("a folder that is not a VOC dataset is refused") {
    const TemporaryDirectory directory;
    const fs::path empty = directory.path() / "empty";
    fs::create_directories(empty / "JPEGImages");
    const fs::path outside = directory.path() / "outside";
    fs::create_directories(outside);
    fs::create_directory_symlink(sample() / "JPEGImages", outside / "JPEGImages");
    struct Case {
        fs::path folder;
        std::string split;
        ErrorCode code;
        std::string message;
    };
    const Case cases[] = {
        {directory.path() / "missing", "", ErrorCode::NotFound, "no such folder"},
        {directory.path(), "", ErrorCode::NotFound, "has no folder 'JPEGImages'"},
        {empty, "", ErrorCode::InvalidFormat, "no picture to import"},
        {outside, "", ErrorCode::InvalidFormat, "leads out of"},
        {sample(), "test", ErrorCode::NotFound, "no split 'test'"},
        {sample(), "../Main/train", ErrorCode::InvalidArgument, "got the path '../Main/train'"},
    };
    for (const auto& test : cases) {
        CAPTURE(test.folder.string());
        CAPTURE(test.split);
        Import import;
        check_throws([&] { import.run(test.folder, {.split = test.split}); }, test.code,
                     test.message);
        CHECK(import.store.list().empty());
    }
}

TEST_CASE("files that cannot be imported are named, and the rest is imported") {
    const TemporaryDirectory directory;
    const fs::path voc = directory.path() / "voc";
    const fs::path secret = directory.path() / "secret.png";
    write_voc_folder(voc, 2);
    write_picture(secret, make_picture(99));
    const std::string png = encode_png(make_picture(50));

    write_text(voc / "JPEGImages/truncated.png", png.substr(0, png.size() / 2));
    write_text(voc / "JPEGImages/text.jpg", "this is no picture");
    write_text(voc / "JPEGImages/bad_xml.png", encode_png(make_picture(51)));
    write_text(voc / "Annotations/bad_xml.xml", "<annotation><object>");
    write_text(voc / "JPEGImages/evil.png", encode_png(make_picture(52)));
    write_text(voc / "Annotations/evil.xml",
               "<annotation><filename>../../secret.png</filename></annotation>");
    write_text(voc / "Annotations/lonely.xml", "<annotation/>");
    write_text(voc / "JPEGImages/cell_000.jpg.PNG", png);
    write_text(voc / "JPEGImages/Thumbs.db", "not looked at");
    write_text(voc / "JPEGImages/huge.png", encode_png(make_picture(53)));
    write_text(voc / "Annotations/huge.xml", "<annotation/>");
    fs::resize_file(voc / "Annotations/huge.xml", (std::uintmax_t{16} << 20) + 1);
    write_text(voc / "JPEGImages/cell_001.bmp", "same stem");
    fs::create_symlink(secret, voc / "JPEGImages/stolen.png");
    fs::create_symlink("nowhere.png", voc / "JPEGImages/dangling.png");
    fs::create_symlink(secret, voc / "Annotations/stolen.xml");
    fs::create_directories(voc / "JPEGImages/folder.png");
    REQUIRE(mkfifo((voc / "JPEGImages/pipe.png").c_str(), 0600) == 0);
    fs::create_symlink("cell_000.png", voc / "JPEGImages/inside.png");

    Import import;
    const Artifact artifact = import.run(voc);
    CHECK(names_of(artifact) == std::vector<std::string>{"cell_000.image-file.json",
                                                         "cell_000.jpg.image-file.json",
                                                         "inside.image-file.json"});
    const std::map<std::string, std::string> expected = {
        {"Annotations/bad_xml.xml", "malformed XML"},
        {"Annotations/evil.xml", "got the path '../../secret.png'"},
        {"Annotations/huge.xml", "too large"},
        {"Annotations/lonely.xml", "there is no picture of that name"},
        {"Annotations/stolen.xml", "leads out of the dataset"},
        {"JPEGImages/cell_001.bmp", "not a picture of a known format"},
        {"JPEGImages/cell_001.png", "has the same name as 'JPEGImages/cell_001.bmp'"},
        {"JPEGImages/dangling.png", "leads nowhere"},
        {"JPEGImages/folder.png", "not a regular file"},
        {"JPEGImages/pipe.png", "not a regular file"},
        {"JPEGImages/stolen.png", "leads out of the dataset"},
        {"JPEGImages/text.jpg", "not a picture of a known format"},
        {"JPEGImages/truncated.png", "truncated"},
    };
    const auto skipped = skipped_of(import.report);
    for (const auto& item : expected) {
        const std::string& path = item.first;
        const std::string& reason = item.second;
        CAPTURE(path);
        REQUIRE(skipped.contains(path));
        const std::string& text = skipped.at(path);
        CAPTURE(text);
        CHECK(text.find(reason) != std::string::npos);
    }
    CHECK(skipped.size() == expected.size());
    for (const Entry& entry : artifact.entries()) {
        CHECK(entry.object != sha256_of(read_file(secret)));
    }
}

TEST_CASE("a split that names missing pictures says so") {
    const TemporaryDirectory directory;
    write_voc_folder(directory.path(), 2);
    write_text(directory.path() / "ImageSets/Main/part.txt", "cell_001\r\n../../x\ngone -1\n");
    Import import;
    CHECK(names_of(import.run(directory.path(), {.split = "part"})) ==
          std::vector<std::string>{"cell_001.image-file.json"});
    REQUIRE(import.report.skipped.size() == 2);
    CHECK(import.report.skipped[0].path == "ImageSets/Main/part.txt");
    CHECK(import.report.skipped[0].reason == "no picture '../../x'");
    CHECK(import.report.skipped[1].reason == "no picture 'gone'");
}

TEST_CASE("an import counts its items and can be stopped at each of them") {
    const TemporaryDirectory directory;
    write_voc_folder(directory.path(), 6);
    Import import;
    std::map<std::string, std::uint64_t> last;
    VocImportOptions options;
    options.progress.observer = [&](const Progress& progress) {
        CHECK(progress.total == 6);
        last[std::string(progress.activity)] = progress.done;
    };
    import.run(directory.path(), options);
    CHECK(last == std::map<std::string, std::uint64_t>{{"adding", 6}, {"reading annotations", 6}});

    for (const std::string activity : {"reading annotations", "adding"}) {
        CAPTURE(activity);
        std::stop_source stop;
        options.progress.stop = stop.get_token();
        options.progress.observer = [&](const Progress& progress) {
            if (progress.activity == activity) {
                stop.request_stop();
            }
        };
        Import stopped;
        check_throws([&] { stopped.run(directory.path(), options); }, ErrorCode::Cancelled,
                     "cancelled");
        CHECK(stopped.store.list().empty());
    }
}

TEST_CASE("the result of an import does not depend on the order of its work") {
    const TemporaryDirectory directory;
    write_voc_folder(directory.path(), 30);
    Import once;
    Import twice;
    CHECK(once.run(directory.path()).digest() == twice.run(directory.path()).digest());
}
