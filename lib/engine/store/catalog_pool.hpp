// SPDX-License-Identifier: MIT
#pragma once

#include "catalog/catalog.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace vitrine {

/// Read-only connections to the catalogue that threads borrow, so that threads with many lookups do
/// not wait for each other. Safe to use from many threads.
class CatalogPool {
public:
    using Open = std::function<std::unique_ptr<Catalog>()>;

    explicit CatalogPool(Open open) : open_(std::move(open)) {}

    /// A connection that returns to the pool when it goes out of scope.
    class Borrowed {
    public:
        Borrowed(CatalogPool& pool, std::unique_ptr<Catalog> catalog)
            : pool_(pool), catalog_(std::move(catalog)) {}
        ~Borrowed() { pool_.put_back(std::move(catalog_)); }
        Borrowed(const Borrowed&) = delete;
        Borrowed& operator=(const Borrowed&) = delete;

        Catalog* operator->() const { return catalog_.get(); }
        Catalog& operator*() const { return *catalog_; }

    private:
        CatalogPool& pool_;
        std::unique_ptr<Catalog> catalog_;
    };

    /// Borrows a free connection, or opens a new one. Throws: DatabaseError.
    Borrowed borrow();

private:
    void put_back(std::unique_ptr<Catalog> catalog);

    Open open_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Catalog>> free_;
};

} // namespace vitrine
