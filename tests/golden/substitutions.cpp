// SPDX-License-Identifier: MIT
#include "golden/substitutions.hpp"

#include <vitrine/core/error.hpp>
#include <vitrine/image/codec.hpp>

#include "core/file_system.hpp"
#include "support/movie.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace vitrine::golden {

namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

/// The SDK's name with its digests replaced by ours.
std::string renamed(const std::string& path, const Digests& theirs, const Digests& ours) {
    const std::string by_md5 =
        replaced(path, theirs.md5.hex().substr(0, 8), ours.md5.hex().substr(0, 8));
    return replaced(by_md5, theirs.sha256.hex().substr(0, 8), ours.sha256.hex().substr(0, 8));
}

bool same_pixels(const std::string& a, const std::string& b) {
    try {
        const Pixels left = decode_picture(as_bytes(a));
        const Pixels right = decode_picture(as_bytes(b));
        // Pictures with a grey palette, for example, decode to another mode than that of their
        // source.
        return left.width == right.width && left.height == right.height &&
               (left == right || convert(left, PixelMode::RGBA) == convert(right, PixelMode::RGBA));
    } catch (const Error&) {
        return false; // the caller's comparison of the texts then fails and shows both
    }
}

/// Whether both are animations that look the same. The stand-in for the SDK's encoder writes GIF
/// whatever the file's name; ours writes the format of the name, and only GIF keeps all colours.
bool same_animation(const std::string& a, const std::string& b) {
    try {
        const auto left = test::read_animation(a).frames;
        const auto right = test::read_animation(b).frames;
        const bool exact = a.starts_with("GIF8") && b.starts_with("GIF8");
        return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                          [&](const Pixels& x, const Pixels& y) {
                              return x.width == y.width && x.height == y.height &&
                                     (x == y || (!exact && test::brightness_difference(x, y) < 8));
                          });
    } catch (const std::runtime_error&) {
        return false; // as above
    }
}

bool is_file(const Json& json) {
    return json.is_object() && json.contains("path") && json.at("path").is_string();
}

bool is_set(const Json& json) {
    return json.is_object() && json.contains("is_set") && json.at("is_set") == true &&
           json.contains("val") && json.at("val").is_array();
}

bool same_elements(const Json& a, const Json& b) {
    return std::is_permutation(a.begin(), a.end(), b.begin(), b.end());
}

} // namespace

void Substitutions::learn(const Json& golden, const Json& actual, const Reader& theirs,
                          const Reader& ours) {
    if (is_file(golden) && is_file(actual)) {
        learn_file(golden, actual, theirs, ours);
    }
    if (is_set(golden) && is_set(actual) && same_elements(golden.at("val"), actual.at("val"))) {
        Json& set = sets_[golden.dump()] = golden;
        set["val"] = actual.at("val");
    }
    if (golden.is_object() && actual.is_object()) {
        for (const auto& [key, value] : golden.items()) {
            if (actual.contains(key)) {
                learn(value, actual.at(key), theirs, ours);
            }
        }
    }
    if (golden.is_array() && actual.is_array()) {
        for (std::size_t at = 0; at < golden.size() && at < actual.size(); ++at) {
            learn(golden.at(at), actual.at(at), theirs, ours);
        }
    }
}

void Substitutions::learn_file(const Json& golden, const Json& actual, const Reader& theirs,
                               const Reader& ours) {
    const auto golden_path = golden.at("path").get<std::string>();
    const auto our_path = actual.at("path").get<std::string>();
    const auto their_bytes = theirs(golden_path);
    const auto our_bytes = ours(our_path);
    if (!their_bytes || !our_bytes || *their_bytes == *our_bytes ||
        inputs_.contains(sha256_of(*their_bytes))) {
        return;
    }
    const Digests their_digests = digests_of(*their_bytes);
    const Digests our_digests = digests_of(*our_bytes);
    if (renamed(golden_path, their_digests, our_digests) == our_path &&
        (golden_path.starts_with("media/videos/") ? same_animation(*their_bytes, *our_bytes)
                                                  : same_pixels(*their_bytes, *our_bytes))) {
        files_[golden_path] = {our_path, our_digests};
        digests_[their_digests.sha256.hex()] = our_digests.sha256.hex();
        replace_digest(their_digests.md5.base64(), our_digests.md5);
    }
}

const Substitutions::File* Substitutions::find(const std::string& golden_path) const {
    const auto found = files_.find(golden_path);
    return found == files_.end() ? nullptr : &found->second;
}

std::string Substitutions::digest(const std::string& golden) const {
    const auto found = digests_.find(golden);
    return found == digests_.end() ? golden : found->second;
}

bool Substitutions::is_input(const std::string& sha256) const {
    return std::any_of(inputs_.begin(), inputs_.end(),
                       [&](const Sha256& input) { return input.hex() == sha256; });
}

void Substitutions::replace_number(const std::string& golden, const std::string& ours) {
    numbers_[golden] = ours;
}

std::string Substitutions::text(std::string golden) const {
    for (const auto& [theirs, ours] : numbers_) {
        golden = replaced(std::move(golden), theirs, ours);
    }
    return golden;
}

void Substitutions::replace_digest(const std::string& golden, const Md5& ours) {
    digests_[golden] = ours.base64();
}

Json Substitutions::apply(const Json& golden) const {
    if (golden.is_array()) {
        Json list = Json::array();
        for (const auto& item : golden) {
            list.push_back(apply(item));
        }
        return list;
    }
    if (golden.is_string()) {
        return text(golden.get<std::string>());
    }
    if (!golden.is_object()) {
        return golden;
    }
    if (const auto set = is_set(golden) ? sets_.find(golden.dump()) : sets_.end();
        set != sets_.end()) {
        return set->second;
    }
    const File* file = is_file(golden) ? find(golden.at("path").get<std::string>()) : nullptr;
    Json object = Json::object();
    for (const auto& [key, value] : golden.items()) {
        if (file != nullptr && key == "path") {
            object[key] = file->path;
        } else if (file != nullptr && key == "sha256") {
            object[key] = file->digests.sha256.hex();
        } else if (file != nullptr && key == "size") {
            object[key] = file->digests.size;
        } else {
            object[key] = apply(value);
        }
    }
    return object;
}

} // namespace vitrine::golden
