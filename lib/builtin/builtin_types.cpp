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

#include <memory>
#include <string>
#include <utility>

namespace vitrine {

namespace {

/// A type whose files W&B names "<name>.json", without the type.
template <class T>
ValueType without_suffix(std::string class_name) {
    return {std::string(T::artifact_type), "", std::move(class_name),
            [](const Json& json, std::shared_ptr<const ValueSource> source) {
                return std::make_shared<T>(T::from_json(json, std::move(source)));
            }};
}

} // namespace

TypeRegistry builtin_types() {
    // The SDK's order. It decides which type is restored for a name that fits several.
    TypeRegistry types;
    types.add<Bokeh>("Bokeh");
    types.add<ImageMask>("ImageMask");
    types.add<BoundingBoxes2D>("BoundingBoxes2D");
    types.add<JoinedTable>("JoinedTable");
    types.add<Classes>("Classes");
    // A type of newer SDKs. It comes before Table, since its suffix ends with Table's.
    types.add<PartitionedTable>("PartitionedTable");
    types.add<Table>("Table");
    types.add<Image>("Image");
    types.add<Video>("Video");
    types.add<Html>("Html");
    types.add<Object3D>("Object3D");
    types.add<Audio>("Audio");
    types.add(without_suffix<Histogram>("Histogram"));
    types.add(without_suffix<Molecule>("Molecule"));
    types.add(without_suffix<Plotly>("Plotly"));
    types.add(without_suffix<Graph>("Graph"));
    return types;
}

} // namespace vitrine
