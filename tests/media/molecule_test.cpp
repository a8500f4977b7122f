// SPDX-License-Identifier: MIT
#include <vitrine/core/error.hpp>
#include <vitrine/media/molecule.hpp>

#include "support/check_throws.hpp"
#include "support/memory_sink.hpp"
#include "support/working_folder.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

TEST_CASE("molecules of the known types are kept unchanged") {
    const test::WorkingFolder folder;
    for (const std::string_view type : Molecule::supported_types()) {
        const std::string name = "a.b." + std::string(type);
        CAPTURE(name);
        test::write_text(name, "content");
        const Molecule molecule{std::filesystem::path(name)};
        CHECK(molecule.file_type() == type);
        CHECK(molecule.read_file() == "content");
        CHECK(molecule == Molecule::from_bytes("content", type));
        test::MemoryArtifact artifact;
        CHECK(artifact.add(molecule, "m").at("path") ==
              "media/molecule/" + molecule.sha256().hex().substr(0, 8) + "/" + name);
        const auto got = artifact.source()->get("m.json");
        CHECK(*got == molecule);
        CHECK(dynamic_cast<const Molecule&>(*got).file_type() == type);
        CHECK(artifact.source()->get("m") == nullptr);
    }
}

TEST_CASE("other files are refused") {
    const test::WorkingFolder folder;
    for (const char* name : {"a.xyz", "noext", "", "a.PDB", "pdb", ".pdb", "a.pdb.gz"}) {
        CAPTURE(name);
        test::write_text("x", "");
        test::check_throws([&] { Molecule{std::filesystem::path(name)}; },
                           ErrorCode::InvalidArgument, "one of the file types pdb, pqr, mmcif");
    }
    for (const char* type : {"", "xyz", ".pdb", "PDB"}) {
        CAPTURE(type);
        test::check_throws([&] { Molecule::from_bytes("", type); }, ErrorCode::InvalidArgument,
                           "one of the file types pdb");
    }
    test::check_throws([] { Molecule{std::filesystem::path("gone.pdb")}; }, ErrorCode::NotFound,
                       "gone.pdb");
}

TEST_CASE("a molecule's caption is kept") {
    const Molecule molecule = Molecule::from_bytes("x", "pdb", "cäption");
    test::MemoryArtifact artifact;
    CHECK(render_json(artifact.add(molecule, "m"), kOrderedJson)
              .ends_with(R"("_type": "molecule-file", "caption": "c\u00e4ption"})"));
    const auto got = artifact.source()->get("m.json");
    CHECK(dynamic_cast<const Molecule&>(*got).caption() == "cäption");
    CHECK(*got == molecule);
    CHECK_FALSE(molecule == Molecule::from_bytes("x", "pdb"));
    CHECK_FALSE(molecule == Molecule::from_bytes("y", "pdb", "cäption"));
    CHECK(Molecule::from_bytes("x", "pdb", "") == Molecule::from_bytes("x", "pdb"));
}

TEST_CASE("molecules are logged as a list of files and captions") {
    test::MemoryRun run;
    const std::vector<Molecule> molecules = {Molecule::from_bytes("a", "pdb", "first"),
                                             Molecule::from_bytes("b", "mol2")};
    test::check_throws([&] { Molecule::seq_to_json(molecules, run, "k", 1); },
                       ErrorCode::InvalidArgument, "must be bound to a run");
    for (std::size_t i = 0; i < molecules.size(); ++i) {
        molecules[i].bind_to_run(run, "k", 1, i);
    }
    CHECK(molecules[0].to_json(run).at("caption") == "first");
    CHECK(render_json(Molecule::seq_to_json(molecules, run, "k", 1), kOrderedJson) ==
          R"({"_type": "molecule", "filenames": ["media/molecule/k_1_0.pdb", )"
          R"("media/molecule/k_1_1.mol2"], "count": 2, "captions": ["first", null]})");
    const std::span<const Molecule> second = std::span(molecules).last(1);
    CHECK(Molecule::seq_to_json(second, run, "k", 1).at("captions") == false);
    test::check_throws([&] { Molecule::seq_to_json({}, run, "k", 1); }, ErrorCode::InvalidArgument,
                       "at least one");
    test::check_throws([] { Molecule::captions({}); }, ErrorCode::InvalidArgument, "got none");
}

} // namespace vitrine
