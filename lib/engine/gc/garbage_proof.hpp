// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/digest.hpp>

#include "catalog/catalog.hpp"
#include "core/sorted_digests.hpp"
#include "engine/store/live_set.hpp"
#include "engine/store/open_store.hpp"

#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace vitrine {

/// A file that gc is about to unlink.
struct DoomedFile {
    FileKind kind;
    Sha256 name;
    std::optional<Sha256> content; ///< of a manifest, if it is known
};

// What gc looks at before it unlinks anything, so that damage in the catalogue, or an older
// catalogue, never costs a byte that a version needs. Each function throws NotAStore with "run
// 'vitrine repair'"; Cancelled, IoError, DatabaseError.

/// Throws unless SQLite finds no fault in the catalogue. Reads all of it.
void require_sound(Catalog& catalog);

/// Throws if the store has the bytes of one of these objects, which versions reference and of which
/// the catalogue has no row. If their bytes are gone too, they are lost, and gc can work.
void require_lost(const OpenStore& store, SortedDigests& objects);

/// A second look, independent of the first, which came from the rows: what the doomed files contain
/// (packs by their own index) is compared with the live set, and what is live must be served by
/// another file. One thread.
class GarbageProof {
public:
    GarbageProof(OpenStore& store, LiveSet& live) : store_(store), live_(live) {}

    /// Throws if a live version needs one of these files.
    void require_garbage(std::span<const DoomedFile> files);

private:
    void add_contents_of(const DoomedFile& file, SortedDigests& contents);
    std::set<Sha256> live_among(SortedDigests& contents);
    void require_unneeded_manifest(const DoomedFile& file);

    OpenStore& store_;
    LiveSet& live_;
};

} // namespace vitrine
