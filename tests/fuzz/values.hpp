// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/image/codec.hpp>

#include "support/memory_sink.hpp"
#include "support/memory_source.hpp"

#include <memory>

namespace vitrine::fuzz {

/// The artifact whose files the JSON of an input may name.
inline std::shared_ptr<const ValueSource> sample_artifact() {
    static const auto source = [] {
        const Pixels pixels{2, 2, PixelMode::RGB, std::vector<std::uint8_t>(12, 77)};
        const std::string classes =
            R"({"_type": "classes", "class_set": [{"id": 0, "name": "a"}, {"id": 1, "name": "b"}]})";
        return test::MemorySource::make(
            {{"a.png", {encode_png(pixels)}},
             {"a.txt", {"text"}},
             {"a.html", {"<p>text</p>"}},
             {"a.gif", {"GIF89a\1\0\1\0\0\0\0;"}},
             {"a.pts.json", {"[[1, 2, 3]]"}},
             {"c.json", {classes}},
             {"t.table.json",
              {R"({"_type": "table", "columns": ["x"], "data": [[1]], "ncols": 1, "nrows": 1})"}}});
    }();
    return source;
}

} // namespace vitrine::fuzz
