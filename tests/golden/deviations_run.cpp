// SPDX-License-Identifier: MIT
// Values logged to runs.
#include "golden/deviations.hpp"

namespace vitrine::golden {

namespace {

using Kind = Deviation::Kind;

constexpr Deviation kRunDeviations[] = {
    {"run_image", "50", Kind::Refused, ErrorCode::InvalidArgument, "",
     "writes the file of the key '/abs' to the root of the disk", "refuses the key",
     "a run writes below its folder"},
    {"run_image", "51", Kind::Refused, ErrorCode::InvalidArgument, "",
     "names the file outside of the run", "says that the image is not bound",
     "follows from the refused key"},
    {"run_image",
     "73",
     Kind::Accepted,
     {},
     R"({"file": "media/images/twice_0_fd0e2c0a.png"})",
     "fails to copy the bound file onto itself",
     "binds it again",
     "the file is there and is what it should be"},
    {"run_image_seq",
     "55",
     Kind::Differs,
     {},
     R"({"history_json_error": null, "history_json_text":
        "[[{\"_type\": \"image-file\", \"path\": \"media/images/tuple_summary_0.png\", \"sha256\": \"219d576ab1c1f62d552ee90032bac9094c740e6e2487713933bf224fdab4a472\", \"size\": 133, \"format\": \"png\", \"width\": 4, \"height\": 5}]]"})",
     "leaves an image in a list of lists as it is, and fails when it writes the history",
     "logs it as an image for itself",
     "what can be logged can be logged at every depth"},
    {"run_boxes_masks",
     "33",
     Kind::Accepted,
     {},
     R"({"file": "media/images/poskey_0_0.png"})",
     "fails with boxes if the id is given by position",
     "takes it",
     "the id is a parameter like any other"},
    {"run_boxes_masks",
     "35",
     Kind::Accepted,
     {},
     R"({"file": "media/images/mp_0_fd0e2c0a.png"})",
     "fails on a mask from a file, after it has copied it",
     "binds it",
     "class labels do not depend on where the mask came from"},
    {"run_boxes_masks",
     "run run",
     Kind::Differs,
     {},
     R"({
        "files": {"media/metadata/boxes2D/poskey_0_00.boxes2D.json":
            "4d2b7ec1c78d48e88b92cd3400fc0b6cc1df7a2a3f5372b93853361531535f8e"},
        "config_wandb": {
            "bounding_box/class_labels": {"poskey_wandb_delimeter_predictions": {
                "type": "bounding_box/class_labels",
                "key": "poskey_wandb_delimeter_predictions", "value": {"2": "class_2"}}},
            "mask/class_labels": {"mp_wandb_delimeter_gt": {
                "type": "mask/class_labels", "key": "mp_wandb_delimeter_gt",
                "value": {"1": "tree", "2": "car", "3": "road"}}}}})",
     "lacks what the two failed steps would have logged",
     "has it",
     "follows from steps 33 and 35"},
    {"run_other_media",
     "77",
     Kind::Differs,
     {},
     R"({"file": "media/table/table_bytes_0_759c35ee.table.json"})",
     "writes bytes in a table as a list of numbers to a run, as text to an artifact",
     "writes them as text to both",
     "one table has one meaning"},
    {"run_other_media",
     "78",
     Kind::Differs,
     {},
     R"({"result": {"path": "media/table/table_bytes_0_759c35ee.table.json", "size": 36,
        "sha256": "759c35ee3bd1069b7e0a9c38aa8dc686afd9c36fb8517e6307a3c9b620a35697"}})",
     "as step 77",
     "as step 77",
     "follows from step 77"},
    {"run_other_media",
     "86",
     Kind::Accepted,
     {},
     R"({"file": "media/table/table_set_0_567ba009.table.json"})",
     "cannot write a set",
     "writes it: C++ gives a list for it",
     "the SDK types a set as a list, too"},
    {"run_other_media",
     "87",
     Kind::Accepted,
     {},
     R"({"result": {"_type": "table-file", "path": "media/table/table_set_0_567ba009.table.json",
        "sha256": "567ba009fda8f762f620cb788e151b8879681e56f3d6687ff4626ba7bc63ef38",
        "size": 35, "ncols": 1, "nrows": 1}})",
     "has no file of the table with a set",
     "has it",
     "follows from step 86"},
    {"run_other_media",
     "run run",
     Kind::Differs,
     {},
     R"({"files": {
        "media/table/table_bytes_0_68302bbf.table.json": null,
        "media/table/table_bytes_0_759c35ee.table.json":
            "759c35ee3bd1069b7e0a9c38aa8dc686afd9c36fb8517e6307a3c9b620a35697",
        "media/table/table_set_0_567ba009.table.json":
            "567ba009fda8f762f620cb788e151b8879681e56f3d6687ff4626ba7bc63ef38"}})",
     "has the files of steps 77 and 86 otherwise",
     "has them as told there",
     "follows from steps 77 and 86"},
};

} // namespace

std::span<const Deviation> run_deviations() {
    return kRunDeviations;
}

} // namespace vitrine::golden
