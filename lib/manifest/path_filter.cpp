// SPDX-License-Identifier: MIT
#include "manifest/path_filter.hpp"

#include <cstddef>
#include <functional>

namespace vitrine {

namespace {

constexpr std::uint64_t kBitsPerPath = 10;
constexpr int kBits = 7; ///< set for each path; optimal for ten bits a path
constexpr std::uint64_t kWordBits = 64;

} // namespace

PathFilter::PathFilter(std::uint64_t paths) : words_(paths * kBitsPerPath / kWordBits + 1) {}

template <class Visit>
void PathFilter::for_each_bit(std::string_view path, const Visit& visit) const {
    const std::uint64_t hash = std::hash<std::string_view>()(path);
    // Two halves of one hash replace as many hashes as needed (Kirsch and Mitzenmacher).
    const std::uint64_t step = (hash >> 32U) | 1U;
    std::uint64_t at = hash;
    for (int i = 0; i < kBits; ++i, at += step * 0x9e3779b97f4a7c15U) {
        const std::uint64_t bit = at % (words_.size() * kWordBits);
        visit(static_cast<std::size_t>(bit / kWordBits), std::uint64_t{1} << (bit % kWordBits));
    }
}

void PathFilter::add(std::string_view path) {
    for_each_bit(path, [this](std::size_t word, std::uint64_t bit) { words_[word] |= bit; });
}

bool PathFilter::may_contain(std::string_view path) const {
    bool all = true;
    for_each_bit(
        path, [&](std::size_t word, std::uint64_t bit) { all = all && (words_[word] & bit) != 0; });
    return all;
}

} // namespace vitrine
