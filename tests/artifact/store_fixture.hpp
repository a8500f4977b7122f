// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>
#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/store/store.hpp>

#include "artifact/card.hpp"
#include "support/working_folder.hpp"

#include <string>
#include <utility>
#include <vector>

namespace vitrine::test {

/// A working folder with a store "s" in it that knows cards. It flushes nothing: the tests ask for
/// no power cut.
struct StoreFixture {
    WorkingFolder folder;
    Store store = Store::create("s", options());

    static StoreOptions options() {
        StoreOptions options;
        options.types = types_with_cards();
        options.durability = Durability::fast;
        return options;
    }

    ArtifactBuilder draft(const std::string& name = "cards") const {
        return store.new_artifact(name, "dataset");
    }
    Artifact commit(ArtifactBuilder draft) const { return store.commit(std::move(draft)); }
};

inline std::vector<std::string> paths_of(const Manifest& manifest, const std::string& folder = "") {
    std::vector<std::string> paths;
    for (const Entry& entry : manifest.entries(folder)) {
        paths.push_back(entry.path.str());
    }
    return paths;
}

using Paths = std::vector<std::string>;

} // namespace vitrine::test
