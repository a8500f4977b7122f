// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/manifest/entry.hpp>

#include "support/check_throws.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace vitrine {

using test::check_throws;

TEST_CASE("artifact references are taken apart and put together again") {
    struct Case {
        std::string_view uri;
        std::string_view id;
        std::string_view path;
    };
    const Case cases[] = {
        {"wandb-artifact://41727469666163743a31/a/b.png", "Artifact:1", "a/b.png"},
        {"wandb-artifact://00ff/x y#?%20", std::string_view("\x00\xff", 2), "x y#?%20"},
        {"wandb-artifact://61/./a//b", "a", "./a//b"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.uri);
        const auto parsed = ArtifactUri::try_parse(c.uri);
        REQUIRE(parsed.has_value());
        CHECK(parsed->id == c.id);
        CHECK(parsed->path == c.path);
        CHECK(parsed->render() == c.uri);
    }
    for (const char* uri : {"", "file://x", "s3://a/b", "wandb-artifact:/61/x", "wandb-artifact"}) {
        CAPTURE(uri);
        CHECK_FALSE(ArtifactUri::try_parse(uri).has_value());
    }
}

TEST_CASE("artifact references with a bad id or path are refused") {
    struct Case {
        std::string uri;
        std::string_view message;
    };
    const Case cases[] = {
        {"wandb-artifact://", "got no path"},
        {"wandb-artifact://61", "invalid artifact reference 'wandb-artifact://61': expected"},
        {"wandb-artifact:///x", "expected an id of 1 to 64 bytes, got 0"},
        {"wandb-artifact://" + std::string(130, '6') + "/x", "got 65"},
        {"wandb-artifact://6/x", "expected an even number of hex digits, got '6'"},
        {"wandb-artifact://zz/x", "expected an even number of hex digits, got 'zz'"},
        {"wandb-artifact://61/", "it is empty"},
        {"wandb-artifact://61/../x", "it has a component '..'"},
        {"wandb-artifact://61//x", "it is absolute"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.uri);
        check_throws([&] { ArtifactUri::try_parse(c.uri); }, ErrorCode::InvalidFormat, c.message);
    }
}

} // namespace vitrine
