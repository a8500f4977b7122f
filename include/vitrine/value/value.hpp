// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/core/export.hpp>
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

/// The artifact from which a value was restored.
struct ArtifactSource {
    std::shared_ptr<const ValueSource> artifact; ///< never null
    /// The name that was passed to get ("slides/7" or "slides/7.image-file.json"); empty for a
    /// value of a table's cell, which has none.
    std::string name;
};

/// Anything with a `_type` that can be written as JSON and files, and restored from them.
///
/// Concrete types are handles: a copy is cheap, shares the body and is "the same object" in W&B's
/// sense (see identity). A body changes only when it is bound to a run, so many threads may read a
/// value at once.
///
/// A type of your own derives from Value, implements to_json and equals, has a static
/// `artifact_type` and a static `from_json` (see TypeRegistry::add), and works everywhere.
class VITRINE_EXPORT Value {
public:
    virtual ~Value();

    /// The `_type` of its JSON, such as "image-file".
    virtual std::string_view type() const = 0;
    /// The name of its class in C++ and Python, "Image": for messages, and in the types of columns.
    /// Unless overridden, type().
    virtual std::string_view class_name() const { return type(); }

    /// Returns the JSON of this value for an artifact or a run, in W&B's insertion order. Before
    /// that it passes its media files, and the values that it refers to, to the sink.
    ///
    /// Throws: InvalidArgument if the value cannot be written there (a run to which a media value
    /// is not bound, an image with boxes but no classes in an artifact); what the sink throws.
    /// Inverse: from_json of the concrete type.
    virtual Json to_json(ValueSink& sink) const = 0;

    /// Writes the text of that JSON as W&B stores it (kSortedJson). A type with large JSON
    /// overrides this to write piece by piece; the text must be the same. Throws: as to_json; what
    /// `out` throws, whose exceptions are enabled.
    virtual void write_json(ValueSink& sink, std::ostream& out) const;

    /// Compares by content, as W&B's `==`; false for another type. Throws: what decoding throws.
    virtual bool equals(const Value& other) const = 0;

    /// The origin of a restored value; set by init_from_json and Artifact::get, else nothing. Valid
    /// while this value lives.
    const std::optional<ArtifactSource>& artifact_source() const noexcept;

    /// A serial number of the body, from 1: equal for copies of one handle, never reused in a
    /// process. 0 for a value that was moved from.
    std::uint64_t identity() const noexcept;

    /// Restores the value that `json` describes: looks `_type` up in `source->types()`, restores,
    /// and sets artifact_source with an empty name. Null for an unknown `_type`.
    ///
    /// Throws: InvalidFormat if `json` is not an object or its `_type` is not a string;
    /// InvalidArgument for a null source; what the type's from_json throws.
    static std::shared_ptr<const Value> init_from_json(const Json& json,
                                                       std::shared_ptr<const ValueSource> source);

protected:
    Value();
    Value(const Value&) = default;
    Value(Value&&) = default;
    Value& operator=(const Value&) = default;
    Value& operator=(Value&&) = default;

    /// Makes this handle a new value with an identity of its own and no source.
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

/// a.equals(b). Throws: what Value::equals throws.
inline bool operator==(const Value& a, const Value& b) {
    return a.equals(b);
}

/// W&B's name for the file of a value: "." + `suffix` is appended unless `name` ends with
/// `suffix`; `suffix` is "<artifact_type>.<filetype>", or `filetype` alone for a type without
/// artifact_type. "cat" -> "cat.image-file.json"; idempotent.
/// Source: wandb/data_types.py, WBValue.with_suffix.
VITRINE_EXPORT std::string with_suffix(std::string_view name, std::string_view artifact_type,
                                       std::string_view filetype = "json");

/// Restores a value and sets its artifact_source; for implementations of ValueSource. If `type` is
/// not empty, it replaces the `_type` of the JSON, since some values of W&B have none there. Null
/// for an unknown type. Throws: as Value::init_from_json.
VITRINE_EXPORT std::shared_ptr<const Value> restore_value(const Json& json,
                                                          std::shared_ptr<const ValueSource> source,
                                                          std::string name,
                                                          std::string_view type = {});

/// Restores a value of an unregistered type as an OpaqueValue and sets its artifact_source.
/// Throws: InvalidFormat if `json` has no `_type`.
VITRINE_EXPORT std::shared_ptr<const Value>
restore_opaque(Json json, std::shared_ptr<const ValueSource> source, std::string name);

/// Restores a value of a type that has `read` from the text of its JSON. `notes` are the notes that
/// ArtifactSink::annotate stored. Throws: InvalidArgument if ValueType::read returns null; what it
/// throws.
VITRINE_EXPORT std::shared_ptr<const Value> read_value(const ValueType& type, std::istream& text,
                                                       const Json& notes,
                                                       std::shared_ptr<const ValueSource> source,
                                                       std::string name);

/// Puts the notes that ArtifactSink::annotate stored where from_json finds them: as the member
/// "vitrine" of a JSON object. Other JSON becomes {"value": json, "vitrine": notes}. If `notes` is
/// null, returns `json` unchanged.
VITRINE_EXPORT Json with_annotations(Json json, Json notes);

} // namespace vitrine
