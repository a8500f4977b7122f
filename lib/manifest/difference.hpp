// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/manifest.hpp>

#include "manifest/item.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace vitrine {

/// A path and its entries in two manifests; null if it has none there.
struct ItemPair {
    std::string_view path;
    const EntryFields* before = nullptr;
    const EntryFields* after = nullptr;

    bool differs() const {
        return (before == nullptr) != (after == nullptr) ||
               (before != nullptr && before->bytes != after->bytes);
    }
};

struct SplitLayers;

/// Which paths of two manifests are walked.
struct PathRange {
    std::string first; ///< paths from this one on
    std::string end;   ///< and less than this one; empty: all
};

/// Walks two manifests side by side, in path order. The oldest segments that both share, as a
/// version and its base do, are merged and decoded once, not twice.
class PairWalk {
public:
    enum class Paths {
        all,    ///< all paths of either manifest; one linear walk
        unlike, ///< only those that differ: reads the layers that are not shared, and of the shared
                ///< ones only the blocks that may hold the same paths
    };

    PairWalk(const Manifest& before, const Manifest& after, Paths paths, PathRange range = {});

    /// Moves to the next path; null at the end. Valid until the next call. Throws: Corruption.
    const ItemPair* next();

private:
    /// A cursor and its current item.
    struct Side {
        ItemMerge items;
        const ItemView* item = nullptr;
        bool used = true; ///< the next step moves it on

        Side(Layers layers, std::string_view first) : items(std::move(layers), first) {}
        const ItemView* at(std::string_view path);
    };
    PairWalk(SplitLayers layers, Paths paths, PathRange range);
    bool step();

    Side before_;
    Side after_;
    Side shared_;
    Paths paths_;
    std::string end_;
    ItemPair pair_;
};

/// Calls `visit` for each path whose entries differ in any field, in path order.
/// Throws: Corruption.
void for_each_difference(const Manifest& before, const Manifest& after,
                         const std::function<void(const ItemPair&)>& visit);

} // namespace vitrine
