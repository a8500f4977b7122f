// SPDX-License-Identifier: MIT
#include "run/batches.hpp"

#include <vitrine/media/audio.hpp>
#include <vitrine/media/html.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/media/molecule.hpp>
#include <vitrine/media/object3d.hpp>
#include <vitrine/media/video.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace vitrine {

namespace {

template <class T>
bool fits(const Cell::List& items) {
    return std::all_of(items.begin(), items.end(),
                       [](const Cell& item) { return item.as<T>().has_value(); });
}

/// The items that are logged.
template <class T>
std::size_t logged_count(const std::vector<T>& values) {
    if constexpr (requires { T::MAX_ITEMS; }) {
        return std::min(values.size(), T::MAX_ITEMS);
    } else {
        return values.size();
    }
}

template <class T>
Json log(RunSink& run, const Json& key, const Cell::List& items, const Json& step) {
    std::vector<T> values;
    for (const Cell& item : items) {
        values.push_back(*item.as<T>());
    }
    // The JSON of a list may not name its files, which are found by key, step and index. So, as in
    // W&B, values that are already bound are bound again.
    for (std::size_t i = 0; i < logged_count(values); ++i) {
        values[i].bind_to_run(run, key, step, i);
    }
    // It cuts the list and logs a warning.
    return T::seq_to_json(std::span<const T>(values), run, key, step);
}

template <class T>
constexpr Batch batch() {
    return {&fits<T>, &log<T>};
}

/// One row for each type.
constexpr Batch kBatches[] = {
    batch<Image>(), batch<Audio>(),    batch<Video>(),
    batch<Html>(),  batch<Object3D>(), batch<Molecule>(),
};

} // namespace

const Batch* find_batch(const Cell::List& items) {
    if (items.empty()) {
        return nullptr;
    }
    const auto* found = std::find_if(std::begin(kBatches), std::end(kBatches),
                                     [&](const Batch& row) { return row.fits(items); });
    return found == std::end(kBatches) ? nullptr : found;
}

} // namespace vitrine
