// SPDX-License-Identifier: MIT
// Rules that the golden case `dtypes`, which has the SDK's own tables, does not cover.
#include <vitrine/core/error.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/table/column_type.hpp>

#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

using Type = ColumnType;

Image image_with(const std::vector<std::string>& groups) {
    const std::array<std::uint8_t, 4> pixels{1, 2, 3, 4};
    ImageOptions options;
    for (const std::string& name : groups) {
        options.boxes.emplace_back(
            name, BoundingBoxes2D(parse_json(R"({"box_data": [{"class_id": 1, "position": {
                "minX": 0.1, "maxX": 0.2, "minY": 0.3, "maxY": 0.4}}]})"),
                                  name));
    }
    return Image(ArrayView(pixels.data(), DType::uint8, {2, 2}), options);
}

/// The type after all cells; invalid once one does not fit.
Type assign_all(Type type, const std::vector<Cell>& cells) {
    for (const Cell& cell : cells) {
        type = type.assign(cell);
    }
    return type;
}

Type column() {
    return Type::optional(Type::unknown());
}

} // namespace

TEST_CASE("a column's type is settled by its cells") {
    struct Case {
        std::string_view name;
        std::vector<Cell> cells;
        Type type;
    };
    const Image plain = image_with({});
    const Image boxed = image_with({"p", "q"});
    const Image other_order = image_with({"q", "p"});
    const Case cases[] = {
        {"nothing", {}, column()},
        {"only none", {nullptr, nullptr}, column()},
        {"integers and floats", {nullptr, 1, 2.5}, Type::optional(Type::number())},
        {"a boolean is no number", {1, true}, Type::invalid()},
        {"text", {"a", nullptr, "b"}, Type::optional(Type::string())},
        {"text, then a number", {"a", 1}, Type::invalid()},
        {"lists that grow",
         {Cell::List{}, Cell::List{1}, Cell::List{2.5, 3}},
         Type::optional(Type::list(Type::number()))},
        {"dictionaries",
         {Cell::Dictionary{{"b", 1}, {"a", "x"}}, Cell::Dictionary{{"a", "y"}, {"b", 2}}},
         Type::optional(Type::dictionary({{"b", Type::number()}, {"a", Type::string()}}))},
        {"a key that is missing",
         {Cell::Dictionary{{"b", 1}, {"a", "x"}}, Cell::Dictionary{{"b", 2}}},
         Type::invalid()},
        {"a key beyond",
         {Cell::Dictionary{{"b", 1}}, Cell::Dictionary{{"b", 2}, {"c", 2}}},
         Type::invalid()},
        {"images",
         {plain, nullptr, plain},
         Type::optional(Type::image(std::vector<std::string>{}))},
        {"images with groups in another order",
         {boxed, other_order},
         Type::optional(Type::image({"p", "q"}))},
        {"images with other groups", {boxed, plain}, Type::invalid()},
        {"objects",
         {Cell::object("int64", 1), Cell::object("int64", 2)},
         Type::optional(Type::object("int64"))},
        {"objects of two classes",
         {Cell::object("int64", 1), Cell::object("int32", 2)},
         Type::invalid()},
    };
    for (const Case& c : cases) {
        CAPTURE(c.name);
        const Type settled = assign_all(column(), c.cells);
        CHECK(settled == c.type);
        CHECK(settled.repr() == c.type.repr());
        if (!settled.is_invalid()) {
            // The type accepts the same cells again and does not change.
            CHECK(assign_all(settled, c.cells) == settled);
        }
    }
}

TEST_CASE("the parts that a declared type leaves open are settled by the first cell") {
    const Image boxed = image_with({"p"});
    CHECK(Type::image().assign(boxed) == Type::image({"p"}));
    CHECK(Type::image({"p"}).assign(boxed) == Type::image({"p"}));
    CHECK(Type::image({"p"}, {"m"}).assign(boxed).is_invalid());
    CHECK(Type::image(std::vector<std::string>{}).assign(boxed).is_invalid());
    CHECK(Type::image().assign(Cell("x")).is_invalid());
    CHECK(Type::list().assign(Cell::List{"a"}) == Type::list(Type::string()));
    CHECK(Type::of(Cell::List{boxed}) == Type::list(Type::image({"p"})));
}

TEST_CASE("lists of elements that do not fit each other have no type") {
    struct Case {
        Cell cell;
        std::string_view message;
    };
    const Case cases[] = {
        {Cell::List{1, "a"}, R"(expected <WBType:number | {}>, got '\x27a\x27' as element 1)"},
        {Cell::List{1, Cell::List{}}, "got a list as element 1"},
        {Cell::List{1, Cell::Dictionary{}}, "got a dictionary as element 1"},
        {Cell::List{1, Cell::object("date", "x")}, "got an object of class date as element 1"},
        {Cell::List{1, Classes({{1, "a"}, {2, "b"}})}, "got a value of class Classes as element 1"},
        {Cell::Dictionary{{"k", Cell::List{true, 1}}}, "expected <WBType:boolean | {}>, got '1'"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.message);
        test::check_throws([&] { Type::of(c.cell); }, ErrorCode::InvalidArgument,
                           "the elements of a list have different types: ");
        if (c.message.find("x27") == std::string_view::npos) {
            test::check_throws([&] { Type::of(c.cell); }, ErrorCode::InvalidArgument, c.message);
        }
        test::check_throws([&] { column().assign(c.cell); }, ErrorCode::InvalidArgument, "list");
    }
}

TEST_CASE("constants are compared as Python compares") {
    struct Case {
        Json constant;
        Cell cell;
        bool fits;
    };
    const Case cases[] = {
        {1, true, true},
        {1, 1.0, true},
        {1, Cell::object("int64", 1), true},
        {1, Cell::object("Decimal", "1"), false},
        {1, "1", false},
        {"a", "a", true},
        {nullptr, nullptr, true},
        {nullptr, 0, false},
        {Json::array({1}), Cell::List{1.0}, true},
        {Json::array({1}), Cell::List{}, false},
        {"2021-01-01", Cell::object("date", "2021-01-01"), false},
        {big_integer("100000000000000000000"), big_integer("100000000000000000000"), true},
    };
    for (const Case& c : cases) {
        const std::string constant = render_json(c.constant);
        CAPTURE(constant);
        CHECK(Type::constant(c.constant).assign(c.cell).is_invalid() == !c.fits);
    }
    CHECK(Type::constant(1) == Type::constant(1.0));
    CHECK_FALSE(Type::constant(Json::array({1})) == Type::constant_set({1}));
    CHECK(Type::constant_set({1, "b", 1.0, true, 2.5}) == Type::constant_set({2.5, "b", 1}));
    CHECK_FALSE(Type::constant_set({1}) == Type::constant_set({"1"}));
    test::check_throws([] { Type::constant_set({Json::array()}); }, ErrorCode::InvalidArgument,
                       "expected a number or text in a set, got a list");
}

TEST_CASE("a column of class ids accepts its ids, even thousands of them") {
    std::vector<ClassLabel> labels;
    for (int id = 0; id < 5000; ++id) {
        labels.push_back({id * 3, "class " + std::to_string(id)});
    }
    const Type ids = Type::optional(Type::class_ids(Classes(labels)));
    CHECK(ids.assign(14997) == ids);
    CHECK(ids.assign(nullptr) == ids);
    CHECK(ids.assign(3.0) == ids);
    CHECK(ids.assign(14998).is_invalid());
    CHECK(ids.assign(big_integer("100000000000000000000")).is_invalid());
    CHECK(ids.assign("3").is_invalid());
}

TEST_CASE("types are written with Python's repr, by which unions are sorted") {
    struct Case {
        Json value;
        std::string_view repr;
    };
    const Case cases[] = {
        {"it's", R"("it's")"},
        {R"(it's "so")", R"('it\'s "so"')"},
        {"back\\slash", R"('back\\slash')"},
        {std::string("\t\n\r\x01\x7f", 5), R"('\t\n\r\x01\x7f')"},
        {std::string("\0", 1), R"('\x00')"},
        {"h\u00fc\u00a0\u00ad", R"('hü\xa0\xad')"},
        {"\u200b\u4e2d\u2028\ufeff", R"('\u200b中\u2028\ufeff')"},
        {"\U0001f600\U000e0041", "'\U0001f600\\U000e0041'"},
        {nullptr, "None"},
        {1e16, "1e+16"},
        {std::numeric_limits<double>::infinity(), "inf"},
        {std::numeric_limits<double>::quiet_NaN(), "nan"},
        {big_integer("-100000000000000000000"), "-100000000000000000000"},
        {parse_json(R"({"a": [true, 1.0], "b": {}})"), "{'a': [True, 1.0], 'b': {}}"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.repr);
        CHECK(Type::constant(c.value).repr() ==
              "<WBType:const | {'val': " + std::string(c.repr) + ", 'is_set': False}>");
    }
    const Type sorted = Type::union_of({Type::constant(9), Type::constant(10), Type::any(),
                                        Type::union_of({Type::none(), Type::constant("a")})});
    CHECK(sorted.repr() == "<WBType:union | {'allowed_types': [<WBType:any | {}>, "
                           "<WBType:const | {'val': 'a', 'is_set': False}>, "
                           "<WBType:const | {'val': 10, 'is_set': False}>, "
                           "<WBType:const | {'val': 9, 'is_set': False}>, <WBType:none | {}>]}>");
}

TEST_CASE("a class set is added to the artifact and restored from it") {
    const Classes classes({{1, "tree"}, {2, "car"}});
    const Type type = Type::optional(Type::class_ids(classes));
    test::MemoryArtifact artifact;
    const Json json = type.to_json(&artifact);
    CHECK(render_json(json).find(R"("classes_obj": {"digest": ")") != std::string::npos);
    CHECK(artifact.entries().contains("media/cls.classes.json"));
    const Type restored = Type::from_json(json, artifact.source());
    CHECK(restored == type);
    CHECK(restored.assign(2) == restored);
    CHECK(restored.assign(3).is_invalid());
    CHECK(Type::from_json(type.to_json(), nullptr) == type);
    test::check_throws([&] { Type::from_json(json, nullptr); }, ErrorCode::InvalidFormat,
                       "expected an artifact with the class set");
}

TEST_CASE("types of newer SDKs are kept as they are") {
    const std::string_view texts[] = {
        R"({"wb_type": "image-file", "params": {"box_layers": {"wb_type": "unknown"}}})",
        R"({"wb_type": "list", "params": {"element_type": {"wb_type": "number"}, "length": 3}})",
        R"({"wb_type": "pythonObject", "params": {"class_name": "X"}})",
        R"({"wb_type": "typedDict", "params": {"type_map": {"a": {"wb_type": "number"}}}})",
        R"({"wb_type": "number", "params": {"unit": "m"}})",
    };
    for (const std::string_view text : texts) {
        CAPTURE(text);
        const Type type = Type::from_json(parse_json(text), nullptr);
        CHECK(render_json(type.to_json(), kOrderedJson) == text);
        CHECK(type == Type::from_json(type.to_json(), nullptr));
        CHECK_FALSE(type == Type::number());
        CHECK(Type::optional(type).assign(nullptr) == Type::optional(type));
        CHECK(type.assign(nullptr).is_invalid());
        if (type.members() == nullptr) {
            CHECK(type.assign(5) == type);
            CHECK(type.assign(image_with({})) == type);
        } else {
            CHECK(type.assign(Cell::Dictionary{{"a", 5}}) == type);
        }
    }
}

TEST_CASE("JSON that is not a column type is refused, and the error names the wrong member") {
    struct Case {
        std::string_view json;
        std::string_view message;
    };
    const Case cases[] = {
        {"5", "column type at '': expected an object, got number"},
        {"{}", "column type at '/wb_type': expected the name of a type, got null"},
        {R"({"wb_type": 5})", "column type at '/wb_type': expected the name of a type, got number"},
        {R"({"wb_type": "list", "params": []})", "at '/params': expected an object, got array"},
        {R"({"wb_type": "list", "params": {"element_type": 5}})",
         "at '/params/element_type': expected an object"},
        {R"({"wb_type": "union", "params": {"allowed_types": [{"wb_type": "none"}, 1]}})",
         "at '/params/allowed_types/1': expected an object"},
        {R"({"wb_type": "union", "params": {"allowed_types": {}}})",
         "at '/params/allowed_types': expected a list"},
        {R"({"wb_type": "dictionary", "params": {"type_map": {"a/b": {}}}})",
         "at '/params/type_map/a~1b/wb_type': expected the name of a type"},
        {R"({"wb_type": "dictionary", "params": {"type_map": []}})",
         "at '/params/type_map': expected an object"},
        {R"({"wb_type": "const", "params": {"val": 1, "is_set": 1}})",
         "at '/params/is_set': expected a boolean"},
        {R"({"wb_type": "const", "params": {"val": 1, "is_set": true}})",
         "at '/params/val': expected a list"},
        {R"({"wb_type": "const", "params": {"val": [[]], "is_set": true}})",
         "at '/params/val': expected a number or text in a set"},
        {R"({"wb_type": "object", "params": {}})", "at '/params/class_name': expected text"},
        {R"({"wb_type": "wandb.Image", "params": {"box_keys": {"wb_type": "number"}}})",
         "at '/params/box_keys': expected a set of names, got a type 'number'"},
        {R"({"wb_type": "wandb.Image", "params": {"box_keys": {"wb_type": "const", "params":
            {"val": [1], "is_set": true}}}})",
         "at '/params/box_keys': expected a set of texts"},
        {R"({"wb_type": "wandb.Image", "params": {"box_keys": {"wb_type": "const", "params":
            {"val": [], "is_set": true}}}})",
         "expected 'box_keys' and 'mask_keys', got one of them"},
        {R"({"wb_type": "wandb.Table", "params": {"column_types": {"wb_type": "number"}}})",
         "at '/params/column_types': expected a dictionary, got a type 'number'"},
        {R"({"wb_type": "wandb.Classes_id", "params": {}})",
         "at '/params/classes_obj': expected a class set"},
        {R"({"wb_type": "wandb.Classes_id", "params": {"classes_obj": {"type": "classes-file"}}})",
         "at '/params/classes_obj'"},
        {R"({"wb_type": "wandb.Classes_id", "params": {"classes_obj":
            {"type": "classes-file", "path": "nope"}}})",
         "nope"},
        {R"({"wb_type": "wandb.Classes_id", "params": {"valid_ids": {"wb_type": "none"},
            "classes_obj": {"_type": "classes", "class_set": []}}})",
         "at '/params/valid_ids': expected a union, got a type 'none'"},
    };
    test::MemoryArtifact artifact;
    const auto source = artifact.source();
    for (const Case& c : cases) {
        CAPTURE(c.json);
        const bool is_missing = c.message == "nope";
        test::check_throws([&] { Type::from_json(parse_json(c.json), source); },
                           is_missing ? ErrorCode::NotFound : ErrorCode::InvalidFormat, c.message);
    }
}

TEST_CASE("types may be nested as deeply as JSON may") {
    std::string text;
    constexpr int kLevels = 160;
    for (int level = 0; level < kLevels; ++level) {
        text += R"({"wb_type": "list", "params": {"element_type": )";
    }
    text += R"({"wb_type": "number"})";
    for (int level = 0; level < kLevels; ++level) {
        text += "}}";
    }
    const Type type = Type::from_json(parse_json(text), nullptr);
    CHECK(render_json(type.to_json(), kOrderedJson) == text);
    CHECK(type.assign_type(type) == type);
}

} // namespace vitrine
