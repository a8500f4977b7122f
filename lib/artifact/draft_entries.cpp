// SPDX-License-Identifier: MIT
#include "artifact/draft_entries.hpp"

#include <atomic>
#include <utility>

namespace vitrine {

/// Merges the base, without what is removed or replaced, with what was added.
class DraftEntries::Cursor : public EntryCursor {
public:
    Cursor(const Manifest& base, std::shared_ptr<const Overlay> overlay, std::string_view first)
        : overlay_(std::move(overlay)), base_(base.walk(first)), next_base_(base_->next()),
          next_added_(overlay_->added.lower_bound(first)) {}

    std::optional<Entry> next() override {
        while (next_base_ && is_hidden(next_base_->path.str())) {
            next_base_ = base_->next();
        }
        const bool has_added = next_added_ != overlay_->added.end();
        if (has_added && (!next_base_ || next_added_->first < next_base_->path.str())) {
            return next_added_++->second;
        }
        if (!next_base_) {
            return std::nullopt;
        }
        return std::exchange(next_base_, base_->next());
    }

private:
    bool is_hidden(const std::string& path) const {
        return overlay_->removed.contains(path) || overlay_->added.contains(path);
    }

    std::shared_ptr<const Overlay> overlay_;
    std::unique_ptr<EntryCursor> base_;
    std::optional<Entry> next_base_;
    std::map<std::string, Entry, std::less<>>::const_iterator next_added_;
};

class DraftEntries::Storage : public EntryStorage {
public:
    Storage(Manifest base, std::shared_ptr<const Overlay> overlay)
        : base_(std::move(base)), overlay_(std::move(overlay)) {}

    std::uint64_t count() const override { return overlay_->count; }
    std::optional<Entry> find(std::string_view path) const override {
        auto over = find_over_base(*overlay_, path);
        return over ? *std::move(over) : base_.find(path);
    }
    std::unique_ptr<EntryCursor> walk(std::string_view first) const override {
        return std::make_unique<Cursor>(base_, overlay_, first);
    }

private:
    Manifest base_;
    std::shared_ptr<const Overlay> overlay_;
};

DraftEntries::DraftEntries(Manifest base)
    : base_(std::move(base)), overlay_(std::make_shared<Overlay>()) {
    overlay_->count = base_.size();
}

std::optional<std::optional<Entry>> DraftEntries::find_over_base(const Overlay& overlay,
                                                                 std::string_view path) {
    if (const auto added = overlay.added.find(path); added != overlay.added.end()) {
        return std::optional<Entry>(added->second);
    }
    if (overlay.removed.contains(path)) {
        return std::optional<Entry>();
    }
    return std::nullopt;
}

std::optional<Entry> DraftEntries::find(std::string_view path) const {
    auto over = find_over_base(*overlay_, path);
    return over ? *std::move(over) : base_.find(path);
}

std::optional<Entry> DraftEntries::find(std::string_view path,
                                        const std::optional<Entry>& in_base) const {
    auto over = find_over_base(*overlay_, path);
    return over ? *std::move(over) : in_base;
}

const Entry* DraftEntries::find_added(std::string_view path) const {
    const auto added = overlay_->added.find(path);
    return added == overlay_->added.end() ? nullptr : &added->second;
}

DraftEntries::Overlay& DraftEntries::changeable() {
    if (overlay_.use_count() > 1) {
        overlay_ = std::make_shared<Overlay>(*overlay_);
    }
    // The last reader of a manifest may have been another thread.
    std::atomic_thread_fence(std::memory_order_acquire);
    return *overlay_;
}

void DraftEntries::put(Entry entry) {
    const bool is_there = find(entry.path.str()).has_value();
    put(std::move(entry), is_there);
}

void DraftEntries::put(Entry entry, bool is_there) {
    Overlay& overlay = changeable();
    overlay.removed.erase(entry.path.str());
    overlay.count += is_there ? 0 : 1;
    std::string path = entry.path.str();
    overlay.added.insert_or_assign(std::move(path), std::move(entry));
}

bool DraftEntries::erase(std::string_view path) {
    Overlay& overlay = changeable();
    const auto added = overlay.added.find(path);
    const bool was_added = added != overlay.added.end();
    if (was_added) {
        overlay.added.erase(added);
    }
    const bool hides_base = !overlay.removed.contains(path) && base_.contains(path);
    if (hides_base) {
        overlay.removed.emplace(path);
    }
    if (was_added || hides_base) {
        --overlay.count;
    }
    return was_added || hides_base;
}

Manifest DraftEntries::manifest() const {
    return Manifest(std::make_shared<Storage>(base_, overlay_));
}

} // namespace vitrine
