// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact_builder.hpp>

#include "artifact/draft/draft_table.hpp"
#include "artifact/draft/store_references.hpp"
#include "reference/reference_handlers.hpp"

#include <string_view>
#include <vector>

namespace vitrine {

/// Adds references to a draft: the overloads of ArtifactBuilder::add_reference. Safe to use from
/// many threads.
class ReferenceAdds {
public:
    /// All must outlive this object.
    ReferenceAdds(DraftTable& table, StoreReferences& references, const ReferenceHandlers& handlers)
        : table_(table), references_(references), handlers_(handlers) {}

    std::vector<Entry> add(std::string_view uri, std::string_view name,
                           const AddReferenceOptions& options);
    Entry add(const ArtifactContent& content, const Entry& entry, std::string_view name);

private:
    DraftTable& table_;
    StoreReferences& references_;
    const ReferenceHandlers& handlers_;
};

} // namespace vitrine
