// SPDX-License-Identifier: MIT
#include "formats/voc_annotation.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace vitrine;
using vitrine::test::check_throws;

namespace {

std::string object(const std::string& xmin, const std::string& more = "") {
    return "<annotation><object><name>RBC</name>" + more + "<bndbox><xmin>" + xmin +
           "</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object></annotation>";
}

} // namespace

TEST_CASE("numbers of an annotation keep their type and value") {
    struct Case {
        std::string text;
        std::string json;
    };
    const Case cases[] = {
        {"4", "4"},
        {" 4\n", "4"},
        {"-1", "-1"},
        {"0", "0"},
        {"4.5", "4.5"},
        {"4.0", "4.0"},
        {"1e1", "10.0"},
        {"0.1", "0.1"},
        {"1e-05", "1e-05"},
        {"007", "7"},
        {"26.000001", "26.000001"},
        // Beyond 64 bits an integer is a float, as any coordinate of that size would be.
        {"-9223372036854775809", "-9.223372036854776e+18"},
    };
    for (const auto& test : cases) {
        CAPTURE(test.text);
        const VocAnnotation annotation = parse_voc_annotation(object(test.text));
        REQUIRE(annotation.objects.size() == 1);
        CHECK(render_json(annotation.objects[0].min_x) == test.json);
    }
}

TEST_CASE("pose and flags of an object are kept if present") {
    const VocAnnotation annotation = parse_voc_annotation(
        object("1", "<pose> Left </pose><truncated>1</truncated><difficult/>"));
    CHECK(render_json(annotation.objects[0].extra) == R"({"pose": "Left", "truncated": 1})");
    CHECK(annotation.objects[0].name == "RBC");
    CHECK(render_json(annotation.objects[0].max_y) == "40");
}

TEST_CASE("an annotation without objects has none") {
    CHECK(parse_voc_annotation("<annotation><filename>a.jpg</filename></annotation>")
              .objects.empty());
    CHECK(parse_voc_annotation("\xef\xbb\xbf<annotation/>").objects.empty());
}

TEST_CASE("entities beyond XML's own are not expanded") {
    const std::string bomb =
        "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">"
        "<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
        "<annotation><object><name>&b;&x;&amp;&#65;</name><bndbox><xmin>1</xmin><ymin>2</ymin>"
        "<xmax>3</xmax><ymax>4</ymax></bndbox></object></annotation>";
    CHECK(parse_voc_annotation(bomb).objects.at(0).name == "&b;&x;&A");
}

TEST_CASE("deep nesting is read without harm") {
    std::string xml = "<annotation>";
    for (int i = 0; i < 200000; ++i) {
        xml += "<part>";
    }
    for (int i = 0; i < 200000; ++i) {
        xml += "</part>";
    }
    CHECK(parse_voc_annotation(xml + "</annotation>").objects.empty());
}

TEST_CASE("an invalid annotation is refused with the problem") {
    struct Case {
        std::string xml;
        std::string message;
    };
    const Case cases[] = {
        {"", "malformed XML"},
        {"<annotation>", "malformed XML at byte"},
        {"<annotation><object></annotation>", "malformed XML"},
        {"\xff\xd8\xff\xe0 no xml at all", "malformed XML"},
        {"<html/>", "expected <annotation>, got <html>"},
        {"<annotation><filename>../x.jpg</filename></annotation>",
         "<filename>: expected a file name, got the path '../x.jpg'"},
        {"<annotation><filename>/etc/passwd</filename></annotation>", "got the path"},
        {"<annotation><filename>C:\\x.jpg</filename></annotation>", "got the path"},
        {"<annotation><object/></annotation>", "object 1: <name> is missing"},
        {"<annotation><object><name>a</name></object></annotation>",
         "object 1: <bndbox> is missing"},
        {"<annotation><object><name>a</name><bndbox><xmin>1</xmin></bndbox></object></annotation>",
         "<bndbox>/<xmax> is missing"},
        {"<annotation><object><name>\xff</name></object></annotation>", "<name> is not UTF-8"},
        {object("one"), "<bndbox>/<xmin>: expected a number, got 'one'"},
        {object("1,5"), "expected a number, got '1,5'"},
        {object("nan"), "expected a number, got 'nan'"},
        {object("inf"), "expected a number"},
        {object("1e999"), "expected a number"},
        {object("0x10"), "expected a number"},
        {object("1 2"), "expected a number"},
        {object("31"), "expected xmin <= xmax, got 31 and 30"},
        {object("1", "<difficult>maybe</difficult>"), "<difficult>: expected a number"},
    };
    for (const auto& test : cases) {
        CAPTURE(test.xml);
        check_throws([&] { parse_voc_annotation(test.xml); }, ErrorCode::InvalidFormat,
                     test.message);
    }
}
