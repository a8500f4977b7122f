// SPDX-License-Identifier: MIT
#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/media/audio.hpp>
#include <vitrine/media/bokeh.hpp>
#include <vitrine/media/bounding_boxes.hpp>
#include <vitrine/media/classes.hpp>
#include <vitrine/media/graph.hpp>
#include <vitrine/media/histogram.hpp>
#include <vitrine/media/html.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/media/image_mask.hpp>
#include <vitrine/media/molecule.hpp>
#include <vitrine/media/object3d.hpp>
#include <vitrine/media/plotly.hpp>
#include <vitrine/media/video.hpp>
#include <vitrine/table/joined_table.hpp>
#include <vitrine/table/partitioned_table.hpp>
#include <vitrine/table/table.hpp>

#include <string>
#include <utility>
#include <vector>

namespace vitrine {

namespace {

using Members = std::vector<std::string>;

// The members are given here and not in the classes, so that a user's class that derives from one
// of these does not inherit them: it may have files in other members.

template <class T>
ValueType with_files(std::string class_name, Members file_members) {
    ValueType type = ValueType::of<T>(std::move(class_name));
    type.file_members = std::move(file_members);
    return type;
}

/// A type whose files W&B names "<name>.json", without the type.
template <class T>
ValueType without_suffix(std::string class_name, Members file_members) {
    ValueType type = with_files<T>(std::move(class_name), std::move(file_members));
    type.artifact_type.clear();
    return type;
}

} // namespace

TypeRegistry builtin_types() {
    // The SDK's order. It decides which type is restored for a name that fits several.
    TypeRegistry types;
    types.add(with_files<Bokeh>("Bokeh", {"path"}));
    types.add(with_files<ImageMask>("ImageMask", {"path"}));
    types.add(with_files<BoundingBoxes2D>("BoundingBoxes2D", {}));
    types.add(with_files<JoinedTable>("JoinedTable", {"table1", "table2"}));
    types.add(with_files<Classes>("Classes", {}));
    // A type of newer SDKs. It comes before Table, since its suffix ends with Table's.
    types.add(with_files<PartitionedTable>("PartitionedTable", {"parts_path"}));
    // "path": of a value in a cell, or of the class set or the arrays of a column; "table": of a
    // column of foreign keys.
    types.add(with_files<Table>("Table", {"path", "table"}));
    types.add(with_files<Image>("Image", {"path"})); // also of its masks and class set
    types.add(with_files<Video>("Video", {"path"}));
    types.add(with_files<Html>("Html", {"path"}));
    types.add(with_files<Object3D>("Object3D", {"path"}));
    types.add(with_files<Audio>("Audio", {"path"}));
    types.add(without_suffix<Histogram>("Histogram", {}));
    types.add(without_suffix<Molecule>("Molecule", {"path"}));
    types.add(without_suffix<Plotly>("Plotly", {"path"}));
    types.add(without_suffix<Graph>("Graph", {"path"}));
    return types;
}

} // namespace vitrine
