// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"
#include "manifest/segment_file.hpp"

#include <memory>
#include <string>
#include <vector>

namespace vitrine::test {

inline std::string segment_bytes(const std::vector<SegmentItem>& items) {
    std::string bytes;
    SegmentWriter writer([&](std::string_view piece) { bytes += piece; });
    for (const SegmentItem& item : items) {
        writer.add(item);
    }
    writer.finish();
    return bytes;
}

/// Segments in files of a folder that lives as long as this does.
class RunFolder {
public:
    std::filesystem::path put(std::string_view bytes) {
        const auto path = folder_.path() / ("segment" + std::to_string(count_++));
        write_file_atomically(*real_file_system(), path, bytes, false);
        return path;
    }

    std::shared_ptr<const SegmentReader> open(const std::vector<SegmentItem>& items) {
        return std::make_shared<const SegmentReader>(put(segment_bytes(items)));
    }

private:
    TemporaryDirectory folder_;
    int count_ = 0;
};

} // namespace vitrine::test
