// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "core/file_system.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace vitrine {

/// A set of digests, each with the size of the object it names. It is walked in ascending order and
/// may be larger than memory: items that do not fit are sorted and appended to a temporary file as
/// a part, and a walk merges the parts.
///
/// The file is created only when it is needed, in the system's temporary folder. It has no name, so
/// that nothing remains of it however the process ends. Used by one thread at a time.
class SortedDigests {
public:
    struct Item {
        Sha256 digest;
        std::uint64_t size = 0;
    };

    static constexpr std::size_t kMemory = std::size_t{8} << 20;

    /// Holds at most `memory` bytes of items before it writes them out.
    explicit SortedDigests(std::size_t memory = kMemory);

    /// Adds a digest, unless the set has it. Throws: IoError.
    void add(const Sha256& digest, std::uint64_t size = 0);
    void clear();
    /// Whether the set has no items.
    bool empty() const noexcept { return items_.empty() && parts_.empty(); }
    /// The number of sorted parts in the file.
    std::size_t parts() const noexcept { return parts_.size(); }

    /// Walks the set in ascending order, each digest once. The set must outlive the walk and not
    /// change during it.
    class Walk {
    public:
        /// Throws: IoError.
        explicit Walk(SortedDigests& set);
        ~Walk();
        /// The next item, or nothing at the end. Throws: IoError.
        std::optional<Item> next();

    private:
        struct Source;
        bool is_later(std::size_t left, std::size_t right) const;
        void push(std::size_t source);

        const SortedDigests& set_;
        std::vector<Source> sources_;
        std::vector<std::size_t> heap_; ///< sources that have an item, the least first
        std::optional<Sha256> last_;
    };

    void for_each(const std::function<void(const Item&)>& visit);

private:
    /// A sorted part of the file without duplicates.
    struct Part {
        std::uint64_t offset = 0; ///< in items
        std::uint64_t items = 0;
    };

    void sort_memory();
    void spill();
    void merge_parts();
    void write(const std::vector<Item>& items);
    std::size_t read(std::uint64_t first, std::vector<Item>& items, std::size_t count) const;

    std::size_t limit_; ///< in items
    std::vector<Item> items_;
    bool sorted_ = true;
    FileDescriptor file_;
    std::uint64_t written_ = 0; ///< items in the file
    std::vector<Part> parts_;
};

/// Looks digests up in ascending order, all in one walk of the set. Throws: IoError.
class DigestProbe {
public:
    explicit DigestProbe(SortedDigests& set) : walk_(set), item_(walk_.next()) {}

    /// Requires: `digest` is not less than that of the call before.
    bool has(const Sha256& digest) {
        while (item_ && item_->digest < digest) {
            item_ = walk_.next();
        }
        return item_ && item_->digest == digest;
    }

private:
    SortedDigests::Walk walk_;
    std::optional<SortedDigests::Item> item_;
};

} // namespace vitrine
