// SPDX-License-Identifier: MIT
#include "manifest/entries.hpp"

#include <utility>

namespace vitrine::test {

Entry make_entry(const std::string& path, unsigned variant) {
    Entry entry{.path = EntryPath(path)};
    entry.digest = digests_of(path + std::to_string(variant)).md5.base64();
    if (variant % 2 == 0) {
        entry.object = sha256_of(path);
        entry.object_size = variant;
    }
    if (variant % 3 != 0) {
        entry.size = variant * std::uint64_t{1000003};
    }
    if (variant % 5 == 0) {
        entry.ref = "s3://bucket/" + path;
        entry.extra = {{"z", "last"}, {"etag", "\"abc\""}, {"versionID", 3}};
    }
    if (variant % 7 == 0) {
        entry.birth_id = "QXJ0aWZhY3Q6MQ==";
    }
    if (variant % 4 == 0) {
        entry.value_type = "image-file";
    }
    return entry;
}

Manifest manifest_of(const std::map<std::string, Entry>& contents) {
    std::vector<Entry> entries;
    for (const auto& [path, entry] : contents) {
        entries.push_back(entry);
    }
    return Manifest(std::move(entries));
}

std::vector<Entry> collect(EntryRange range) {
    std::vector<Entry> entries;
    for (const Entry& entry : range) {
        entries.push_back(entry);
    }
    return entries;
}

std::vector<std::string> paths_of(EntryRange range) {
    std::vector<std::string> paths;
    for (const Entry& entry : range) {
        paths.push_back(entry.path.str());
    }
    return paths;
}

} // namespace vitrine::test
