// SPDX-License-Identifier: MIT
#include <vitrine/artifact/diff.hpp>

#include "entry_view.hpp"
#include "target.hpp"
#include "verbs.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace vitrine::tool {

namespace {

struct DiffArguments {
    std::string before;
    std::string after;
    bool exit_code = false;
};

struct Counts {
    std::uint64_t added = 0;
    std::uint64_t changed = 0;
    std::uint64_t removed = 0;
    std::uint64_t all() const { return added + changed + removed; }
};

const char* kind_of(const EntryDifference& difference) {
    return !difference.before ? "added" : !difference.after ? "removed" : "changed";
}

Json side_json(const std::optional<Entry>& entry) {
    return entry ? entry_json(*entry) : Json();
}

Json difference_json(const EntryDifference& difference) {
    return {{"path", difference.path()},
            {"change", kind_of(difference)},
            {"before", side_json(difference.before)},
            {"after", side_json(difference.after)},
            {"values", difference.values}};
}

std::string difference_line(const Output& out, const EntryDifference& difference) {
    const char* sign = !difference.before ? "+ " : !difference.after ? "- " : "~ ";
    std::string line = sign + printable(difference.path());
    std::string values;
    for (const std::string& value : difference.values) {
        if (value != difference.path()) {
            values += (values.empty() ? "" : ", ") + printable(value);
        }
    }
    if (!values.empty()) {
        line += out.faint("  (of " + values + ")");
    }
    return line;
}

void count(Counts& counts, const EntryDifference& difference) {
    ++(!difference.before ? counts.added : !difference.after ? counts.removed : counts.changed);
}

ExitCode print_differences(Session& session, const DiffArguments& arguments) {
    const Artifact before = open_target(session, arguments.before);
    const Artifact after = open_target(session, arguments.after);
    Counts counts;
    JsonArrayWriter array(session.out());
    for_each_difference(before, after, [&](const EntryDifference& difference) {
        session.check_stop();
        count(counts, difference);
        if (session.out().json()) {
            array.add(difference_json(difference));
        } else {
            session.out().line(difference_line(session.out(), difference));
        }
    });
    if (session.out().json()) {
        array.finish();
    } else if (counts.all() == 0) {
        session.messages().log("no differences");
    } else {
        session.out().line(std::to_string(counts.added) + " added, " +
                           std::to_string(counts.changed) + " changed, " +
                           std::to_string(counts.removed) + " removed");
    }
    return arguments.exit_code && counts.all() > 0 ? kDiffers : kDone;
}

} // namespace

void add_diff(CommandLine& line) {
    auto arguments = std::make_shared<DiffArguments>();
    line.add({"diff",
              [arguments](Session& session) { return print_differences(session, *arguments); },
              true},
             "List the entries that differ between two versions or folders")
        .required("A", arguments->before, kTargetHelp)
        .required("B", arguments->after, "The same")
        .flag("--exit-code", arguments->exit_code, "Exit with code 5 if there are differences")
        .footer("Prints + for an entry that only B has, - for one that only A has, ~ for one that "
                "differs,\nand for the files of values, the values that they belong to.\n\n"
                "Examples:\n"
                "  vitrine diff blood-cells:v0 blood-cells\n"
                "  vitrine diff blood-cells ./downloaded --exit-code\n");
}

} // namespace vitrine::tool
