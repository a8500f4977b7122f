// SPDX-License-Identifier: MIT
#include "engine/repair/old_catalog.hpp"

#include <vitrine/core/error.hpp>

#include <system_error>

namespace vitrine {

namespace {

/// As problem_of, but throws Unsupported on.
template <class Action>
Problem try_to(const Action& action) {
    try {
        action();
        return std::nullopt;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::Unsupported) {
            throw;
        }
        return error.what();
    }
}

} // namespace

OldCatalog::OldCatalog(const StoreLayout& layout, std::string_view store_id) {
    std::error_code error;
    missing_ = !std::filesystem::exists(layout.catalog(), error);
    if (missing_) {
        problem_ = concat("catalogue ", quoted(layout.catalog().native()), " is missing");
        return;
    }
    problem_ = try_to([&] {
        catalog_ = Catalog::open(layout.catalog(), store_id, false);
        read_segments();
        if (const auto fault = catalog_->find_fault()) {
            throw Error(ErrorCode::Corruption, concat("the database is damaged: ", *fault));
        }
        read();
    });
    if (problem_) {
        constexpr std::string_view kAdvice = ": run 'vitrine repair'";
        if (problem_->ends_with(kAdvice)) {
            problem_->resize(problem_->size() - kAdvice.size());
        }
        std::map<Sha256, std::vector<Sha256>> segments = std::move(segments_);
        *this = OldCatalog(std::move(*problem_));
        segments_ = std::move(segments);
    }
}

/// A damaged catalogue may stop in the middle.
void OldCatalog::read_segments() {
    const Problem ignored = problem_of([&] {
        catalog_->manifests.for_each(
            [&](const ManifestRow& row) { segments_.emplace(row.content, row.segments); });
    });
}

void OldCatalog::read() {
    epoch_ = catalog_->epoch();
    catalog_->versions.for_each([&](const VersionRow& row) { versions_.push_back(row); });
    for (HeadRow& head : catalog_->versions.heads()) {
        heads_.emplace(head.name, std::move(head));
    }
    catalog_->runs.for_each([&](const RunRow& row) { runs_.emplace(row.id, row); });
}

void OldCatalog::for_each_object_in(const std::set<Sha256>& packs,
                                    const std::function<void(const ObjectRow&)>& visit) {
    if (!catalog_ || packs.empty()) {
        return;
    }
    catalog_->objects.for_each([&](const ObjectRow& row) {
        if (row.file.kind == FileKind::pack && packs.contains(row.file.name)) {
            visit(row);
        }
    });
}

} // namespace vitrine
