// SPDX-License-Identifier: MIT
#include "artifact/verify_directory.hpp"

#include <vitrine/core/error.hpp>

#include "artifact/content/artifact_content.hpp"
#include "artifact/content/disk_paths.hpp"
#include "core/checked_input.hpp"
#include "core/parallel.hpp"
#include "core/progress_meter.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

/// A file to read, and the entry whose bytes it should have.
struct EntryFile {
    std::string entry_path;
    std::string disk_path;
    ExpectedDigest digest;
};

/// The files that a checkout writes, as far as their bytes can be compared.
std::vector<EntryFile> files_of(const ArtifactContent& content) {
    std::vector<EntryFile> files;
    DiskPaths disk_paths(content.manifest());
    for (const Entry& entry : content.manifest().entries()) {
        if (disk_paths.add(entry) || disk_paths.was_taken()) {
            continue; // Another entry's file lies there.
        }
        const LocatedEntry from = content.locate(entry);
        ExpectedDigest digest = expected_digest(from.entry);
        if (!std::holds_alternative<std::monostate>(digest)) {
            files.push_back({entry.path.str(), entry.path.disk_path(), std::move(digest)});
        }
    }
    return files;
}

/// Reads a file and compares it. Returns its size. Throws: NotFound; Corruption; IoError.
std::uint64_t read_compared(const fs::path& path, const EntryFile& file) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error); // What is no file is never opened.
    if (!fs::exists(status)) {
        throw Error(ErrorCode::NotFound, "missing");
    }
    if (!fs::is_regular_file(status)) {
        throw Error(ErrorCode::Corruption, "expected a file, got something else");
    }
    CheckedInput input(path, file.digest, concat("file ", quoted(file.disk_path)));
    input.drain();
    return fs::file_size(path, error);
}

} // namespace

VerifyReport verify_directory(const ArtifactContent& content, const fs::path& directory,
                              const ProgressOptions& progress) {
    if (std::error_code error; !fs::is_directory(directory, error)) {
        throw Error(ErrorCode::NotFound,
                    concat("path is not a directory: ", quoted(directory.native())));
    }
    const std::vector<EntryFile> files = files_of(content);
    VerifyReport report;
    std::mutex mutex; // guards the report
    ProgressMeter meter("verifying", files.size(), progress);
    parallel_for(files.size(), [&](std::size_t i) {
        meter.check();
        const EntryFile& file = files[i];
        std::uint64_t bytes = 0;
        std::string problem;
        try {
            bytes = read_compared(directory / file.disk_path, file);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Corruption && error.code() != ErrorCode::NotFound &&
                error.code() != ErrorCode::Io) {
                throw;
            }
            problem = error.what();
        }
        meter.advance(1, bytes);
        const std::lock_guard lock(mutex);
        ++report.objects;
        report.bytes += bytes;
        if (!problem.empty()) {
            report.damages.push_back(
                {file.disk_path, std::move(problem), {file.entry_path}, {content.name()}});
        }
    });
    std::ranges::sort(report.damages, {}, &Damage::object);
    return report;
}

} // namespace vitrine
