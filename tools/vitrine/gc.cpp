// SPDX-License-Identifier: MIT
#include "verbs.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine::tool {

namespace {

struct GcArguments {
    bool dry_run = false;
    std::optional<std::string> why;
};

// ---- What gc does or would do

std::string_view word_of(GcFile::Kind kind) {
    switch (kind) {
    case GcFile::Kind::Object:
        return "object";
    case GcFile::Kind::Manifest:
        return "manifest";
    case GcFile::Kind::Pack:
        return "pack";
    case GcFile::Kind::UntrackedFile:
        return "leftover";
    }
    return "";
}

Json file_json(const GcFile& file) {
    return {{"kind", word_of(file.kind)},
            {"digest", file.digest},
            {"bytes", file.bytes},
            {"waits", file.waits},
            {"moves", file.moves}};
}

std::string file_line(const GcFile& file) {
    std::string line(word_of(file.kind));
    line.resize(10, ' ');
    line += file.digest + "  " + human_size(file.bytes);
    if (file.moves) {
        line += file.kind == GcFile::Kind::Pack ? ", its live objects move to a new pack"
                                                : ", moves to a pack";
    }
    return line + (file.waits ? ", waits" : "");
}

/// Writes each file when it is found, so that a long list needs no memory.
class Listing {
public:
    explicit Listing(Session& session) : session_(session) {}

    void add(const GcFile& file) {
        Output& out = session_.out();
        if (out.json()) {
            out.write(empty_ ? "{\"files\": [\n  " : ",\n  ");
            out.write(render_json(file_json(file), kOrderedJson));
            empty_ = false;
        } else {
            out.line(file_line(file));
        }
    }

    /// The other members of the document.
    void finish(const Json& document) {
        const std::string text = render_json(document, kOrderedJson);
        session_.out().write((empty_ ? "{\"files\": [], " : "\n], ") + text.substr(1) + "\n");
    }

private:
    Session& session_;
    bool empty_ = true;
};

Json gc_json(const GcReport& report, bool dry_run) {
    return {{"dry_run", dry_run},
            {"freed_files", report.freed_files},
            {"freed_bytes", report.freed_bytes},
            {"waiting_files", report.waiting_files},
            {"waiting_bytes", report.waiting_bytes},
            {"readers", report.readers},
            {"packed_objects", report.packed_objects},
            {"packed_bytes", report.packed_bytes},
            {"damaged", report.damaged}};
}

void print_gc_report(Output& out, const GcReport& report, bool dry_run) {
    std::string line = dry_run ? "would free " : "freed ";
    line += report.freed_files == 0
                ? "nothing"
                : human_size(report.freed_bytes) + " in " + counted(report.freed_files, "file");
    out.line(line);
    if (report.packed_objects > 0) {
        out.line((dry_run ? "would pack " : "packed ") + human_size(report.packed_bytes) + " of " +
                 counted(report.packed_objects, "object"));
    }
    if (report.waiting_files > 0) {
        out.line(human_size(report.waiting_bytes) + " in " + counted(report.waiting_files, "file") +
                 (report.waiting_files == 1 ? " waits for " : " wait for ") +
                 counted(report.readers, "reader"));
    }
}

ExitCode collect(Session& session, bool dry_run) {
    GcOptions options{dry_run, session.progress(), {}};
    const Store store = session.open_store(dry_run ? Access::read : Access::write);
    GcReport report;
    if (dry_run) {
        Listing listing(session);
        options.visit = [&](const GcFile& file) { listing.add(file); };
        report = store.gc(options);
        if (session.out().json()) {
            listing.finish(gc_json(report, dry_run));
        }
    } else {
        report = store.gc(options);
        if (session.out().json()) {
            session.out().document(gc_json(report, dry_run));
        }
    }
    if (!session.out().json()) {
        print_gc_report(session.out(), report, dry_run);
    }
    for (const auto& object : report.damaged) {
        session.messages().warn("object '" + object +
                                "' is damaged and stays where it is: run 'vitrine verify'");
    }
    return report.damaged.empty() ? kDone : kPartial;
}

// ---- Referrers

std::string_view word_of(Explanation::Kind kind) {
    switch (kind) {
    case Explanation::Kind::Object:
        return "object";
    case Explanation::Kind::Segment:
        return "segment";
    case Explanation::Kind::Manifest:
        return "manifest";
    case Explanation::Kind::Pack:
        return "pack";
    }
    return "";
}

Json referrer_json(const Referrer& referrer) {
    Json paths = Json::array();
    for (const auto& path : referrer.paths) {
        paths.push_back(json_text(path));
    }
    return {{"version", referrer.version},
            {"source", referrer.source ? Json(*referrer.source) : Json(nullptr)},
            {"paths", paths},
            {"more", referrer.more}};
}

Json explanation_json(const Explanation& explanation) {
    Json referrers = Json::array();
    for (const auto& referrer : explanation.referrers) {
        referrers.push_back(referrer_json(referrer));
    }
    Json json = {{"kind", word_of(explanation.kind)},
                 {"digest", explanation.digest},
                 {"bytes", explanation.bytes},
                 {"file", json_text(explanation.file)},
                 {"damaged", explanation.damaged}};
    if (explanation.kind == Explanation::Kind::Pack) {
        json["objects"] = explanation.objects;
    }
    json["referrers"] = referrers;
    json["kept_by"] = referrers; // the older name of the member
    json["mark"] = explanation.mark ? Json(*explanation.mark) : Json(nullptr);
    json["readers"] = explanation.readers;
    return json;
}

/// Why something without referrers is still in the store.
std::string state_of_garbage(const Explanation& explanation) {
    if (!explanation.mark) {
        return "no version needs it: 'vitrine gc' deletes it, unless a reader may need it";
    }
    const std::string since =
        "no version needs it, since epoch " + std::to_string(*explanation.mark);
    return explanation.readers == 0
               ? since + ": 'vitrine gc' deletes it"
               : since + "; it waits for " + counted(explanation.readers, "reader");
}

void add_referrer(TextTable& table, const Referrer& referrer) {
    const std::string source = referrer.source ? "of " + printable(*referrer.source) : "";
    if (referrer.paths.empty()) {
        table.add({printable(referrer.version), "", source});
    }
    for (const auto& path : referrer.paths) {
        table.add({printable(referrer.version), printable(path), source});
    }
    if (referrer.more) {
        table.add({printable(referrer.version), "...", source});
    }
}

void print_explanation(Output& out, const Explanation& explanation) {
    out.line(out.heading(std::string(word_of(explanation.kind)) + " " + explanation.digest));
    TextTable facts({{""}, {""}});
    facts.add({"size", human_size(explanation.bytes) +
                           (explanation.kind == Explanation::Kind::Pack
                                ? " for " + counted(explanation.objects, "object")
                                : "")});
    if (!explanation.file.empty()) {
        facts.add({"file", printable(explanation.file)});
    }
    if (explanation.damaged) {
        facts.add({"state", "damaged"});
    }
    out.write(facts.render());
    if (explanation.referrers.empty()) {
        out.line(state_of_garbage(explanation));
        return;
    }
    out.line("referenced by");
    TextTable referrers({{""}, {""}, {""}});
    for (const auto& referrer : explanation.referrers) {
        add_referrer(referrers, referrer);
    }
    out.write(referrers.render(2));
}

void check_digest(const std::string& digest) {
    if (digest.size() < 4 || digest.size() > 64 ||
        digest.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
        throw UsageError("--why: expected 4 to 64 hex digits, got '" + printable(digest) + "'");
    }
}

ExitCode show_referrers(Session& session, const std::string& digest) {
    check_digest(digest);
    const Explanation explanation =
        session.open_store(Access::read).explain(digest, session.progress());
    if (session.out().json()) {
        session.out().document(explanation_json(explanation));
    } else {
        print_explanation(session.out(), explanation);
    }
    return kDone;
}

ExitCode free_or_explain(Session& session, const GcArguments& arguments) {
    if (!arguments.why) {
        return collect(session, arguments.dry_run);
    }
    if (arguments.dry_run) {
        throw UsageError("--why and --dry-run exclude each other");
    }
    return show_referrers(session, *arguments.why);
}

} // namespace

void add_gc(CommandLine& line) {
    auto arguments = std::make_shared<GcArguments>();
    line.add({"gc", [arguments](Session& session) { return free_or_explain(session, *arguments); },
              true},
             "Delete what no version needs and no reader has open")
        .flag("-n,--dry-run", arguments->dry_run, "Only list what would be deleted")
        .option("--why", arguments->why, "DIGEST",
                "List the versions that reference an object, segment, manifest or pack")
        .hidden_option("--explain", arguments->why)
        .footer("What an open reader or draft may still need is kept until a later gc. Packs that\n"
                "are more than half garbage are repacked, and so are many small loose objects.\n\n"
                "Examples:\n"
                "  vitrine gc --dry-run\n"
                "  vitrine gc\n"
                "  vitrine gc --why 9f86d081\n");
}

} // namespace vitrine::tool
