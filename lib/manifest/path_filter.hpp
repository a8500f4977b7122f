// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace vitrine {

/// A Bloom filter over paths. may_contain is true for every path that was added, and for about one
/// in a hundred others. Takes ten bits a path.
class PathFilter {
public:
    explicit PathFilter(std::uint64_t paths);
    void add(std::string_view path);
    bool may_contain(std::string_view path) const;

private:
    template <class Visit>
    void for_each_bit(std::string_view path, const Visit& visit) const;

    std::vector<std::uint64_t> words_;
};

} // namespace vitrine
