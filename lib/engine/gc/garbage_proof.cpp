// SPDX-License-Identifier: MIT
#include "engine/gc/garbage_proof.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/store/problem.hpp"
#include "object/pack_file.hpp"

#include <algorithm>
#include <filesystem>

namespace vitrine {

namespace {

[[noreturn]] void refuse_catalog(std::string_view problem) {
    throw Error(ErrorCode::NotAStore,
                concat("the catalogue is damaged or older than the store, and nothing was freed: ",
                       problem, ": run 'vitrine repair'"));
}

} // namespace

void require_sound(Catalog& catalog) {
    if (const auto fault = catalog.find_fault()) {
        refuse_catalog(*fault);
    }
}

void require_lost(const OpenStore& store, SortedDigests& objects) {
    if (objects.empty()) {
        return;
    }
    objects.for_each([&](const SortedDigests::Item& item) {
        if (std::filesystem::exists(store.objects.loose_path(item.digest))) {
            refuse_catalog(concat("it has no row of object ", quoted(item.digest.hex())));
        }
    });
    store.objects.for_each_pack(
        [&](const std::filesystem::path& path, const std::optional<Sha256>&) {
            // An index that cannot be read may list the object: repair finds out.
            const PackReader pack(path);
            DigestProbe wanted(objects);
            for (const PackItem& item : pack.items()) {
                if (wanted.has(item.object)) {
                    refuse_catalog(concat("it has no row of object ", quoted(item.object.hex())));
                }
            }
        });
}

void GarbageProof::add_contents_of(const DoomedFile& file, SortedDigests& contents) {
    if (file.kind != FileKind::pack) {
        contents.add(file.name);
        return;
    }
    // A pack whose index cannot be read serves nothing but what its rows say.
    const Problem unreadable = problem_of([&] {
        const PackReader pack(store_.objects.pack_path(file.name));
        for (const PackItem& item : pack.items()) {
            contents.add(item.object);
        }
    });
    const auto row = store_.reads->files.find(FileKind::pack, file.name);
    if (unreadable && row) {
        store_.reads->objects.for_each_in(
            row->id, [&](const ObjectRow& object) { contents.add(object.sha256); });
    }
}

std::set<Sha256> GarbageProof::live_among(SortedDigests& contents) {
    std::set<Sha256> live;
    DigestProbe objects(live_.objects());
    DigestProbe segments(live_.segments());
    contents.for_each([&](const SortedDigests::Item& item) {
        const bool is_segment = segments.has(item.digest);
        if (objects.has(item.digest) || is_segment) {
            live.insert(item.digest);
        }
    });
    return live;
}

void GarbageProof::require_unneeded_manifest(const DoomedFile& file) {
    if (!file.content || !live_.contents().contains(*file.content)) {
        return;
    }
    const auto row = store_.reads->manifests.find(*file.content);
    if (!row || row->file.name == file.name) {
        refuse_catalog(concat("a version needs manifest file ", quoted(file.name.hex())));
    }
}

void GarbageProof::require_garbage(std::span<const DoomedFile> files) {
    std::set<std::pair<FileKind, Sha256>> doomed;
    SortedDigests contents;
    for (const DoomedFile& file : files) {
        doomed.emplace(file.kind, file.name);
        if (file.kind == FileKind::manifest) {
            require_unneeded_manifest(file);
        } else {
            add_contents_of(file, contents);
        }
    }
    if (contents.empty()) {
        return;
    }
    for (const Sha256& object : live_among(contents)) {
        const auto row = store_.reads->objects.find(object);
        if (!row || doomed.contains({row->file.kind, row->file.name})) {
            refuse_catalog(concat("a version needs object ", quoted(object.hex()),
                                  ", which no other file has"));
        }
    }
}

} // namespace vitrine
