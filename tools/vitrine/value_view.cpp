// SPDX-License-Identifier: MIT
#include "value_view.hpp"

#include <vitrine/media/audio.hpp>
#include <vitrine/media/bounding_boxes.hpp>
#include <vitrine/media/classes.hpp>
#include <vitrine/media/image.hpp>
#include <vitrine/media/image_mask.hpp>
#include <vitrine/media/video.hpp>
#include <vitrine/table/table.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

namespace vitrine::tool {

namespace {

using Align = TextTable::Align;

constexpr std::size_t kLabelWidth = 10;
constexpr std::size_t kCellWidth = 40;
constexpr std::size_t kRowsShown = 20;

/// Returns JSON for people: text without quotes, other values as JSON.
std::string plain(const Json& json) {
    return printable(json.is_string() ? json.get_ref<const std::string&>() : render_json(json));
}

void print_field(Output& out, const std::string& label, const std::string& text) {
    out.line(label + std::string(kLabelWidth - std::min(kLabelWidth, label.size()), ' ') + "  " +
             text);
}

Json member(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() ? Json() : *found;
}

/// "class_id" by the labels of its group, else the number.
std::string class_text(const Json& box, const Json& labels) {
    const Json id = member(box, "class_id");
    if (id.is_null()) {
        return "-";
    }
    const Json label = member(labels, render_json(id).c_str());
    return label.is_null() ? plain(id) : plain(label);
}

/// "260,177 491,376" for corners, "48,55 10x20" for a middle.
std::string position_text(const Json& box) {
    const Json position = member(box, "position");
    const auto text = [&](const char* key) { return plain(member(position, key)); };
    if (position.contains("minX")) {
        return text("minX") + "," + text("minY") + " " + text("maxX") + "," + text("maxY");
    }
    const Json middle = member(position, "middle");
    if (middle.is_array() && middle.size() == 2) {
        return plain(middle[0]) + "," + plain(middle[1]) + " " + text("width") + "x" +
               text("height");
    }
    return render_json(position);
}

/// Returns the members of a box that have no column: "difficult=0 pose=Frontal".
std::string other_text(const Json& box) {
    constexpr std::array<std::string_view, 5> shown = {"position", "domain", "class_id",
                                                       "box_caption", "scores"};
    std::string text;
    for (const auto& [key, value] : box.items()) {
        if (std::find(shown.begin(), shown.end(), key) == shown.end()) {
            text += (text.empty() ? "" : " ") + printable(key) + "=" + plain(value);
        }
    }
    return text;
}

std::string scores_text(const Json& box) {
    const Json scores = member(box, "scores");
    if (!scores.is_object()) {
        return {};
    }
    std::string text;
    for (const auto& [key, value] : scores.items()) {
        text += (text.empty() ? "" : " ") + printable(key) + "=" + plain(value);
    }
    return text;
}

void print_boxes(Output& out, const std::string& group, const BoundingBoxes2D& boxes) {
    out.line("");
    out.line(out.heading("boxes " + printable(group)) + "  " + std::to_string(boxes.count()));
    TextTable table({{"CLASS"}, {"POSITION"}, {"DOMAIN"}, {"CAPTION"}, {"SCORES"}, {"OTHER"}});
    for (const Json& box : boxes.box_data()) {
        const Json caption = member(box, "box_caption");
        const Json domain = member(box, "domain");
        table.add({class_text(box, boxes.class_labels()), position_text(box),
                   domain.is_null() ? "fraction" : plain(domain),
                   caption.is_null() ? "" : plain(caption), scores_text(box), other_text(box)});
    }
    out.write(table.render(2));
}

void print_mask(Output& out, const std::string& group, const ImageMask& mask) {
    const Pixels pixels = mask.pixels();
    std::array<std::uint64_t, 256> counts{};
    for (const std::uint8_t pixel : pixels.bytes) {
        ++counts[pixel];
    }
    out.line("");
    out.line(out.heading("mask " + printable(group)) + "  " + std::to_string(pixels.width) + "x" +
             std::to_string(pixels.height) + "  " + printable(mask.file().path()));
    TextTable table({{"VALUE", Align::right}, {"CLASS"}, {"PIXELS", Align::right}});
    for (std::size_t value = 0; value < counts.size(); ++value) {
        if (counts[value] > 0) {
            const Json label = member(mask.class_labels(), std::to_string(value).c_str());
            table.add({std::to_string(value), label.is_null() ? "-" : plain(label),
                       std::to_string(counts[value])});
        }
    }
    out.write(table.render(2));
}

void print_classes(Output& out, const Classes& classes) {
    TextTable table({{"ID", Align::right}, {"NAME"}});
    for (const Json& label : classes.class_set()) {
        table.add({plain(member(label, "id")), plain(member(label, "name"))});
    }
    out.write(table.render(2));
}

void print_file(Output& out, const Media& media, const Json& caption) {
    print_field(out, "file", printable(media.file().path()));
    print_field(out, "bytes", human_size(media.size()));
    print_field(out, "sha256", media.sha256().hex());
    if (!caption.is_null()) {
        print_field(out, "caption", plain(caption));
    }
}

void print_image(Output& out, const Image& image) {
    print_field(out, "size", std::to_string(image.width()) + "x" + std::to_string(image.height()));
    print_field(out, "format", printable(image.format()));
    print_file(out, image, image.caption());
    if (!image.grouping().is_null()) {
        print_field(out, "grouping", plain(image.grouping()));
    }
    if (image.classes()) {
        out.line("");
        out.line(out.heading("classes") + "  " + std::to_string(image.classes()->size()));
        print_classes(out, *image.classes());
    }
    for (const auto& [group, boxes] : image.boxes()) {
        print_boxes(out, group, boxes);
    }
    for (const auto& [group, mask] : image.masks()) {
        print_mask(out, group, mask);
    }
}

void print_video(Output& out, const Video& video) {
    const auto width = video.width();
    const auto height = video.height();
    if (width && height) {
        print_field(out, "size", std::to_string(*width) + "x" + std::to_string(*height));
    }
    print_field(out, "format", printable(video.format()));
    print_file(out, video, video.caption());
}

void print_audio(Output& out, const Audio& audio) {
    if (const Json rate = Audio::sample_rates(std::span(&audio, 1)).at(0); !rate.is_null()) {
        print_field(out, "rate", plain(rate) + " Hz");
    }
    if (const auto duration = audio.duration()) {
        print_field(out, "duration", plain(*duration) + " s");
    }
    print_file(out, audio, audio.caption());
}

/// Returns facts about a medium that its stored JSON does not contain.
Json media_json(const Media& media) {
    Json json = Json::object();
    json["sha256"] = media.sha256().hex();
    json["bytes"] = media.size();
    if (const auto* audio = dynamic_cast<const Audio*>(&media)) {
        const auto duration = audio->duration();
        json["duration"] = duration ? Json(*duration) : Json();
    }
    return json;
}

/// Returns W&B's type of a column in a few words: "number or none", "list of string",
/// "wandb.Image".
std::string type_text(const Json& type) {
    const Json params = member(type, "params");
    const std::string name = plain(member(type, "wb_type"));
    if (name == "union") {
        std::vector<std::string> names;
        for (const Json& allowed : member(params, "allowed_types")) {
            names.push_back(type_text(allowed));
        }
        std::stable_partition(names.begin(), names.end(),
                              [](const auto& one) { return one != "none"; });
        return joined(names, " or ");
    }
    if (name == "list") {
        return "list of " + type_text(member(params, "element_type"));
    }
    if (name == "object") {
        return plain(member(params, "class_name"));
    }
    if (name == "const") {
        return plain(member(params, "val"));
    }
    return name;
}

/// Returns a cell as one line of at most kCellWidth characters; a value as its type and file.
std::string cell_text(const Cell& cell) {
    std::string text;
    if (cell.kind() != Cell::Kind::value) {
        text = cell.kind() == Cell::Kind::string ? printable(cell.text()) : describe(cell);
    } else if (const auto* media = dynamic_cast<const Media*>(cell.value().get());
               media != nullptr && media->file_is_set()) {
        text = std::string(cell.value()->type()) + " " + printable(media->file().path());
    } else {
        text = printable(cell.value()->type());
    }
    std::size_t bytes = 0;
    for (std::size_t width = 0; bytes < text.size(); ++bytes) {
        const bool begins = (static_cast<unsigned char>(text[bytes]) & 0xc0U) != 0x80U;
        if (begins && ++width > kCellWidth) {
            return text.substr(0, bytes) + "...";
        }
    }
    return text;
}

void print_table(Output& out, const Table& table) {
    print_field(out, "rows", std::to_string(table.nrows()));
    print_field(out, "columns", std::to_string(table.ncols()));
    out.line("");
    TextTable types({{"COLUMN"}, {"TYPE"}});
    for (std::size_t i = 0; i < table.ncols(); ++i) {
        types.add(
            {printable(table.columns()[i].text()), type_text(table.column_type(i).to_json())});
    }
    out.write(types.render(2));
    if (table.nrows() == 0) {
        return;
    }
    out.line("");
    std::vector<TextTable::Column> columns = {{"ROW", Align::right}};
    for (const ColumnName& column : table.columns()) {
        columns.push_back({printable(column.text())});
    }
    TextTable rows(columns);
    const std::size_t shown = std::min(table.nrows(), kRowsShown);
    for (std::size_t row = 0; row < shown; ++row) {
        std::vector<std::string> cells = {std::to_string(row)};
        for (std::size_t i = 0; i < table.ncols(); ++i) {
            cells.push_back(cell_text(table.cell(row, i)));
        }
        rows.add(std::move(cells));
    }
    out.write(rows.render(2));
    if (shown < table.nrows()) {
        out.line("  ... " + counted(table.nrows() - shown, "more row"));
    }
}

/// The stored JSON names the file of the class set; this document contains all of it.
Json image_json(const Image& image) {
    Json json = media_json(image);
    json["class_set"] = image.classes() ? image.classes()->class_set() : Json();
    return json;
}

} // namespace

void print_value(Output& out, const std::string& artifact, const ArtifactPath& path,
                 const Value& value) {
    const auto* image = dynamic_cast<const Image*>(&value);
    const auto* classes = dynamic_cast<const Classes*>(&value);
    const auto* video = dynamic_cast<const Video*>(&value);
    const auto* audio = dynamic_cast<const Audio*>(&value);
    const auto* table = dynamic_cast<const Table*>(&value);
    if (out.json()) {
        Json document = {{"artifact", artifact}, {"path", path.path()}, {"_type", value.type()}};
        document["value"] = parse_json(path.read());
        if (image != nullptr) {
            document.update(image_json(*image));
        } else if (video != nullptr) {
            document.update(media_json(*video));
        } else if (audio != nullptr) {
            document.update(media_json(*audio));
        }
        out.document(document);
        return;
    }
    out.line(out.heading(printable(artifact) + "/" + printable(path.path())));
    print_field(out, "type", printable(value.type()));
    if (image != nullptr) {
        print_image(out, *image);
    } else if (classes != nullptr) {
        print_classes(out, *classes);
    } else if (video != nullptr) {
        print_video(out, *video);
    } else if (audio != nullptr) {
        print_audio(out, *audio);
    } else if (table != nullptr) {
        print_table(out, *table);
    } else {
        out.line(render_json(parse_json(path.read()),
                             JsonStyle{.sort_keys = false, .indent = 2, .item_separator = ","}));
    }
}

} // namespace vitrine::tool
