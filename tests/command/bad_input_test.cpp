// SPDX-License-Identifier: MIT
// Bad input of every kind causes a clear error that names the thing, and loses or half-writes
// nothing. One table has input of the command, one has input of the library.
#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/image/codec.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/store/store.hpp>

#include "command/fixture.hpp"
#include "support/check_throws.hpp"
#include "support/skip.hpp"

#include <doctest/doctest.h>
#include <sys/mount.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using namespace vitrine;
using namespace vitrine::test;

namespace {

/// Everything that a store must keep: objects, manifests and records, by path and content.
std::map<std::string, std::string> contents(const fs::path& store) {
    std::map<std::string, std::string> files;
    for (const char* folder : {"objects", "artifacts", "records", "staging"}) {
        if (!fs::exists(store / folder)) {
            continue;
        }
        for (const auto& item : fs::recursive_directory_iterator(store / folder)) {
            if (item.is_regular_file()) {
                files[item.path().lexically_relative(store)] = sha256_of_file(item.path()).hex();
            }
        }
    }
    return files;
}

/// A store with one good version, and a check that nothing was added or removed.
struct Guarded : Workplace {
    std::map<std::string, std::string> before;

    Guarded() {
        write("good.txt", "good");
        write_picture(path() / "good.png", make_picture(1));
        ok({"add", "good", "good.txt", "good.png"});
        before = contents(store());
    }

    void check_untouched() const {
        CHECK(contents(store()) == before);
        CHECK(json({"list"}).size() == 1);
        CHECK(json({"log", "good"}).size() == 1);
        CHECK(json({"verify"})["ok"] == true);
        CHECK(ok({"cat", "good", "good.txt"}).out == "good");
    }
};

std::string big_endian(std::uint32_t number) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes += static_cast<char>(number >> shift);
    }
    return bytes;
}

/// A PNG whose header contradicts its data. `crc` corrects the header's checksum, for readers that
/// check it.
std::string png_claiming(std::uint32_t width, std::uint32_t height) {
    std::string png = encode_png(make_picture(1, 4, 4));
    png.replace(16, 8, big_endian(width) + big_endian(height));
    // CRC-32 (ISO 3309) of the chunk's type and data.
    std::uint32_t crc = 0xffffffff;
    for (std::size_t i = 12; i < 29; ++i) {
        crc ^= static_cast<unsigned char>(png[i]);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
        }
    }
    png.replace(29, 4, big_endian(~crc));
    return png;
}

/// A BMP of 100 bytes whose header claims 32,768 by 32,768 pixels of 32 bits: 4 GiB.
std::string bmp_of_four_gigabytes() {
    std::string bmp = "BM";
    const auto little = [&](std::uint32_t number, int bytes) {
        for (int i = 0; i < bytes; ++i) {
            bmp += static_cast<char>(number >> (8 * i));
        }
    };
    little(100, 4);
    little(0, 4);
    little(54, 4);
    little(40, 4);
    little(32768, 4);
    little(32768, 4);
    little(1, 2);
    little(32, 2);
    bmp.resize(100, '\0');
    return bmp;
}

} // namespace

TEST_CASE("the library refuses files that are not pictures, and names them") {
    const std::string png = encode_png(make_picture(1));
    struct Case {
        std::string name;
        std::string bytes;
        std::string message;
    };
    const Case cases[] = {
        {"empty.png", "", "picture"},
        {"text.png", "no picture at all", "picture"},
        {"half.png", png.substr(0, png.size() / 2), "truncated"},
        {"header_only.png", png.substr(0, 20), "truncated"},
        {"wide.png", png_claiming(65501, 4), "65501"},
        {"high.png", png_claiming(4, 65501), "65501"},
        {"none.png", png_claiming(0, 4), "0"},
        {"huge.png", png_claiming(65000, 65000), "65000"},
        {"huge.bmp", bmp_of_four_gigabytes(), "32768"},
    };
    const TemporaryDirectory directory;
    for (const auto& test : cases) {
        CAPTURE(test.name);
        const fs::path path = directory.path() / test.name;
        write_text(path, test.bytes);
        check_throws([&] { const Image image(path); }, ErrorCode::InvalidFormat, test.message);
        check_throws([&] { const Image image(path); }, ErrorCode::InvalidFormat, test.name);
    }
    check_throws([&] { const Image image(directory.path() / "missing.png"); }, ErrorCode::NotFound,
                 "missing.png");
}

TEST_CASE("the command names and leaves out bad pictures of a dataset") {
    const Guarded place;
    const std::map<std::string, std::string> bad = {
        {"text.png", "no picture at all"},
        {"half.png", encode_png(make_picture(1)).substr(0, 60)},
        {"wide.png", png_claiming(65501, 4)},
        {"huge.bmp", bmp_of_four_gigabytes()},
    };
    for (const auto& [name, bytes] : bad) {
        place.write("voc/JPEGImages/" + name, bytes);
    }
    // If there is no other picture, the import fails and stores nothing.
    CHECK(place.run({"import", "voc", "voc", "pictures"}).exit_code == 1);
    place.check_untouched();

    write_picture(place.path() / "voc/JPEGImages/fine.png", make_picture(2));
    const CommandResult result = place.run({"import", "voc", "voc", "pictures"});
    CHECK(result.exit_code == 3);
    for (const auto& item : bad) {
        CAPTURE(item.first);
        CHECK(holds(result.err, "skipped 'JPEGImages/" + item.first + "'"));
    }
    CHECK(place.json({"show", "pictures"})["values"] == Json{{"image-file", 1}});
}

TEST_CASE("arrays, boxes and masks that make no sense are refused, and the draft stays as it was") {
    const TemporaryDirectory directory;
    const Store store = Store::create(directory.path() / "store");
    ArtifactBuilder draft = store.new_artifact("x", "dataset");
    const std::vector<std::uint8_t> bytes(4096, 7);
    const std::vector<std::int32_t> large(16, 256);
    const std::vector<double> fractions(16, -1.5);
    const auto array = [&](std::vector<std::size_t> shape) {
        return ArrayView(bytes.data(), DType::uint8, std::move(shape));
    };
    const auto boxes = [](const Json& box) {
        return BoundingBoxes2D(Json{{"box_data", Json::array({box})}});
    };
    struct Case {
        std::string name;
        std::function<void()> make;
        std::string message;
    };
    const Case cases[] = {
        {"one dimension", [&] { Image image(array({16})); }, "[16]"},
        {"five channels",
         [&] {
             Image image(array({2, 2, 5}));
         },
         "[2, 2, 5]"},
        {"four dimensions",
         [&] {
             Image image(array({2, 2, 2, 3}));
         },
         "[2, 2, 2, 3]"},
        {"no pixel",
         [&] {
             Image image(array({0, 4, 3}));
         },
         "0"},
        {"a mode that the array has not",
         [&] {
             Image image(array({2, 2, 3}), {.mode = "L"});
         },
         "L"},
        {"channels that the array has not",
         [&] {
             Image image(array({2, 2}), {.channels = ChannelOrder::bgr});
         },
         "[2, 2]"},
        {"too wide",
         [&] {
             Image image(ArrayView(bytes.data(), DType::uint8, {1, 65501}, {0, 0}));
         },
         "65501"},
        {"a mask of three dimensions",
         [&] {
             ImageMask mask(array({2, 2, 3}));
         },
         "[2, 2, 3]"},
        {"a mask beyond 255",
         [&] {
             ImageMask mask(ArrayView(large.data(), DType::int32, {4, 4}));
         },
         "256"},
        {"a mask below 0",
         [&] {
             ImageMask mask(ArrayView(fractions.data(), DType::float64, {4, 4}));
         },
         "-1.5"},
        {"a mask of words",
         [&] {
             ImageMask mask(Json{{"mask_data", {{"sky", "road"}}}});
         },
         "mask"},
        {"a mask of rows of different length",
         [&] {
             ImageMask mask(Json{{"mask_data", {{1, 2}, {3}}}});
         },
         "mask"},
        {"a box without position",
         [&] {
             boxes({{"class_id", 1}});
         },
         "position"},
        {"a box with half a position",
         [&] {
             boxes({{"class_id", 1}, {"position", {{"minX", 1}, {"maxX", 2}}}});
         },
         "position"},
        {"a box whose class is a word",
         [&] {
             boxes({{"class_id", "tree"},
                    {"position", {{"minX", 1}, {"maxX", 2}, {"minY", 1}, {"maxY", 2}}}});
         },
         "class_id"},
        {"boxes without classes",
         [&] {
             const Image image(
                 make_picture(1),
                 {.boxes = {
                      {"g",
                       BoundingBoxes2D::Builder().add(Box::from_corners(0, 0, 1, 1, 1)).build()}}});
             draft.add(image, "one");
         },
         "classes"},
        {"a value under a path that leads out", [&] { draft.add(Image(make_picture(1)), "../x"); },
         "../x"},
        {"a value under an absolute path", [&] { draft.add(Image(make_picture(1)), "/x"); }, "/x"},
    };
    for (const auto& test : cases) {
        CAPTURE(test.name);
        check_throws(test.make, ErrorCode::InvalidArgument, test.message);
        CHECK(draft.manifest().size() == 0);
    }
}

TEST_CASE("values whose JSON is wrong are refused, and the error names the problem") {
    const TemporaryDirectory directory;
    write_picture(directory.path() / "a.png", make_picture(1));
    struct Case {
        std::string json;
        std::string message;
    };
    const Case cases[] = {
        {R"({"path": "a.png"})", "_type"},
        {R"({"_type": 7, "path": "a.png"})", "_type"},
        {R"({"_type": null})", "_type"},
        {R"(["_type"])", "object"},
        {R"({"_type": "image-file"})", "path"},
        {R"({"_type": "image-file", "path": 1})", "path"},
        {R"({"_type": "image-file", "path": "a.png", "width": "wide", "height": 1})", "width"},
        {R"({"_type": "image-file", "path": "a.png", "width": 48, "height": 32, "format": "png",)"
         R"( "boxes": [1]})",
         "boxes"},
        {R"({"_type": "image-file")", "x.image-file.json"},
    };
    for (const auto& test : cases) {
        CAPTURE(test.json);
        write_text(directory.path() / "x.image-file.json", test.json);
        check_throws([&] { Artifact::open_directory(directory.path()).get("x"); },
                     ErrorCode::InvalidFormat, test.message);
        const CommandResult result = run_vitrine({"show", directory.path().string() + "/", "x"});
        CHECK(result.exit_code == 1);
        CAPTURE(result.err);
        CHECK(holds(result.err, test.message));
    }
    write_text(directory.path() / "x.image-file.json",
               R"({"_type": "image-file", "path": "gone.png", "width": 1, "height": 1})");
    check_throws([&] { Artifact::open_directory(directory.path()).get("x"); }, ErrorCode::NotFound,
                 "gone.png");

    // An unregistered type is not an error: its JSON is stored and shown.
    write_text(directory.path() / "y.json", R"({"_type": "hologram", "beams": 3})");
    const CommandResult opaque = run_vitrine({"show", directory.path().string() + "/", "y.json"});
    CHECK(opaque.exit_code == 0);
    CHECK(holds(opaque.out, "hologram"));
    CHECK(holds(opaque.out, "\"beams\": 3"));
}

TEST_CASE("a W&B manifest that is unsafe or malformed is refused") {
    const auto manifest = [](const std::string& path, const std::string& entry) {
        return R"({"version": 1, "storagePolicy": "wandb-storage-policy-v1", )"
               R"("storagePolicyConfig": {"storageLayout": "V2"}, "contents": {")" +
               path + "\": " + entry + "}}";
    };
    const std::string good = R"({"digest": "DMF1ucDxtqgxw5niaXcmYQ==", "size": 1})";
    struct Case {
        std::string manifest;
        std::string message;
    };
    const Case cases[] = {
        {manifest("../x", good), "../x"},
        {manifest("a/../../x", good), "a/../../x"},
        {manifest("/etc/passwd", good), "/etc/passwd"},
        {manifest("", good), "empty"},
        {manifest("a", R"({"digest": 7, "size": 1})"), "digest"},
        {manifest("a", R"({"digest": "x", "size": -1})"), "size"},
        {manifest("a", R"({"digest": "x", "size": "big"})"), "size"},
        {manifest("a", "[]"), "/contents/a"},
        {"[]", "object"},
        {"{}", "version"},
        {R"({"version": 99})", "99"},
        {"no JSON", "wandb_manifest.json"},
    };
    for (const auto& test : cases) {
        CAPTURE(test.manifest);
        const TemporaryDirectory directory;
        write_text(directory.path() / "wandb_manifest.json", test.manifest);
        for (const char* verb : {"show", "ls", "verify"}) {
            CAPTURE(verb);
            const CommandResult result = run_vitrine({verb, directory.path().string() + "/"});
            CHECK(result.exit_code == 1);
            CAPTURE(result.err);
            CHECK(holds(result.err, test.message));
        }
        const CommandResult out = run_vitrine(
            {"checkout", directory.path().string() + "/", (directory.path() / "out").string()});
        CHECK(out.exit_code == 1);
        CHECK_FALSE(fs::exists(directory.path() / "out"));
    }
}

TEST_CASE("a folder whose links lead out of it does not reveal the files there") {
    const TemporaryDirectory directory;
    write_text(directory.path() / "secret.txt", "secret");
    write_text(directory.path() / "in" / "a.txt", "a");
    fs::create_symlink(directory.path() / "secret.txt", directory.path() / "in" / "link.txt");
    const CommandResult result =
        run_vitrine({"cat", (directory.path() / "in").string(), "link.txt"});
    CHECK(result.exit_code == 1);
    CHECK(result.out.empty());
}

TEST_CASE("a folder that is not a store, a newer store and a store without catalogue are refused") {
    struct Case {
        std::string name;
        std::function<void(const fs::path&)> spoil;
        int exit_code;
        std::string message;
    };
    const auto replace = [](const fs::path& file, const std::string& from, const std::string& to) {
        std::string text = read_file(file);
        const auto found = text.find(from);
        REQUIRE(found != std::string::npos);
        write_text(file, text.replace(found, from.size(), to));
    };
    const Case cases[] = {
        {"an empty folder",
         [](const fs::path& store) {
             fs::remove_all(store);
             fs::create_directories(store);
         },
         10, ".vitrine"},
        {"a file",
         [](const fs::path& store) {
             fs::remove_all(store);
             write_text(store, "I am a file");
         },
         10, ".vitrine"},
        {"no vitrine.json", [](const fs::path& store) { fs::remove(store / "vitrine.json"); }, 10,
         ".vitrine"},
        {"a vitrine.json that is no JSON",
         [](const fs::path& store) { write_text(store / "vitrine.json", "hello"); }, 1,
         "vitrine.json"},
        {"a newer format",
         [&](const fs::path& store) {
             replace(store / "vitrine.json", "\"format\": 1", "\"format\": 999");
         },
         1, "999"},
        {"no catalogue", [](const fs::path& store) { fs::remove(store / "catalog.sqlite"); }, 10,
         "repair"},
        {"a catalogue that is none",
         [](const fs::path& store) {
             write_text(store / "catalog.sqlite", std::string(8192, 'x'));
         },
         10, "catalog.sqlite' is not a database"},
        {"another store's catalogue",
         [&](const fs::path& store) {
             const Json settings = parse_json(read_file(store / "vitrine.json"));
             const std::string id = settings["store"];
             replace(store / "vitrine.json", id, std::string(id.size(), '0'));
         },
         10, "repair"},
    };
    for (const auto& test : cases) {
        CAPTURE(test.name);
        const Guarded place;
        test.spoil(place.store());
        const auto spoiled = contents(place.store());
        for (const auto& arguments : std::vector<std::vector<std::string>>{
                 {"list"}, {"add", "x", "good.txt"}, {"gc"}, {"rm", "good:v0"}}) {
            CAPTURE(arguments[0]);
            auto all = arguments;
            all.insert(all.end(), {"--store", ".vitrine"});
            const CommandResult result = place.run(all);
            CAPTURE(result.err);
            CHECK(result.exit_code == test.exit_code);
            CHECK(holds(result.err, test.message));
        }
        CHECK(contents(place.store()) == spoiled);
    }
}

TEST_CASE("an add on a full disk makes no version and leaves no files") {
    const Guarded place;
    place.write("big/small.txt", "fits");
    place.write("big/large.bin", std::string(8 << 20, 'x') + "end");
    CommandOptions options;
    options.file_size_limit = 4 << 20;
    const CommandResult result = place.run({"add", "big", "big"}, options);
    CHECK(result.exit_code == 1);
    CAPTURE(result.err);
    CHECK(holds(result.err, "File too large"));
    CHECK(holds(result.err, (place.store() / "staging").string()));
    place.check_untouched();
    // With enough space it succeeds.
    CHECK(place.json({"add", "big", "big"})["entries"] == 2);
}

TEST_CASE("a file system that is full fails an add, and nothing is lost") {
    const TemporaryDirectory directory;
    const fs::path disk = directory.path() / "disk";
    fs::create_directories(disk);
    if (::mount("none", disk.c_str(), "tmpfs", 0, "size=4m") != 0) {
        skip("a small tmpfs cannot be mounted here");
        return;
    }
    write_text(directory.path() / "good.txt", "good");
    write_text(directory.path() / "large.bin", std::string(8 << 20, 'x'));
    const std::string store = (disk / "store").string();
    vitrine_ok({"init", store});
    vitrine_ok({"--store", store, "add", "good", (directory.path() / "good.txt").string()});
    const auto before = contents(store);
    const CommandResult result =
        run_vitrine({"--store", store, "add", "large", (directory.path() / "large.bin").string()});
    CHECK(result.exit_code == 1);
    CHECK(holds(result.err, "No space left on device"));
    CHECK(holds(result.err, store + "/staging/"));
    CHECK(contents(store) == before);
    CHECK(run_vitrine({"--store", store, "verify"}).exit_code == 0);
    CHECK(run_vitrine({"--store", store, "cat", "good", "good.txt"}).out == "good");
    // With enough space it succeeds.
    CHECK(::mount("none", disk.c_str(), "tmpfs", MS_REMOUNT, "size=64m") == 0);
    vitrine_ok({"--store", store, "add", "large", (directory.path() / "large.bin").string()});
    vitrine_ok({"--store", store, "verify"});
    CHECK(::umount(disk.c_str()) == 0);
}

TEST_CASE("a checkout that cannot be written names the path") {
    const Guarded place;
    place.write("file", "in the way");
    const CommandResult result = place.run({"checkout", "good", "file/out"});
    CHECK(result.exit_code == 1);
    CHECK(holds(result.err, "file/out"));
    CHECK(read_file(place.path() / "file") == "in the way");
    place.check_untouched();
}
