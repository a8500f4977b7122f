// SPDX-License-Identifier: MIT
#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/media/bounding_boxes.hpp>
#include <vitrine/media/classes.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/media/image_mask.hpp>
#include <vitrine/table/table.hpp>

namespace vitrine {

TypeRegistry builtin_types() {
    // The order decides which value a name gives that fits several types; it is the SDK's.
    TypeRegistry types;
    types.add<ImageMask>("ImageMask");
    types.add<BoundingBoxes2D>("BoundingBoxes2D");
    types.add<Classes>("Classes");
    types.add<Table>("Table");
    types.add<Image>("Image");
    return types;
}

} // namespace vitrine
