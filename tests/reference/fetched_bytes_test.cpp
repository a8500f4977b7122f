// SPDX-License-Identifier: MIT
#include "reference/fetched_bytes.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace {

using vitrine::FetchedBytes;

TEST_CASE("the most recently fetched bytes are cached, within the limit") {
    FetchedBytes kept(10);
    std::vector<std::string> fetched;
    const auto get = [&](const std::string& key, std::size_t size) {
        return kept.get(key, [&] {
            fetched.push_back(key);
            return std::string(size, key.front());
        });
    };
    CHECK(get("a", 4) == "aaaa");
    CHECK(get("b", 4) == "bbbb");
    CHECK(get("a", 4) == "aaaa"); // kept, and now the last
    CHECK(get("c", 4) == "cccc"); // b goes
    CHECK(get("a", 4) == "aaaa");
    CHECK(get("b", 4) == "bbbb");
    CHECK(get("large", 11).size() == 11); // has no room at all
    CHECK(get("b", 4) == "bbbb");
    CHECK(get("large", 11).size() == 11);
    CHECK(fetched == std::vector<std::string>{"a", "b", "c", "b", "large", "large"});
    CHECK_THROWS(kept.get("x", []() -> std::string { throw std::runtime_error("no"); }));
    CHECK(get("x", 1) == "x");
}

} // namespace
