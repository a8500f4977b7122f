// SPDX-License-Identifier: MIT
// Files, references, names.
#include "golden/deviations.hpp"

namespace vitrine::golden {

namespace {

using Kind = Deviation::Kind;

constexpr Deviation kTable[] = {
    {"artifact_names", "8", Kind::Refused, ErrorCode::InvalidArgument, "",
     "takes a name that ends with a newline", "refuses it",
     "the check lets it slip through, and the name becomes a folder"},
    {"artifact_names", "10", Kind::Refused, ErrorCode::InvalidArgument, "", "takes the name '..'",
     "refuses it", "the name becomes a folder"},
    {"artifact_names", "11", Kind::Refused, ErrorCode::InvalidArgument, "",
     "takes a name of 300 bytes", "refuses more than 128",
     "the name becomes a folder, which file systems limit"},
    {"files_absolute_names", "1", Kind::Refused, ErrorCode::InvalidArgument, "",
     "keeps a slash in front of an entry's name", "refuses it",
     "a download would write outside of its folder"},
    {"files_absolute_names", "2", Kind::Refused, ErrorCode::InvalidArgument, "",
     "keeps '..' in an entry's name", "refuses it", "a download would write outside of its folder"},
    {"files_absolute_names", "4", Kind::Refused, ErrorCode::InvalidArgument, "",
     "keeps slashes in front of an entry's name", "refuses it",
     "a download would write outside of its folder"},
    {"files_absolute_names", "read a", Kind::Refused, ErrorCode::InvalidFormat, "",
     "reads a manifest with such names", "refuses it", "as what writes them"},
    {"files_names_and_errors", "8", Kind::Refused, ErrorCode::InvalidArgument, "",
     "keeps '..' in an entry's name", "refuses it", "a download would write outside of its folder"},
    {"files_names_and_errors", "read a", Kind::Refused, ErrorCode::InvalidFormat, "",
     "reads a manifest with such names", "refuses it", "as what writes them"},
    {"ref_errors",
     "log a",
     Kind::Accepted,
     {},
     "",
     "cannot log entries of unknown size",
     "commits them",
     "the size is not needed"},
    {"ref_local_file_no_checksum",
     "log a",
     Kind::Accepted,
     {},
     "",
     "cannot log entries of unknown size",
     "commits them",
     "the size is not needed"},
    {"ref_no_checksum_remote",
     "log a",
     Kind::Accepted,
     {},
     "",
     "cannot log entries of unknown size",
     "commits them",
     "the size is not needed"},
    {"ref_unknown_scheme",
     "log a",
     Kind::Accepted,
     {},
     "",
     "cannot log entries of unknown size",
     "commits them",
     "the size is not needed"},
    {"ref_local_dir_relative",
     "4",
     Kind::Differs,
     {},
     R"({"entries": [
        {"path": "ignored/file1.txt", "digest": "XUFAKrxLKna5cZ2REBfFkg==", "size": 5,
         "ref": "file://t/file1.txt"},
        {"path": "ignored/lf", "digest": "ndTkYSaMgDT1yFZOFVxnpg==", "size": 1,
         "ref": "file://t/lf"},
        {"path": "ignored/s/file2.txt", "digest": "uKn3Fdu2T9XFbneDxoIKYQ==", "size": 3,
         "ref": "file://t/s/file2.txt"}]})",
     "ignores the name given for a folder",
     "puts the files below it",
     "the name was given for something"},
    {"ref_local_dir_relative",
     "manifest b",
     Kind::Differs,
     {},
     R"({"contents": {
        "file1.txt": null, "lf": null, "s/file2.txt": null,
        "ignored/file1.txt": {"digest": "XUFAKrxLKna5cZ2REBfFkg==", "size": 5,
                              "ref": "file://t/file1.txt"},
        "ignored/lf": {"digest": "ndTkYSaMgDT1yFZOFVxnpg==", "size": 1, "ref": "file://t/lf"},
        "ignored/s/file2.txt": {"digest": "uKn3Fdu2T9XFbneDxoIKYQ==", "size": 3,
                                "ref": "file://t/s/file2.txt"}}})",
     "has the names without the folder",
     "has them below it",
     "follows from step 4"},
};

} // namespace

std::span<const Deviation> artifact_deviations() {
    return kTable;
}

} // namespace vitrine::golden
