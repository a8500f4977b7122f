// SPDX-License-Identifier: MIT
#include "golden/report.hpp"

#include <ostream>

namespace vitrine::golden {

namespace {

void print_lines(std::ostream& out, const char* title, const std::vector<Report::Line>& lines) {
    out << title << ": " << lines.size() << '\n';
    for (const auto& line : lines) {
        out << "  " << line.where << ": " << line.what << '\n';
    }
}

} // namespace

void Report::print(std::ostream& out) const {
    out << "golden data of the SDK\n"
        << "cases: " << cases.size() << '\n'
        << "steps run, with the SDK's result: " << steps << '\n'
        << "artifacts written and compared: " << artifacts_written << '\n'
        << "artifact folders read and written again: " << artifacts_read << '\n'
        << "values restored: " << values_restored << '\n'
        << "pictures compared by pixels: " << pictures_compared << '\n'
        << "bytes compared: " << bytes_compared << '\n';
    print_lines(out, "deviations, as listed", deviations);
    print_lines(out, "steps that use what a deviation refuses", following);
    print_lines(out, "not expressible in C++", not_expressible);
    out.flush();
}

} // namespace vitrine::golden
