// SPDX-License-Identifier: MIT
#include <vitrine/core/digest.hpp>
#include <vitrine/core/entry_path.hpp>
#include <vitrine/value/value.hpp>

#include "core/text.hpp"
#include "engine/records/run_records.hpp"
#include "engine/store/version_reference.hpp"
#include "fuzz/fuzz.hpp"

namespace {

using namespace vitrine;

/// A path on disk stays below the folder.
void check_path(std::string_view text) {
    const EntryPath path{std::string(text)};
    const std::string disk_path = path.disk_path();
    fuzz::require(!disk_path.empty() && disk_path.front() != '/', "a disk path is relative");
    for (const auto& part : std::filesystem::path(disk_path)) {
        fuzz::require(part != ".." && part != "." && !part.empty(),
                      "a disk path has no such component");
    }
    fuzz::require(EntryPath(disk_path).disk_path() == disk_path,
                  "a disk path is its own disk path");
    path.is_below(disk_path);
}

void check_reference(std::string_view text) {
    const VersionReference reference = parse_reference(text);
    if (reference.number) {
        const auto again = parse_reference(version_name(reference.name, *reference.number));
        fuzz::require(again.number == reference.number, "a version's number comes back");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    fuzz::accepts([&] { check_path(text); });
    fuzz::accepts([&] { check_reference(text); });
    fuzz::accepts([&] { require_alias(text); });
    fuzz::accepts([&] { require_run_id(text); });
    fuzz::accepts([&] { Sha256::parse_hex(text); });
    fuzz::accepts([&] { Md5::parse_base64(text); });
    fuzz::accepts([&] { parse_hex(text); });
    fuzz::accepts([&] {
        fuzz::require(render_base64(parse_base64(text)) == text, "canonical base64 comes back");
    });
    const std::string name = with_suffix(text, "image-file");
    fuzz::require(with_suffix(name, "image-file") == name, "a suffix is added once");
    fuzz::require(is_utf8(quoted(text)), "quoted text is UTF-8");
    return 0;
}
