// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/builtin/builtin_types.hpp>
#include <vitrine/core/digest.hpp>
#include <vitrine/core/error.hpp>
#include <vitrine/media/classes.hpp>
#include <vitrine/value/media_file.hpp>
#include <vitrine/value/type_registry.hpp>
#include <vitrine/value/value.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine::test {

/// A value of a user's own: a text, files below "media/cards", a class set, and a note that its
/// JSON has no place for. It can also fail after its files were added.
class Card : public Value {
public:
    static constexpr std::string_view artifact_type = "card";

    explicit Card(std::string text, std::vector<MediaFile> files = {})
        : text_(std::move(text)), files_(std::move(files)) {}

    Card& classes(Classes set) {
        classes_ = std::move(set);
        return *this;
    }
    Card& note(std::string text) {
        note_ = std::move(text);
        return *this;
    }
    Card& failing() {
        fails_ = true;
        return *this;
    }

    const std::string& text() const { return text_; }
    const std::string& note() const { return note_; }
    const std::vector<MediaFile>& files() const { return files_; }
    const std::optional<Classes>& classes() const { return classes_; }

    std::string_view type() const override { return artifact_type; }

    Json to_json(ValueSink& sink) const override {
        ArtifactSink& artifact = *sink.artifact();
        Json json = {{"_type", artifact_type}, {"text", text_}, {"files", Json::array()}};
        for (const MediaFile& file : files_) {
            json["files"].push_back(artifact.add_media(file, "media/cards"));
        }
        if (classes_) {
            json["classes"] =
                artifact.add_shared(*classes_, artifact.dialect().class_set_path()).path;
        }
        if (!note_.empty()) {
            artifact.annotate("note", note_);
        }
        if (fails_) {
            throw Error(ErrorCode::InvalidArgument, "this card cannot be written");
        }
        return json;
    }

    static Card from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
        Card card(json.at("text").get<std::string>());
        for (const Json& path : json.at("files")) {
            card.files_.push_back(MediaFile::from_source(source, path.get<std::string>()));
        }
        if (json.contains("classes")) {
            const auto value = source->value(json["classes"].get<std::string>());
            card.classes_ = dynamic_cast<const Classes&>(*value);
        }
        if (json.contains("vitrine")) {
            card.note_ = json["vitrine"].at("note").get<std::string>();
        }
        return card;
    }

    bool equals(const Value& other) const override {
        const auto* card = dynamic_cast<const Card*>(&other);
        if (card == nullptr || card->text_ != text_ || card->note_ != note_ ||
            card->files_.size() != files_.size() ||
            card->classes_.has_value() != classes_.has_value()) {
            return false;
        }
        for (std::size_t i = 0; i < files_.size(); ++i) {
            if (files_[i].sha256() != card->files_[i].sha256()) {
                return false;
            }
        }
        return !classes_ || *classes_ == *card->classes_;
    }

    /// The same card with another text, as a new value that refers to the old files.
    Card with_text(std::string text) const {
        Card card = *this;
        card.text_ = std::move(text);
        card.renew_identity();
        return card;
    }

private:
    std::string text_;
    std::string note_;
    std::vector<MediaFile> files_;
    std::optional<Classes> classes_;
    bool fails_ = false;
};

inline TypeRegistry types_with_cards() {
    TypeRegistry types = builtin_types();
    types.add<Card>("Card");
    return types;
}

inline MediaFile made(std::string bytes, std::string suffix = ".bin") {
    return MediaFile::from_bytes(std::move(bytes), std::move(suffix));
}

/// The path of the entry that a card makes of a file with these bytes.
inline std::string media_path(std::string_view bytes) {
    return "media/cards/" + digests_of(bytes).md5.hex().substr(0, 8) + ".bin";
}

inline const Classes kTrees({{1, "tree"}, {2, "car"}});
inline const Classes kCells({{1, "cell"}});

} // namespace vitrine::test
