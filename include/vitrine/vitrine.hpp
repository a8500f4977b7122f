// SPDX-License-Identifier: MIT
#pragma once

/// All of vitrine: one include for programs that use it.

#include <vitrine/artifact/artifact.hpp>
#include <vitrine/artifact/artifact_builder.hpp>
#include <vitrine/artifact/diff.hpp>
#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/core/digest.hpp>
#include <vitrine/core/entry_path.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/core/progress.hpp>
#include <vitrine/image/array_view.hpp>
#include <vitrine/image/codec.hpp>
#include <vitrine/manifest/entry.hpp>
#include <vitrine/manifest/manifest.hpp>
#include <vitrine/media/audio.hpp>
#include <vitrine/media/bokeh.hpp>
#include <vitrine/media/bounding_boxes.hpp>
#include <vitrine/media/classes.hpp>
#include <vitrine/media/graph.hpp>
#include <vitrine/media/histogram.hpp>
#include <vitrine/media/html.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/media/image_mask.hpp>
#include <vitrine/media/media.hpp>
#include <vitrine/media/molecule.hpp>
#include <vitrine/media/object3d.hpp>
#include <vitrine/media/plotly.hpp>
#include <vitrine/media/video.hpp>
#include <vitrine/reference/http_client.hpp>
#include <vitrine/reference/remote_options.hpp>
#include <vitrine/run/run.hpp>
#include <vitrine/store/store.hpp>
#include <vitrine/table/cell.hpp>
#include <vitrine/table/column_name.hpp>
#include <vitrine/table/column_type.hpp>
#include <vitrine/table/joined_table.hpp>
#include <vitrine/table/partitioned_table.hpp>
#include <vitrine/table/row_stream.hpp>
#include <vitrine/table/table.hpp>
#include <vitrine/value/opaque_value.hpp>
#include <vitrine/value/type_registry.hpp>
#include <vitrine/value/value.hpp>
#include <vitrine/value/value_sink.hpp>
#include <vitrine/value/value_source.hpp>
