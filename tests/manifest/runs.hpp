// SPDX-License-Identifier: MIT
#pragma once

#include "core/file_system.hpp"
#include "manifest/run_file.hpp"

#include <memory>
#include <string>
#include <vector>

namespace vitrine::test {

inline std::string run_bytes(const std::vector<RunItem>& items) {
    std::string bytes;
    RunWriter writer([&](std::string_view piece) { bytes += piece; });
    for (const RunItem& item : items) {
        writer.add(item);
    }
    writer.finish();
    return bytes;
}

/// Runs in files of a folder that lives as long as this does.
class RunFolder {
public:
    std::filesystem::path put(std::string_view bytes) {
        const auto path = folder_.path() / ("run" + std::to_string(count_++));
        write_file_atomically(*real_file_system(), path, bytes, false);
        return path;
    }

    std::shared_ptr<const RunReader> open(const std::vector<RunItem>& items) {
        return std::make_shared<const RunReader>(put(run_bytes(items)));
    }

private:
    TemporaryDirectory folder_;
    int count_ = 0;
};

} // namespace vitrine::test
