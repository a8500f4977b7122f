// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>

#include "run/config_yaml.hpp"
#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <string>

namespace vitrine {

TEST_CASE("a config is written key by key, with W&B's members first") {
    CHECK(render_config_yaml(Json::object(), Json::object()) == "wandb_version: 1\n");
    const Json config = parse_json(R"({"lr": 0.1, "layers": [1, {"n": null}], "on": true})");
    const Json wandb = parse_json(R"({"mask/class_labels": {"k": {"type": "t"}}})");
    CHECK(render_config_yaml(config, wandb) == R"(wandb_version: 1

_wandb:
  desc: null
  value: {"mask/class_labels": {"k": {"type": "t"}}}
lr:
  desc: null
  value: 0.1
layers:
  desc: null
  value: [1, {"n": null}]
"on":
  desc: null
  value: true
)");
}

TEST_CASE("values are written so that YAML 1.1 reads them unchanged") {
    // What PyYAML's safe_load gives for each was looked at when this was written.
    const struct {
        const char* json;
        const char* yaml;
    } cases[] = {
        {"1e-05", "1.0e-05"},
        {"1.5e+300", "1.5e+300"},
        {"1e16", "1.0e+16"},
        {"-0.0", "-0.0"},
        {"NaN", ".nan"},
        {"[Infinity, -Infinity]", "[.inf, -.inf]"},
        {"123456789012345678901234567890", "123456789012345678901234567890"},
        {"-7", "-7"},
        {R"("plain")", R"("plain")"},
        {R"("yes: #\"\\\n\t")", R"("yes: #\"\\\x0A\x09")"},
        {R"("\u0000\u007f\u0085\u2028\ufeff\uffff")", R"("\x00\x7F\x85\u2028\uFEFF\uFFFF")"},
        {R"("é漢😀")", R"("é漢😀")"},
        {R"("\ud800")", R"("\uD800")"},
        {R"({"a b": {}, "": []})", R"({"a b": {}, "": []})"},
    };
    for (const auto& item : cases) {
        CAPTURE(item.json);
        CHECK(render_config_yaml(Json{{"k", parse_json(item.json)}}, Json::object()) ==
              std::string("wandb_version: 1\n\nk:\n  desc: null\n  value: ") + item.yaml + "\n");
    }
}

TEST_CASE("keys that YAML would misread are quoted, and long keys are marked") {
    const std::string long_key(200, 'k');
    const struct {
        std::string key;
        std::string line;
    } cases[] = {
        {"lr", "lr:"},
        {"Layer_2", "Layer_2:"},
        {"null", "\"null\":"},
        {"Yes", "\"Yes\":"},
        {"2x", "\"2x\":"},
        {"_", "\"_\":"},
        {"a b", "\"a b\":"},
        {"a:b", "\"a:b\":"},
        {"", "\"\":"},
        {"é", "\"é\":"},
        {"~", "\"~\":"},
        {"NO", "\"NO\":"},
        {"x\ny", "\"x\\x0Ay\":"},
        {long_key, "? " + long_key + "\n:"},
    };
    for (const auto& item : cases) {
        CAPTURE(item.key);
        CHECK(render_config_yaml(Json{{item.key, 1}}, Json::object()) ==
              "wandb_version: 1\n\n" + item.line + "\n  desc: null\n  value: 1\n");
    }
    CHECK(render_config_yaml(Json{{"k", {{long_key, 1}}}}, Json::object()) ==
          "wandb_version: 1\n\nk:\n  desc: null\n  value: {? \"" + long_key + "\" : 1}\n");
}

TEST_CASE("what is no JSON is refused") {
    test::check_throws(
        [] {
            render_config_yaml(Json{{"k", "\xff"}}, Json::object());
        },
        ErrorCode::InvalidArgument, "UTF-8");
}

} // namespace vitrine
