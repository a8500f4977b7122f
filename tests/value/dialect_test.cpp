// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/value/dialect.hpp>

#include "support/check_throws.hpp"

#include <doctest/doctest.h>

namespace vitrine {

TEST_CASE("the dialect of SDK 0.10 names media files as that SDK does") {
    const Dialect& dialect = wandb_0_10();
    const Sha256 sha256 = sha256_of(std::string_view("x"));
    const Md5 md5 = digests_of(std::string_view("x")).md5;
    CHECK(dialect.name() == "wandb-0.10");
    CHECK(dialect.user_media_path("media/images", sha256, "a b.JPG") ==
          "media/images/2d711642/a b.JPG");
    CHECK(dialect.made_media_path("media/images/mask", md5, ".mask.png") ==
          "media/images/mask/9dd4e461.mask.png");
    CHECK(dialect.class_set_path() == "media/cls.classes.json");
}

TEST_CASE("a value whose path is taken gets another path with the same suffix") {
    struct Case {
        std::string_view path;
        std::string_view expected;
    };
    const Case cases[] = {
        {"media/cls.classes.json", "media/cls-9dd4e461.classes.json"},
        {"cls.classes.json", "cls-9dd4e461.classes.json"},
        {"v1.2/cls", "v1.2/cls-9dd4e461"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.path);
        CHECK(wandb_0_10().alternative_path(c.path, digests_of(std::string_view("x")).md5) ==
              c.expected);
    }
}

TEST_CASE("a dialect is found by its name") {
    CHECK(&dialect_named("wandb-0.10") == &wandb_0_10());
    CHECK(&dialect_named(default_dialect().name()) == &default_dialect());
    test::check_throws([] { dialect_named("wandb-9"); }, ErrorCode::Unsupported,
                       "expected one of the dialects 'wandb-0.10', got 'wandb-9'");
}

} // namespace vitrine
