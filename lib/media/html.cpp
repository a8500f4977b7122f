// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/html.hpp>

#include "core/text.hpp"
#include "core/utf8.hpp"
#include "media/media_json.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

constexpr std::string_view kTags =
    R"(<base target="_blank"><link rel="stylesheet" type="text/css" href="https://app.wandb.ai/normalize.css" />)";
constexpr std::string_view kHead = "<head>";
constexpr std::string_view kHtml = "<html>";

/// Whether Python's str.isspace takes the code point for white space.
bool is_space(std::uint32_t c) {
    return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 ||
           c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
           c == 0x202f || c == 0x205f || c == 0x3000;
}

bool is_continuation(char c) {
    return (static_cast<std::uint8_t>(c) & 0xc0U) == 0x80U;
}

/// Strips white space from both ends as Python's str.strip does; `text` is UTF-8.
std::string_view stripped(std::string_view text) {
    while (!text.empty()) {
        const CodePoint first = decode_utf8(text, 0);
        if (!is_space(first.value)) {
            break;
        }
        text.remove_prefix(first.length);
    }
    while (!text.empty()) {
        std::size_t last = text.size() - 1;
        while (last > 0 && is_continuation(text[last])) {
            --last;
        }
        if (!is_space(decode_utf8(text, last).value)) {
            break;
        }
        text.remove_suffix(text.size() - last);
    }
    return text;
}

std::string with_tags(std::string_view text) {
    std::size_t split = 0;
    std::string_view before;
    std::string_view after;
    if (const std::size_t head = text.find(kHead); head != std::string_view::npos) {
        split = head + kHead.size();
    } else if (const std::size_t html = text.find(kHtml); html != std::string_view::npos) {
        split = html + kHtml.size();
        before = "<head>";
        after = "</head>";
    }
    const std::string tagged =
        concat(text.substr(0, split), before, kTags, after, text.substr(split));
    return std::string(stripped(tagged));
}

/// Converts line ends as Python does when it reads a text file.
std::string with_unix_lines(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r') {
            out += text[i];
            continue;
        }
        out += '\n';
        if (i + 1 < text.size() && text[i + 1] == '\n') {
            ++i;
        }
    }
    return out;
}

void check_utf8(std::string_view text, ErrorCode code) {
    const std::size_t good = utf8_prefix(text);
    if (good < text.size()) {
        throw Error(code, concat("expected UTF-8, got an invalid byte at offset ", good));
    }
}

/// Whether a text is the path of an existing file. A NUL would truncate the path.
bool is_existing_path(std::string_view text) {
    std::error_code error;
    return text.find('\0') == std::string_view::npos &&
           std::filesystem::exists(std::filesystem::path(text), error);
}

} // namespace

Html::Html(MediaFile file, Origin origin) : Media(std::move(file)), origin_(origin) {}

Html Html::make(std::string text) {
    text += '\n';
    return {MediaFile::from_bytes(std::move(text), ".html"), Origin::text};
}

Html::Html(std::string_view text_or_path, bool inject)
    : Html(is_existing_path(text_or_path) ? from_path(text_or_path, inject)
                                          : from_text(text_or_path, inject)) {}

Html Html::from_text(std::string_view text, bool inject) {
    check_utf8(text, ErrorCode::InvalidArgument);
    return make(inject ? with_tags(text) : std::string(text));
}

Html Html::from_path(const std::filesystem::path& path, bool inject) {
    auto [file, bytes] = MediaFile::load(path);
    try {
        check_utf8(bytes, ErrorCode::InvalidFormat);
    } catch (Error& error) {
        error.add_context(concat("reading HTML ", quoted(path.string())));
        throw;
    }
    return inject ? make(with_tags(with_unix_lines(bytes))) : Html(std::move(file), Origin::file);
}

std::string Html::html() const {
    std::string bytes = read_file();
    if (origin_ == Origin::text) {
        bytes.pop_back(); // the newline that make() added
        return bytes;
    }
    check_utf8(bytes, ErrorCode::InvalidFormat);
    return with_unix_lines(bytes);
}

Json Html::to_json(ValueSink& sink) const {
    return sink.run() != nullptr ? run_json(*sink.run(), artifact_type)
                                 : artifact_media_json(sink, *this);
}

Html Html::from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
    return {restored_file(json, artifact_type, std::move(source)), Origin::file};
}

bool Html::equals(const Value& other) const {
    const auto* html = dynamic_cast<const Html*>(&other);
    return html != nullptr && sha256() == html->sha256();
}

Json Html::seq_to_json(std::span<const Html> pages, RunSink& run, const Json& /*key*/,
                       const Json& /*step*/) {
    Json list = list_json(pages, run);
    Json json = Json::object();
    json["_type"] = "html";
    json["count"] = list.size();
    json["html"] = std::move(list);
    return json;
}

} // namespace vitrine
