// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/json.hpp>
#include <vitrine/value/value_sink.hpp>
#include <vitrine/value/value_source.hpp>

#include <cstdint>
#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace vitrine {

struct ValueType;

/// Where a restored value came from.
struct ArtifactSource {
    std::shared_ptr<const ValueSource> artifact;
    /// The name it was got by ("slides/7" or "slides/7.image-file.json"); empty for a value out of
    /// a table's cell, which has none.
    std::string name;
};

/// Anything with a `_type` that can be written as JSON and files, and restored from them.
///
/// Concrete types are handles: a copy is cheap, shares the body and is "the same object" in W&B's
/// sense (see identity). Bodies do not change, but for being bound to a run, so values may be read
/// from many threads at once.
///
/// A type of your own derives from Value, implements to_json and equals, has a static
/// `artifact_type` and a static `from_json` (see TypeRegistry::add), and works everywhere.
class Value {
public:
    virtual ~Value();

    /// The `_type` of its JSON, such as "image-file".
    virtual std::string_view type() const = 0;
    /// The name of its class in C++ and Python, "Image": for messages, and in the types of columns.
    /// Unless overridden, type().
    virtual std::string_view class_name() const { return type(); }

    /// The JSON of this value for an artifact or a run, in W&B's insertion order; its media files
    /// and the values it refers to are handed to the sink first.
    ///
    /// Throws: InvalidArgument if the value cannot be written there (a run to which a media value
    /// is not bound, an image with boxes but no classes in an artifact); what the sink throws.
    /// Inverse: from_json of the concrete type.
    virtual Json to_json(ValueSink& sink) const = 0;

    /// Writes the text of that JSON as W&B stores it (kSortedJson). A type whose JSON may be large
    /// overrides it to write piece by piece; it must give the same text.
    /// Throws: as to_json; what `out` throws, which has its exceptions on.
    virtual void write_json(ValueSink& sink, std::ostream& out) const;

    /// Equality by content, as W&B's `==`; false for another type. Throws what decoding throws.
    virtual bool equals(const Value& other) const = 0;

    /// Set on everything that init_from_json or Artifact::get restored.
    const std::optional<ArtifactSource>& artifact_source() const noexcept;

    /// A serial number of the body: equal for copies of one handle, never used again.
    std::uint64_t identity() const noexcept;

    /// Restores the value that `json` describes: looks `_type` up in `source->types()`, restores,
    /// and sets artifact_source with an empty name. Null for an unknown `_type`.
    ///
    /// Throws: InvalidFormat if `json` is no object or its `_type` is missing or no string; what
    /// the type's from_json throws.
    static std::shared_ptr<const Value> init_from_json(const Json& json,
                                                       std::shared_ptr<const ValueSource> source);

protected:
    Value();
    Value(const Value&) = default;
    Value(Value&&) = default;
    Value& operator=(const Value&) = default;
    Value& operator=(Value&&) = default;

    /// Makes this handle a new object with an identity of its own and no source.
    void renew_identity();

private:
    friend std::shared_ptr<const Value>
    restore_value(const Json&, std::shared_ptr<const ValueSource>, std::string, std::string_view);
    friend std::shared_ptr<const Value> restore_opaque(Json, std::shared_ptr<const ValueSource>,
                                                       std::string);
    friend std::shared_ptr<const Value> read_value(const ValueType&, std::istream&, const Json&,
                                                   std::shared_ptr<const ValueSource>, std::string);
    static std::shared_ptr<const Value>
    restored(const ValueType& type, const std::function<std::shared_ptr<Value>()>& make,
             ArtifactSource source);
    struct State;
    std::shared_ptr<State> state_;
};

inline bool operator==(const Value& a, const Value& b) {
    return a.equals(b);
}

/// W&B's name for the file of a value: "." + `suffix` is appended unless `name` ends with
/// `suffix`; `suffix` is "<artifact_type>.<filetype>", or `filetype` alone for a type without
/// artifact_type. "cat" -> "cat.image-file.json"; idempotent.
/// Source: wandb/sdk/interface/..., WBValue.with_suffix.
std::string with_suffix(std::string_view name, std::string_view artifact_type,
                        std::string_view filetype = "json");

/// Restores a value and says what it was got by; used by ValueSources. `type` overrides the
/// `_type` of the JSON for those values of W&B that have none in it; empty: from the JSON.
std::shared_ptr<const Value> restore_value(const Json& json,
                                           std::shared_ptr<const ValueSource> source,
                                           std::string name, std::string_view type = {});

/// Restores a value of a type that nobody knows as an OpaqueValue, and says what it was got by.
/// Throws: InvalidFormat if `json` has no `_type`.
std::shared_ptr<const Value> restore_opaque(Json json, std::shared_ptr<const ValueSource> source,
                                            std::string name);

/// Restores a value of a type with a `read` from the text of its JSON; `notes` is what
/// ArtifactSink::annotate kept. Throws: what ValueType::read throws.
std::shared_ptr<const Value> read_value(const ValueType& type, std::istream& text,
                                        const Json& notes,
                                        std::shared_ptr<const ValueSource> source,
                                        std::string name);

/// What ArtifactSink::annotate kept, put where from_json finds it: as the member "vitrine" of a
/// JSON object; a JSON that is none becomes {"value": json, "vitrine": notes}. No notes: `json`.
Json with_annotations(Json json, Json notes);

} // namespace vitrine
