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

/// A set of digests, each with the size of what it names, that is walked in the order of the
/// digests and may be larger than memory: what does not fit is sorted and appended to a temporary
/// file, and the parts are merged while they are walked.
///
/// A file is made only when it is needed, in the system's folder for temporary files, and has no
/// name, so that nothing is left of it however the process ends. One thread at a time.
class SortedDigests {
public:
    struct Item {
        Sha256 digest;
        std::uint64_t size = 0;
    };

    static constexpr std::size_t kMemory = std::size_t{8} << 20;

    /// `memory`: how many bytes of items are kept before they are written out.
    explicit SortedDigests(std::size_t memory = kMemory);

    /// Adds a digest; nothing changes for one that is there. Throws: IoError.
    void add(const Sha256& digest, std::uint64_t size = 0);
    void clear();
    /// Whether nothing was ever added.
    bool empty() const noexcept { return items_.empty() && parts_.empty(); }
    /// How many sorted parts lie in the file.
    std::size_t parts() const noexcept { return parts_.size(); }

    /// Goes through the set in ascending order, each digest once. The set must outlive it and not
    /// change while it is under way.
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
        std::vector<std::size_t> heap_; ///< sources that have an item, the least in front
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

/// Asks a set for digests in ascending order, at the cost of one walk in all.
class DigestProbe {
public:
    explicit DigestProbe(SortedDigests& set) : walk_(set), item_(walk_.next()) {}

    /// `digest` must not be less than the one asked for before.
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
