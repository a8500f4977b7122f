// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/core/json.hpp>
#include <vitrine/media/media.hpp>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace vitrine {

/// A page or a piece of HTML. Immutable (but for bind_to_run); a cheap handle; safe to use from
/// many threads.
///
/// With `inject`, links open in a new window and W&B's style sheet is used: two tags are put behind
/// the first `<head>`, else as a head of their own behind the first `<html>`, else in front; then
/// white space at both ends is cut off. Text that is made or changed is kept with a newline at its
/// end.
///
/// JSON in an artifact: {"path", "_type": "html-file"}. Source: wandb/data_types.py, Html.
class VITRINE_EXPORT Html : public Media {
public:
    static constexpr std::string_view artifact_type = "html-file";

    /// As in W&B: if the text is the path of an existing file, that file is read; else it is the
    /// HTML itself. For text from others use from_text, which reads no file. Throws: as from_path
    /// and from_text.
    explicit Html(std::string_view text_or_path, bool inject = true);
    /// The HTML itself. Throws: InvalidArgument for text that is not UTF-8.
    static Html from_text(std::string_view text, bool inject = true);
    /// A file. Without `inject` it is kept byte for byte; with it, line ends become "\n".
    /// Throws: NotFound; IoError; InvalidArgument for a folder; InvalidFormat for a file that is
    /// not UTF-8.
    static Html from_path(const std::filesystem::path& path, bool inject = true);

    std::string_view type() const override { return artifact_type; }
    std::string_view media_subdir() const override { return get_media_subdir(); }
    static std::string_view get_media_subdir() { return "media/html"; }

    /// The text, with "\n" for line ends where it is read from a file; a restored value's text ends
    /// with the newline that it was kept with.
    /// Throws: InvalidFormat for a file that is not UTF-8; what read_file throws.
    std::string html() const;

    /// Throws: InvalidArgument for a run to which it is not bound; what `file` and the sink throw.
    Json to_json(ValueSink& sink) const override;
    /// Inverse of to_json in an artifact; reads no file. Throws: InvalidFormat that names the
    /// member; what ValueSource::file throws.
    static Html from_json(const Json& json, std::shared_ptr<const ValueSource> source);

    /// Whether the bytes are equal. Throws: what Media::sha256 throws.
    bool equals(const Value& other) const override;

    /// vitrine::with_suffix for HTML: "page" -> "page.html-file.json".
    static std::string with_suffix(std::string_view name, std::string_view filetype = "json") {
        return vitrine::with_suffix(name, artifact_type, filetype);
    }
    /// {"_type": "html", "count", "html": [...]} of values that are bound.
    /// Throws: InvalidArgument for no values, or one that is not bound to this run.
    static Json seq_to_json(std::span<const Html> pages, RunSink& run, const Json& key,
                            const Json& step);

private:
    enum class Origin { text, file };
    Html(MediaFile file, Origin origin);
    static Html make(std::string text);
    std::string_view class_name() const override { return "Html"; }
    Origin origin_;
};

} // namespace vitrine
