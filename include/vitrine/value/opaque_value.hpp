// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
#include <vitrine/value/value.hpp>

#include <string>
#include <vector>

namespace vitrine {

/// A value of an unregistered type: its JSON as it was read, and the files of its artifact that the
/// JSON names. It is written again as the same JSON bytes, with the same files under the same
/// paths. A cheap handle; immutable; safe to use from many threads.
class VITRINE_EXPORT OpaqueValue : public Value {
public:
    /// Its files are those of `source` whose path is a string in `json`, and all below a folder
    /// that a member named "path" or "...path" names, as saved models have it. What
    /// with_annotations put in is taken out again, and written by annotate.
    /// Throws: InvalidFormat if `json` has no `_type`, nor, as saved models, a `type`; what
    /// ValueSource::contains and ValueSource::files_below throw.
    OpaqueValue(Json json, std::shared_ptr<const ValueSource> source);

    /// Its `_type`, or else its `type`.
    std::string_view type() const override { return type_; }
    /// The JSON, without what with_annotations put in.
    const Json& json() const noexcept { return json_; }
    /// Paths of its files in the artifact that it was restored from.
    const std::vector<std::string>& files() const noexcept { return files_; }

    /// Throws: InvalidArgument for a run; AlreadyExists if a file that is named by its folder
    /// cannot keep its path; what ValueSource::file and the sink throw.
    Json to_json(ValueSink& sink) const override;
    /// Whether the JSON and the bytes of the files are equal. Throws: what ValueSource::file and
    /// MediaFile::sha256 throw.
    bool equals(const Value& other) const override;

private:
    std::string type_;
    Json json_;
    Json notes_;
    std::shared_ptr<const ValueSource> source_;
    std::vector<std::string> files_;
};

} // namespace vitrine
