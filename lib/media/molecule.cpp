// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/molecule.hpp>

#include "core/python.hpp"
#include "core/text.hpp"
#include "media/json_fields.hpp"
#include "media/media_json.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace vitrine {

namespace {

constexpr std::array<std::string_view, 10> kMoleculeTypes = {"pdb", "pqr", "mmcif", "mcif", "cif",
                                                             "sdf", "sd",  "gro",   "mol2", "mmtf"};

void check_type(std::string_view type, std::string_view what) {
    if (std::ranges::find(kMoleculeTypes, type) == kMoleculeTypes.end()) {
        throw Error(ErrorCode::InvalidArgument,
                    concat("expected a molecule of one of the file types ", joined(kMoleculeTypes),
                           ", got ", quoted(what)));
    }
}

std::string type_of(const MediaFile& file) {
    const std::string extension = file.extension();
    return extension.empty() ? extension : extension.substr(1);
}

MediaFile molecule_file(const std::filesystem::path& path) {
    const std::string extension = path.extension().string();
    check_type(std::string_view(extension).substr(extension.empty() ? 0 : 1), path.string());
    return MediaFile::from_path(path);
}

} // namespace

std::span<const std::string_view> Molecule::supported_types() {
    return kMoleculeTypes;
}

Molecule::Molecule(MediaFile file, Json caption)
    : Media(std::move(file)), caption_(std::make_shared<const Json>(std::move(caption))) {}

Molecule::Molecule(const std::filesystem::path& path, Json caption)
    : Molecule(molecule_file(path), std::move(caption)) {}

Molecule Molecule::from_bytes(std::string bytes, std::string_view file_type, Json caption) {
    check_type(file_type, file_type);
    return {MediaFile::from_bytes(std::move(bytes), concat('.', file_type)), std::move(caption)};
}

std::string Molecule::file_type() const {
    return type_of(file());
}

Json Molecule::with_caption(Json json) const {
    if (is_truthy(caption())) {
        json["caption"] = caption();
    }
    return json;
}

Json Molecule::to_json(ValueSink& sink) const {
    return with_caption(sink.run() != nullptr ? run_json(*sink.run(), artifact_type)
                                              : artifact_media_json(sink, *this));
}

Molecule Molecule::from_json(const Json& json, std::shared_ptr<const ValueSource> source) {
    MediaFile file = restored_file(json, artifact_type, std::move(source));
    restoring("'path'", [&] { check_type(type_of(file), file.path()); });
    const Json* caption = find_member(json, "caption");
    return {std::move(file), caption == nullptr ? Json() : *caption};
}

bool Molecule::equals(const Value& other) const {
    const auto* molecule = dynamic_cast<const Molecule*>(&other);
    return molecule != nullptr && sha256() == molecule->sha256() &&
           same_note(caption(), molecule->caption());
}

Json Molecule::captions(std::span<const Molecule> molecules) {
    return caption_list(molecules, "molecule");
}

Json Molecule::seq_to_json(std::span<const Molecule> molecules, RunSink& run, const Json& /*key*/,
                           const Json& /*step*/) {
    Json names = Json::array();
    for (const Json& json : list_json(molecules, run)) {
        names.push_back(json.at("path"));
    }
    Json json = Json::object();
    json["_type"] = "molecule";
    json["filenames"] = std::move(names);
    json["count"] = molecules.size();
    json["captions"] = captions(molecules);
    return json;
}

} // namespace vitrine
