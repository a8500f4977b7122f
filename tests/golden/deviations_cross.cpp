// SPDX-License-Identifier: MIT
// Tables as values of artifacts, and what goes from one artifact into another in them.
#include "golden/deviations.hpp"

namespace vitrine::golden {

namespace {

using Kind = Deviation::Kind;

/// The class labels of images whose boxes have the classes tree, car and road.
constexpr std::string_view kLabels = R"({"result": {"boxes": {
        "ground_truth": {"class_labels": {"$dict": null, "1": "tree", "2": "car", "3": "road"}},
        "predictions": {"class_labels": {"$dict": null, "1": "tree", "2": "car", "3": "road"}}}}})";

constexpr Deviation kTable[] = {
    {"get_names",
     "8",
     Kind::Differs,
     {},
     R"({"entry": {"path": "again.table.json"}})",
     "gives the first entry back, and drops the second name",
     "makes an entry of both names",
     "what was added would be found under no name of its own"},
    {"get_names",
     "manifest a",
     Kind::Differs,
     {},
     R"({"contents": {"again.table.json": {"digest": "dPmr6TF44/DVx24B/gNspQ==", "size": 246}}})",
     "lacks the second name",
     "has it",
     "follows from step 8"},
    {"table_row_limit",
     "2",
     Kind::Differs,
     {},
     R"({"entry": {"digest": "WeWvnfpLnDCUql2f2fq1pw==", "size": 281}, "to_json": {
        "data": [[0], [1], [2], [3], [4], [5], [6], [7]], "nrows": 8}})",
     "keeps only the first 200,000 rows (6, in this case)",
     "keeps all",
     "the rest would be lost"},
    {"table_row_limit",
     "manifest a",
     Kind::Differs,
     {},
     R"({"contents": {"t.table.json": {"digest": "WeWvnfpLnDCUql2f2fq1pw==", "size": 281}}})",
     "has the table cut",
     "has all of it",
     "follows from step 2"},
    {"cross_nested",
     "5",
     Kind::Differs,
     {},
     kLabels,
     "derives class labels from the ids, since it stores none",
     "takes them from the image's classes",
     "the names are known"},
    {"cross_nested",
     "10",
     Kind::Differs,
     {},
     R"json({"result": {"labels_of_classes": true}})json",
     "derives class labels from the ids, since it stores none",
     "takes them from the image's classes",
     "the names are known"},
    {"cross_nested",
     "13",
     Kind::Differs,
     {},
     R"json({"result": {"labels_of_classes": true}})json",
     "derives class labels from the ids, since it stores none",
     "takes them from the image's classes",
     "the names are known"},
    {"cross_nested",
     "14",
     Kind::Differs,
     {},
     R"json({"result": {"labels_of_classes": true}})json",
     "derives class labels from the ids, since it stores none",
     "takes them from the image's classes",
     "the names are known"},
    {"cross_nested",
     "15",
     Kind::Accepted,
     {},
     R"json({"entry": {"path": "cell.image-file.json", "digest": "that of the JSON", "size": 0},
        "to_json": {"path": "media/images/e2878c66/test.png", "_type": "image-file", "format":
        "png", "width": 30, "height": 30, "classes": {"type": "classes-file", "path":
        "media/cls.classes.json", "digest": "IogZCn18YNcH4qGkGiGTig=="}, "boxes": {"ground_truth":
        [{"box_caption": "minMax(pixel)", "class_id": 1, "position": {"maxX": 0.2, "maxY": 0.4,
        "minX": 0.1, "minY": 0.3}, "scores": {"acc": 0.1, "loss": 1.2}}, {"box_caption":
        "minMax(pixel)", "class_id": 2, "position": {"maxX": 0.2, "maxY": 0.4, "minX": 0.1, "minY":
        0.3}, "scores": {"acc": 0.1, "loss": 1.2}}], "predictions": [{"box_caption":
        "minMax(pixel)", "class_id": 1, "position": {"maxX": 0.2, "maxY": 0.4, "minX": 0.1, "minY":
        0.3}, "scores": {"acc": 0.1, "loss": 1.2}}, {"box_caption": "minMax(pixel)", "class_id": 2,
        "position": {"maxX": 0.2, "maxY": 0.4, "minX": 0.1, "minY": 0.3}, "scores": {"acc": 0.1,
        "loss": 1.2}}]}, "masks": {"ground_truth": {"path": "media/images/e2878c66/test.png",
        "_type": "mask"}, "predictions": {"path": "media/images/mask/2e57feb6.mask.png", "_type":
        "mask"}}}})json",
     "fails on a value out of a table's cell",
     "adds it: a new JSON that refers to the value's files",
     "a cell's value is a value like any other"},
    {"cross_nested",
     "manifest c",
     Kind::Differs,
     {},
     R"json({"contents": {"cell.image-file.json": {"digest": "that of the JSON", "size": 0},
        "media/cls.classes.json": {"digest": "IogZCn18YNcH4qGkGiGTig==", "ref":
        "wandb-artifact://41727469666163743a363034303031/media/cls.classes.json", "size": 0},
        "media/images/e2878c66/test.png": {"digest": "40Ja2uGj2Xn9yP5SpXDKhA==", "ref":
        "wandb-artifact://41727469666163743a363034303031/media/images/e2878c66/test.png", "size":
        0}, "media/images/mask/2e57feb6.mask.png": {"digest": "Llf+tvUK0GlwtGGDwsN5SQ==", "ref":
        "wandb-artifact://41727469666163743a363034303031/media/images/mask/2e57feb6.mask.png",
        "size": 0}}})json",
     "lacks the value out of the cell",
     "has it and its files",
     "follows from step 15"},
};

} // namespace

std::span<const Deviation> cross_deviations() {
    return kTable;
}

} // namespace vitrine::golden
