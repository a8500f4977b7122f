// SPDX-License-Identifier: MIT
#include "artifact/verify_artifact.hpp"

#include <vitrine/core/error.hpp>

#include "artifact/content/artifact_content.hpp"
#include "core/parallel.hpp"
#include "core/progress_meter.hpp"
#include "core/text.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

/// Bytes to read and compare: once, even if many entries have them.
struct Check {
    std::string name; ///< of the object, or of a folder's file
    std::shared_ptr<const ArtifactContent> owner;
    Entry entry;
    std::vector<std::string> needed_by;
};

std::string name_of(const ArtifactContent& owner, const Entry& entry) {
    return owner.open_version() && entry.object ? entry.object->hex()
                                                : owner.name() + "/" + entry.path.str();
}

/// Collects all bytes that `content` and its sources have, by name. References to places outside of
/// the store have none.
std::map<std::string, Check> checks_of(const ArtifactContent& content) {
    std::map<std::string, Check> checks;
    const auto collect = [&](const std::shared_ptr<const ArtifactContent>& part,
                             const std::string& prefix) {
        for (const Entry& entry : part->manifest().entries()) {
            const bool is_reference = entry.ref.has_value();
            if (is_reference && !part->has_bytes(entry)) {
                continue;
            }
            const std::string name = name_of(*part, entry);
            Check& check = checks.try_emplace(name, Check{name, part, entry, {}}).first->second;
            check.needed_by.push_back(prefix + entry.path.str());
        }
    };
    collect(content.self(), "");
    for (const std::string& id : content.source_ids()) {
        if (const auto source = content.source(id)) {
            collect(source, source->name() + "/");
        }
    }
    return checks;
}

/// Reads the bytes, which compares them with their digest. Returns their number.
/// Throws: NotFound if they are missing.
std::uint64_t read_checked(const Check& check) {
    if (const auto bytes = check.owner->read_bytes(check.entry)) {
        return bytes->size();
    }
    throw Error(ErrorCode::NotFound, concat("file of ", quoted(check.entry.path.str()), " in ",
                                            quoted(check.owner->name()), " is missing"));
}

} // namespace

VerifyReport verify_artifact(const ArtifactContent& content, const ProgressOptions& progress) {
    std::vector<Check> checks;
    for (auto& [name, check] : checks_of(content)) {
        checks.push_back(std::move(check));
    }
    VerifyReport report;
    std::mutex mutex;
    std::map<std::string, Damage> damages;
    ProgressMeter meter("verifying", checks.size(), progress);
    parallel_for(checks.size(), [&](std::size_t i) {
        meter.check();
        const Check& check = checks[i];
        std::uint64_t bytes = 0;
        try {
            bytes = read_checked(check);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Corruption && error.code() != ErrorCode::NotFound &&
                error.code() != ErrorCode::Io) {
                throw;
            }
            const std::lock_guard lock(mutex);
            damages[check.name] = {check.name, error.what(), check.needed_by, {content.name()}};
        }
        meter.advance(1, bytes);
        const std::lock_guard lock(mutex);
        ++report.objects;
        report.bytes += bytes;
    });
    for (auto& [name, damage] : damages) {
        report.damages.push_back(std::move(damage));
    }
    return report;
}

} // namespace vitrine
