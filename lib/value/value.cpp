// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/value/opaque_value.hpp>
#include <vitrine/value/type_registry.hpp>
#include <vitrine/value/value.hpp>

#include "core/text.hpp"

#include <atomic>
#include <utility>

namespace vitrine {

namespace {

/// The last identity. 64 bits suffice for five hundred years at a billion values per second.
std::uint64_t next_identity() {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

std::string type_of(const Json& json) {
    if (!json.is_object()) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("expected a JSON object for a value, got ", json.type_name()));
    }
    const auto type = json.find("_type");
    if (type == json.end()) {
        throw Error(ErrorCode::InvalidFormat, "'_type' is missing");
    }
    if (!type->is_string()) {
        throw Error(ErrorCode::InvalidFormat,
                    concat("'_type': expected a string, got ", type->type_name()));
    }
    return type->get<std::string>();
}

} // namespace

struct Value::State {
    std::uint64_t identity = next_identity();
    std::optional<ArtifactSource> source;
};

Value::Value() : state_(std::make_shared<State>()) {}

Value::~Value() = default;

const std::optional<ArtifactSource>& Value::artifact_source() const noexcept {
    static const std::optional<ArtifactSource> none;
    return state_ ? state_->source : none;
}

std::uint64_t Value::identity() const noexcept {
    return state_ ? state_->identity : 0;
}

void Value::write_json(ValueSink& sink, std::ostream& out) const {
    out << render_json(to_json(sink));
}

void Value::renew_identity() {
    state_ = std::make_shared<State>();
}

std::shared_ptr<const Value> Value::init_from_json(const Json& json,
                                                   std::shared_ptr<const ValueSource> source) {
    return restore_value(json, std::move(source), "");
}

std::shared_ptr<const Value> Value::restored(const ValueType& type,
                                             const std::function<std::shared_ptr<Value>()>& make,
                                             ArtifactSource source) {
    try {
        std::shared_ptr<Value> value = make();
        if (!value) {
            throw Error(ErrorCode::InvalidArgument, "from_json of its type returned null");
        }
        value->state_->source = std::move(source);
        return value;
    } catch (Error& error) {
        error.add_context(concat("restoring a value of type ", quoted(type.type)));
        throw;
    }
}

std::shared_ptr<const Value> restore_value(const Json& json,
                                           std::shared_ptr<const ValueSource> source,
                                           std::string name, std::string_view type) {
    if (!source) {
        throw Error(ErrorCode::InvalidArgument, "a value cannot be restored without its source");
    }
    const std::string type_name = type.empty() ? type_of(json) : std::string(type);
    const ValueType* known = source->types().find(type_name);
    if (known == nullptr) {
        return nullptr;
    }
    return Value::restored(
        *known, [&] { return known->from_json(json, source); },
        ArtifactSource{source, std::move(name)});
}

std::shared_ptr<const Value> read_value(const ValueType& type, std::istream& text,
                                        const Json& notes,
                                        std::shared_ptr<const ValueSource> source,
                                        std::string name) {
    return Value::restored(
        type, [&] { return type.read(text, notes, source); },
        ArtifactSource{source, std::move(name)});
}

std::shared_ptr<const Value> restore_opaque(Json json, std::shared_ptr<const ValueSource> source,
                                            std::string name) {
    const std::shared_ptr<Value> value = std::make_shared<OpaqueValue>(std::move(json), source);
    value->state_->source = ArtifactSource{std::move(source), std::move(name)};
    return value;
}

std::string with_suffix(std::string_view name, std::string_view artifact_type,
                        std::string_view filetype) {
    std::string suffix(artifact_type);
    if (!suffix.empty()) {
        suffix += '.';
    }
    suffix += filetype;
    std::string result(name);
    if (!name.ends_with(suffix)) {
        result += '.';
        result += suffix;
    }
    return result;
}

Json with_annotations(Json json, Json notes) {
    if (notes.empty()) {
        return json;
    }
    if (!json.is_object()) {
        Json wrapped = Json::object();
        wrapped["value"] = std::move(json);
        json = std::move(wrapped);
    }
    json["vitrine"] = std::move(notes);
    return json;
}

} // namespace vitrine
