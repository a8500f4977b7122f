// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/formats/voc.hpp>
#include <vitrine/media/bounding_boxes.hpp>
#include <vitrine/media/classes.hpp>
#include <vitrine/media/image.hpp>

#include "core/file_system.hpp"
#include "core/parallel.hpp"
#include "core/text.hpp"
#include "formats/voc_annotation.hpp"
#include "formats/voc_folder.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string_view>
#include <tuple>
#include <utility>

namespace fs = std::filesystem;

namespace vitrine {

namespace {

constexpr const char* kBoxGroup = "ground_truth";

/// An item after its annotation was read.
struct Parsed {
    VocAnnotation annotation;
    std::optional<VocSkipped> skipped;
};

/// The class names and their ids.
struct ClassTable {
    std::map<std::string, std::int64_t> ids;
    std::optional<Classes> classes; ///< nullopt if there is no box at all
    Json labels = Json::object();   ///< {"1": "tree"}
};

/// Counts finished items and calls the observer, one call at a time.
class Ticker {
public:
    Ticker(const ProgressOptions& options, std::string_view activity, std::uint64_t total)
        : options_(options), progress_{activity, 0, total, 0} {}

    void check_stop() const {
        if (options_.stop.stop_requested()) {
            throw Error(ErrorCode::Cancelled, "import cancelled");
        }
    }

    void tick(std::uint64_t bytes) {
        const std::lock_guard lock(mutex_);
        ++progress_.done;
        progress_.bytes += bytes;
        if (options_.observer) {
            options_.observer(progress_);
        }
    }

private:
    const ProgressOptions& options_;
    std::mutex mutex_;
    Progress progress_; ///< guarded by mutex_
};

/// Whether an error is about one file of the dataset, so that the import can continue.
bool blames_the_file(const Error& error) {
    switch (error.code()) {
    case ErrorCode::InvalidFormat:
    case ErrorCode::InvalidArgument:
    case ErrorCode::Unsupported:
    case ErrorCode::NotFound:
    case ErrorCode::Io:
        return true;
    case ErrorCode::AlreadyExists:
    case ErrorCode::Corruption:
    case ErrorCode::Conflict:
    case ErrorCode::Locked:
    case ErrorCode::Cancelled:
    case ErrorCode::NotAStore:
    case ErrorCode::Database:
        return false;
    }
    return false;
}

std::vector<Parsed> read_annotations(const fs::path& folder, const std::vector<VocItem>& items,
                                     const ProgressOptions& options) {
    std::vector<Parsed> parsed(items.size());
    Ticker ticker(options, "reading annotations", items.size());
    parallel_for(items.size(), [&](std::size_t index) {
        ticker.check_stop();
        if (const auto& path = items[index].annotation) {
            try {
                parsed[index].annotation =
                    parse_voc_annotation(read_file(folder / *path, kMaxVocAnnotationBytes));
            } catch (const Error& error) {
                if (!blames_the_file(error)) {
                    throw;
                }
                parsed[index].skipped = VocSkipped{*path, error.what()};
            }
        }
        ticker.tick(0);
    });
    ticker.check_stop();
    return parsed;
}

ClassTable make_classes(const std::vector<Parsed>& parsed) {
    std::set<std::string> names;
    for (const auto& item : parsed) {
        for (const auto& object : item.annotation.objects) {
            names.insert(object.name);
        }
    }
    ClassTable table;
    std::vector<ClassLabel> labels;
    for (const auto& name : names) {
        const auto id = static_cast<std::int64_t>(labels.size()) + 1;
        labels.push_back({id, name});
        table.ids[name] = id;
        table.labels[std::to_string(id)] = name;
    }
    if (!labels.empty()) {
        table.classes = Classes(labels);
    }
    return table;
}

Json box_json(const VocObject& object, const ClassTable& table) {
    Json box = {{"position",
                 {{"minX", object.min_x},
                  {"maxX", object.max_x},
                  {"minY", object.min_y},
                  {"maxY", object.max_y}}},
                {"domain", "pixel"},
                {"class_id", table.ids.at(object.name)}};
    box.update(object.extra);
    return box;
}

ImageOptions image_options(const VocItem& item, const VocAnnotation& annotation,
                           const ClassTable& table) {
    ImageOptions options;
    options.caption = item.stem;
    options.classes = table.classes;
    if (!annotation.objects.empty()) {
        Json boxes = Json::array();
        for (const auto& object : annotation.objects) {
            boxes.push_back(box_json(object, table));
        }
        const Json group = {{"box_data", boxes}, {"class_labels", table.labels}};
        options.boxes = {{kBoxGroup, BoundingBoxes2D(group)}};
    }
    return options;
}

/// Adds one picture; the item is marked as skipped if its file is bad.
void add_item(const fs::path& folder, const VocItem& item, Parsed& parsed, const ClassTable& table,
              ArtifactBuilder& draft, Ticker& ticker) {
    std::optional<Image> image;
    try {
        image.emplace(folder / item.picture, image_options(item, parsed.annotation, table));
    } catch (const Error& error) {
        if (!blames_the_file(error)) {
            throw;
        }
        parsed.skipped = VocSkipped{item.picture, error.what()};
        return;
    }
    draft.add(*image, item.stem);
    ticker.tick(image->size());
}

VocImportReport make_report(const std::vector<VocItem>& items, const std::vector<Parsed>& parsed,
                            std::vector<VocSkipped> skipped, const ClassTable& table) {
    VocImportReport report;
    report.skipped = std::move(skipped);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (parsed[i].skipped) {
            report.skipped.push_back(*parsed[i].skipped);
            continue;
        }
        ++report.images;
        report.boxes += parsed[i].annotation.objects.size();
        report.without_annotation += items[i].annotation ? 0 : 1;
    }
    for (const auto& [name, id] : table.ids) {
        report.classes.push_back(name);
    }
    std::sort(report.skipped.begin(), report.skipped.end(), [](const auto& a, const auto& b) {
        return std::tie(a.path, a.reason) < std::tie(b.path, b.reason);
    });
    return report;
}

} // namespace

VocImportReport import_voc(const fs::path& folder, ArtifactBuilder& draft,
                           const VocImportOptions& options) {
    VocListing listing = list_voc_folder(folder, options.split);
    std::vector<Parsed> parsed = read_annotations(folder, listing.items, options.progress);
    const ClassTable table = make_classes(parsed);
    Ticker ticker(options.progress, "adding", listing.items.size());
    parallel_for(listing.items.size(), [&](std::size_t index) {
        ticker.check_stop();
        if (!parsed[index].skipped) {
            add_item(folder, listing.items[index], parsed[index], table, draft, ticker);
        }
    });
    ticker.check_stop();
    VocImportReport report = make_report(listing.items, parsed, std::move(listing.skipped), table);
    if (report.images == 0) {
        std::string message = "no picture to import in " + quoted(folder.string());
        if (!report.skipped.empty()) {
            message += concat(": ", report.skipped[0].path, ": ", report.skipped[0].reason);
        }
        throw Error(ErrorCode::InvalidFormat, message);
    }
    return report;
}

} // namespace vitrine
