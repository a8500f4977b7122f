// SPDX-License-Identifier: MIT
// Every registered type refuses hostile JSON. A type without a case here fails.
#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/image/codec.hpp>

#include "support/check_throws.hpp"
#include "support/memory_source.hpp"
#include "support/pictures.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

/// "0, 0, 0"
std::string zeros(int count) {
    std::string text = "0";
    for (int i = 1; i < count; ++i) {
        text += ", 0";
    }
    return text;
}

struct Reject {
    std::string_view type;
    std::string json;
    ErrorCode code;
    std::string_view message;
};

const std::vector<Reject>& rejects() {
    constexpr auto kFormat = ErrorCode::InvalidFormat;
    constexpr auto kMissing = ErrorCode::NotFound;
    const auto image = [](std::string_view members) {
        return R"({"_type": "image-file", "path": "p.png", "format": "png", )" +
               std::string(members) + "}";
    };
    static const std::vector<Reject> cases = {
        {"classes", "[]", kFormat, "expected a JSON object, got array"},
        {"classes", R"({"_type": "image-file"})", kFormat,
         "'_type': expected 'classes', got 'image-file'"},
        {"classes", R"({"_type": "classes"})", kFormat, "'class_set' is missing"},
        {"classes", R"({"_type": "classes", "class_set": null})", kFormat, "'class_set'"},
        {"classes", R"({"_type": "classes", "class_set": {}})", kFormat,
         "'class_set': expected a list"},
        {"classes", R"({"_type": "classes", "class_set": [{"id": 1}]})", kFormat, "class 0"},

        {"bounding-boxes", "5", kFormat, "expected a list of boxes, got number"},
        {"bounding-boxes", "null", kFormat, "expected a list of boxes"},
        {"bounding-boxes", "{}", kFormat, "expected a list of boxes"},
        {"bounding-boxes", "[{}]", kFormat, "box 0: expected a box with a position"},
        {"bounding-boxes", R"({"value": [], "vitrine": 5})", kFormat, "'vitrine'"},
        {"bounding-boxes", R"({"value": [], "vitrine": {"labels": {"x": "y"}}})", kFormat,
         "class labels"},

        {"mask", "[]", kFormat, "expected a JSON object"},
        {"mask", R"({"_type": "mask"})", kFormat, "'path' is missing"},
        {"mask", R"({"_type": "mask", "path": 5})", kFormat, "'path': expected a string"},
        {"mask", R"({"_type": "mask", "path": null})", kFormat, "'path': expected a string"},
        {"mask", R"({"_type": "mask", "path": "gone.png"})", kMissing, "gone.png"},
        {"mask", R"({"_type": "image-file", "path": "p.png"})", kFormat, "'_type'"},

        {"table", "[]", kFormat, "expected '{', got '['"},
        {"table", R"({"_type": "table"})", kFormat, "'columns': expected a list, got null"},
        {"table", R"({"_type": "mask", "columns": []})", kFormat, "'_type': expected 'table'"},
        {"table", R"({"_type": "table", "columns": ["a"], "data": [[1, 2]]})", kFormat,
         "expected 1 cells in a row, got 2"},
        {"table", R"({"_type": "table", "columns": ["a"], "data": [], "nrows": 3})", kFormat,
         "'nrows': expected 0, got 3"},
        {"table", R"({"_type": "table", "columns": ["a"], "data": [], "column_types": []})",
         kFormat, "'column_types'"},

        {"joined-table", "null", kFormat, "expected a JSON object, got null"},
        {"joined-table", R"({"_type": "table", "table1": "x.table.json"})", kFormat, "'_type'"},
        {"joined-table", R"({"_type": "joined-table"})", kFormat, "'table1' is missing"},
        {"joined-table", R"({"_type": "joined-table", "table1": "m.json"})", kFormat,
         "'table1': expected a table"},
        {"joined-table", R"({"_type": "joined-table", "table1": "x.table.json", "table2": []})",
         kFormat, "'table2': expected a string"},
        {"joined-table",
         R"({"_type": "joined-table", "table1": "x.table.json", "table2": "x.table.json",
             "join_key": ["a"]})",
         kFormat, "'join_key': expected a join key"},

        {"partitioned-table", "[]", kFormat, "expected a JSON object, got array"},
        {"partitioned-table", R"({"_type": "joined-table"})", kFormat, "'_type'"},
        {"partitioned-table", R"({"_type": "partitioned-table"})", kFormat,
         "'parts_path' is missing"},
        {"partitioned-table", R"({"_type": "partitioned-table", "parts_path": "../up"})", kFormat,
         "'parts_path'"},

        {"image-file", "null", kFormat, "expected a JSON object, got null"},
        {"image-file", R"({"_type": 5, "path": "p.png"})", kFormat, "'_type'"},
        {"image-file", R"({"_type": "image-file"})", kFormat, "'path' is missing"},
        {"image-file", R"({"path": ["p.png"]})", kFormat, "'path': expected a string, got array"},
        {"image-file", R"({"path": "gone.png"})", kMissing, "gone.png"},
        {"image-file", R"({"path": "../p.png"})", kMissing, "../p.png"},
        {"image-file", image(R"("width": -1, "height": 1)"), kFormat,
         "'width': expected 1 to 65500, got -1"},
        {"image-file", image(R"("width": 1, "height": 0)"), kFormat, "'height': expected 1 to"},
        {"image-file", image(R"("width": 65501, "height": 1)"), kFormat, "got 65501"},
        {"image-file", image(R"("width": 18446744073709551615, "height": 1)"), kFormat, "'width'"},
        {"image-file", image(R"("width": 99999999999999999999999, "height": 1)"), kFormat,
         "'width'"},
        {"image-file", image(R"("width": 1.5, "height": 1)"), kFormat,
         "'width': expected an integer"},
        {"image-file", image(R"("width": "1", "height": 1)"), kFormat,
         "'width': expected an integer"},
        {"image-file", R"({"path": "p.png", "format": 5, "width": 1, "height": 1})", kFormat,
         "'format'"},
        {"image-file", image(R"("width": 1, "height": 1, "classes": 5)"), kFormat,
         "'classes': expected an object, got number"},
        {"image-file", image(R"("width": 1, "height": 1, "classes": {})"), kFormat,
         "'path' is missing"},
        {"image-file", image(R"("width": 1, "height": 1, "classes": {"path": "gone"})"), kMissing,
         "gone"},
        {"image-file", image(R"("width": 1, "height": 1, "classes": {"path": "m.json"})"), kFormat,
         "expected classes at 'm.json', got a value of type 'mask'"},
        {"image-file", image(R"("width": 1, "height": 1, "classes": {"path": "u.json"})"), kFormat,
         "unregistered type"},
        {"image-file", image(R"("width": 1, "height": 1, "boxes": [])"), kFormat,
         "'boxes': expected an object, got array"},
        {"image-file", image(R"("width": 1, "height": 1, "boxes": {"b": [{}]})"), kFormat,
         "'boxes': group 'b': boxes: box 0"},
        {"image-file", image(R"("width": 1, "height": 1, "masks": {"m": []})"), kFormat,
         "'masks': group 'm': expected a JSON object"},
        {"image-file", image(R"("width": 1, "height": 1, "masks": {"m": {}})"), kFormat,
         "'path' is missing"},
        {"image-file", image(R"("width": 1, "height": 1, "masks": {"m": {"path": "gone"}})"),
         kMissing, "gone"},
        {"image-file",
         image(R"("width": 1, "height": 1, "boxes": {"b": []}, "vitrine": {"labels": 5})"), kFormat,
         "'vitrine'"},

        {"html-file", "5", kFormat, "expected a JSON object, got number"},
        {"html-file", R"({"_type": "html-file"})", kFormat, "'path' is missing"},
        {"html-file", R"({"_type": "html", "path": "p.png"})", kFormat,
         "'_type': expected 'html-file', got 'html'"},
        {"html-file", R"({"path": {}})", kFormat, "'path': expected a string, got object"},
        {"html-file", R"({"path": "gone.html"})", kMissing, "gone.html"},

        {"object3D-file", "[]", kFormat, "expected a JSON object"},
        {"object3D-file", R"({"_type": "object3D-file"})", kFormat, "'path' is missing"},
        {"object3D-file", R"({"path": 5})", kFormat, "'path': expected a string"},
        {"object3D-file", R"({"path": "gone.obj"})", kMissing, "gone.obj"},
        {"object3D-file", R"({"path": "p.png"})", kFormat, "one of the types pts.json, obj"},
        {"object3D-file", R"({"_type": "mask", "path": "m.obj"})", kFormat, "'_type'"},

        {"molecule-file", "null", kFormat, "expected a JSON object"},
        {"molecule-file", "{}", kFormat, "'path' is missing"},
        {"molecule-file", R"({"path": null})", kFormat, "'path': expected a string, got null"},
        {"molecule-file", R"({"path": "gone.pdb"})", kMissing, "gone.pdb"},
        {"molecule-file", R"({"path": "p.png"})", kFormat, "one of the file types pdb, pqr"},

        {"plotly-file", "[]", kFormat, "expected a JSON object"},
        {"plotly-file", "{}", kFormat, "'path' is missing"},
        {"plotly-file", R"({"path": true})", kFormat, "'path': expected a string"},
        {"plotly-file", R"({"path": "gone.plotly.json"})", kMissing, "gone.plotly.json"},

        {"bokeh-file", "[]", kFormat, "expected a JSON object"},
        {"bokeh-file", "{}", kFormat, "'path' is missing"},
        {"bokeh-file", R"({"path": "gone.bokeh.json"})", kMissing, "gone.bokeh.json"},
        {"bokeh-file", R"({"path": "m.json"})", kFormat,
         "expected a file that ends with '.bokeh.json', got 'm.json'"},

        {"graph-file", "[]", kFormat, "expected a JSON object"},
        {"graph-file", R"({"_type": "graph"})", kFormat, "'_type': expected 'graph-file'"},
        {"graph-file", R"({"path": null})", kFormat, "'path': expected a string"},
        {"graph-file", R"({"path": "gone.graph.json"})", kMissing, "gone.graph.json"},

        {"histogram", "[]", kFormat, "expected a JSON object"},
        {"histogram", R"({"_type": "histogram", "values": [1]})", kFormat, "'bins' is missing"},
        {"histogram", R"({"bins": [1, 2]})", kFormat, "'values' is missing"},
        {"histogram", R"({"values": 5, "bins": [1, 2]})", kFormat,
         "'values': expected a list of numbers, got number"},
        {"histogram", R"({"values": [1], "bins": {"a": 1}})", kFormat, "'bins': expected a list"},
        {"histogram", R"({"values": ["1"], "bins": [1, 2]})", kFormat,
         "'values': expected a list of numbers, got string"},
        {"histogram", R"({"values": [1], "bins": [1, null]})", kFormat, "got null"},
        {"histogram", R"({"values": [1], "bins": [1]})", kFormat, "got 1 edges and 1 values"},
        {"histogram", R"({"values": [], "bins": []})", kFormat, "got 0 edges and 0 values"},
        {"histogram", R"({"values": [)" + zeros(513) + R"(], "bins": [)" + zeros(514) + "]}",
         kFormat, "expected a histogram of at most 512 values, got 513"},

        {"video-file", "[]", kFormat, "expected a JSON object, got array"},
        {"video-file", R"({"_type": "audio-file", "path": "p.png"})", kFormat, "'_type'"},
        {"video-file", R"({"_type": "video-file"})", kFormat, "'path' is missing"},
        {"video-file", R"({"path": 5})", kFormat, "'path': expected a string"},
        {"video-file", R"({"path": "gone.mp4"})", kMissing, "gone.mp4"},
        {"video-file", R"({"path": "../p.png"})", kMissing, "../p.png"},
        {"video-file", R"({"path": "p.png", "width": "5"})", kFormat,
         "'width': expected an integer, got string"},
        {"video-file", R"({"path": "p.png", "width": 1.5})", kFormat,
         "'width': expected an integer"},
        {"video-file", R"({"path": "p.png", "height": 0})", kFormat,
         "'height': expected 1 to 4294967295, got 0"},
        {"video-file", R"({"path": "p.png", "height": -1})", kFormat, "got -1"},
        {"video-file", R"({"path": "p.png", "width": 4294967296})", kFormat, "got 4294967296"},
        {"video-file", R"({"path": "p.png", "width": 99999999999999999999999})", kFormat,
         "'width'"},

        {"audio-file", "null", kFormat, "expected a JSON object, got null"},
        {"audio-file", R"({"_type": "video-file", "path": "p.png"})", kFormat, "'_type'"},
        {"audio-file", R"({"_type": "audio-file"})", kFormat, "'path' is missing"},
        {"audio-file", R"({"path": []})", kFormat, "'path': expected a string"},
        {"audio-file", R"({"path": "gone.wav"})", kMissing, "gone.wav"},
        {"audio-file", R"({"path": "p.png", "sample_rate": "44100"})", kFormat,
         "'sample_rate': expected a number or null, got string"},
        {"audio-file", R"({"path": "p.png", "sample_rate": true})", kFormat, "'sample_rate'"},
        {"audio-file", R"({"path": "p.png", "sample_rate": 99999999999999999999999})", kFormat,
         "'sample_rate'"},
    };
    return cases;
}

std::shared_ptr<test::MemorySource> source_with_picture() {
    return test::MemorySource::make({
        {"p.png", {encode_png(test::sample_pixels(1, 1)), {}}},
        {"m.json", {R"({"_type": "mask", "path": "p.png"})", {}}},
        {"u.json", {R"({"_type": "unknown"})", {}}},
        {"m.obj", {"", {}}},
    });
}

} // namespace

TEST_CASE("every registered type has a reject case") {
    for (const ValueType& type : builtin_types().type_mapping()) {
        CAPTURE(type.type);
        CHECK(std::ranges::any_of(rejects(), [&](const auto& c) { return c.type == type.type; }));
    }
}

TEST_CASE("every type refuses hostile JSON and names the member") {
    const auto source = source_with_picture();
    for (const Reject& c : rejects()) {
        CAPTURE(c.type);
        CAPTURE(c.json);
        const ValueType* type = source->types().find(c.type);
        REQUIRE(type != nullptr);
        test::check_throws([&] { type->from_json(parse_json(c.json), source); }, c.code, c.message);
    }
}

} // namespace vitrine
