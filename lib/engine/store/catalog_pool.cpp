// SPDX-License-Identifier: MIT
#include "engine/store/catalog_pool.hpp"

namespace vitrine {

CatalogPool::Borrowed CatalogPool::borrow() {
    {
        const std::lock_guard lock(mutex_);
        if (!free_.empty()) {
            std::unique_ptr<Catalog> catalog = std::move(free_.back());
            free_.pop_back();
            return {*this, std::move(catalog)};
        }
    }
    return {*this, open_()};
}

void CatalogPool::put_back(std::unique_ptr<Catalog> catalog) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(catalog));
}

} // namespace vitrine
