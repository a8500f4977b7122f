// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/manifest/manifest.hpp>

#include "manifest/item.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace vitrine {

/// One path of two manifests. Null: it has no entry there.
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
    std::string first; ///< the first path, or what comes after it
    std::string end;   ///< the first path that is left out; empty: up to the last
};

/// Walks two manifests beside each other, in path order. What they share at their old end, as a
/// version and its base do, is merged and taken apart once, not twice.
class PairWalk {
public:
    enum class Paths {
        all,    ///< of either manifest; one linear walk
        unlike, ///< only those that differ: reads the layers that are not shared, and of what is
                ///< shared the blocks in which their paths may lie
    };

    PairWalk(const Manifest& before, const Manifest& after, Paths paths, PathRange range = {});

    /// The next path, or null at the end; valid until the next call. Throws: Corruption.
    const ItemPair* next();

private:
    /// A cursor and the item that it stands on.
    struct Side {
        ItemMerge items;
        const ItemView* item = nullptr;
        bool used = true; ///< moves on before the next look

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

/// Calls for each path whose entry differs, in any field, in path order. Throws: Corruption.
void for_each_difference(const Manifest& before, const Manifest& after,
                         const std::function<void(const ItemPair&)>& visit);

} // namespace vitrine
