// SPDX-License-Identifier: MIT
// Tables and the types of their columns.
#include "golden/deviations.hpp"

namespace vitrine::golden {

namespace {

using Kind = Deviation::Kind;

constexpr std::string_view kUnwritable =
    "makes a table, or not even that, which it cannot write: an array of one integer or of more "
    "than "
    "32 elements, and arrays, numbers of numpy's, dates and bytes in lists";
constexpr std::string_view kWritten = "writes them as it writes them elsewhere";
constexpr std::string_view kWhyWritten =
    "the rows would be lost when the table is added; whoever reads it sees numbers and text";
constexpr std::string_view kTwice =
    "takes two columns of one name, and keeps the type of only one of them";
constexpr std::string_view kWhyTwice =
    "cells could not be found by name, and the other column's type would be lost";
constexpr std::string_view kFewer =
    "takes types or 'optional' for fewer columns than there are, and then no row";
constexpr std::string_view kWhyFewer = "the table could never be filled";

constexpr Deviation kTableDeviations[] = {
    {"table_scalars",
     "18",
     Kind::Refused,
     ErrorCode::InvalidArgument,
     {},
     kTwice,
     "refuses them",
     kWhyTwice},
    {"table_scalars",
     "20",
     Kind::Refused,
     ErrorCode::InvalidArgument,
     {},
     kTwice,
     "refuses them",
     kWhyTwice},
    {"table_scalars",
     "manifest a",
     Kind::Differs,
     {},
     R"({"contents": {"mixed_cols.table.json": null}})",
     "keeps an entry with the empty file of a table that it could not write",
     "leaves the draft as it was",
     "nobody can read the file"},
    {"table_types",
     "114",
     Kind::Refused,
     ErrorCode::InvalidArgument,
     {},
     kFewer,
     "refuses it",
     kWhyFewer},
    {"dtypes",
     "assign, a value or an array beside a constant",
     Kind::Accepted,
     {},
     {},
     "fails where an image, a class set or an array is compared with a constant, and finds that a "
     "list of one number is that number of numpy's",
     "they are not equal",
     "a cell of another kind does not fit the column, which is what the SDK says of all others"},
    {"dtypes",
     "assign_type, image unknown",
     Kind::Accepted,
     {},
     {},
     "fails where the type of any image is assigned to itself",
     "gives that type",
     "a column declared for images would not be comparable before its first row"},
    {"dtypes",
     "from_json_round_trip, image unknown",
     Kind::Accepted,
     {},
     {},
     "cannot read what it wrote of a column that was declared for images and has none",
     "reads it",
     "the table would be lost"},
    {"dtypes",
     "constructors, type_from_dict unknown name",
     Kind::Accepted,
     {},
     {},
     "fails",
     "keeps a type that it does not know, and writes it again",
     "newer SDKs have more types; their tables are to be read"},
    {"dtypes",
     "constructors, type_from_dict bad param",
     Kind::Accepted,
     {},
     {},
     "fails",
     "keeps a type with parameters that it does not know, and writes it again",
     "as above"},
    {"table_cells",
     "cell, array size 1 int",
     Kind::Accepted,
     {},
     R"({"cell_json_text": "7"})",
     kUnwritable,
     kWritten,
     kWhyWritten},
    {"table_cells",
     "cell, array 33",
     Kind::Accepted,
     {},
     R"({"cell_json_text": "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32]"})",
     kUnwritable,
     kWritten,
     kWhyWritten},
    {"table_cells",
     "cell, list np",
     Kind::Accepted,
     {},
     R"({"cell_json_text": "[1]"})",
     kUnwritable,
     kWritten,
     kWhyWritten},
    {"table_cells",
     "cell, list datetime",
     Kind::Accepted,
     {},
     R"({"cell_json_text": "[\"2021-01-01\"]"})",
     kUnwritable,
     kWritten,
     kWhyWritten},
    {"table_cells",
     "cell, list bytes",
     Kind::Accepted,
     {},
     R"({"cell_json_text": "[\"a\"]"})",
     kUnwritable,
     kWritten,
     kWhyWritten},
    {"table_cells",
     "cell, dict list np",
     Kind::Accepted,
     {},
     R"({"cell_json_text": "{\"a\": [1]}"})",
     kUnwritable,
     kWritten,
     kWhyWritten},
    {"table_cells",
     "cell, list array",
     Kind::Accepted,
     {},
     R"({"cell_json_text": "[[1.5, 2.5, -0.0]]"})",
     kUnwritable,
     kWritten,
     kWhyWritten},
};

} // namespace

std::span<const Deviation> table_deviations() {
    return kTableDeviations;
}

} // namespace vitrine::golden
