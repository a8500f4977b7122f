// SPDX-License-Identifier: MIT
// Tables and the types of their columns.
#include "golden/deviations.hpp"

namespace vitrine::golden {

namespace {

using Kind = Deviation::Kind;

constexpr Deviation kTable[] = {
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
};

} // namespace

std::span<const Deviation> table_deviations() {
    return kTable;
}

} // namespace vitrine::golden
