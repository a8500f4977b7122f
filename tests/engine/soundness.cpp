// SPDX-License-Identifier: MIT
#include "engine/soundness.hpp"

#include <vitrine/core/error.hpp>

#include "core/text.hpp"
#include "engine/records/records.hpp"
#include "engine/records/run_records.hpp"
#include "engine/store/lease.hpp"
#include "engine/store/store_layout.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <utility>

namespace vitrine::test {

namespace fs = std::filesystem;

// ---- The state of a store

namespace {

Contents read_manifest(Engine& engine, const Manifest& manifest) {
    Contents contents;
    for (const Entry& entry : manifest.entries()) {
        contents.emplace(entry.path.str(),
                         entry.object ? engine.store().read_object(*entry.object) : std::string());
    }
    return contents;
}

VersionState state_of_version(Engine& engine, const std::string& name, std::uint64_t number) {
    const auto version = engine.open_version(concat(name, ":v", number));
    const VersionRow& row = version->record();
    VersionState state{
        row.type, row.description, read_manifest(engine, version->manifest()), {}, row.run};
    for (const Dependency& source : row.dependencies) {
        const auto manifest = version->dependency_manifest(source.id);
        if (!manifest) {
            throw Error(ErrorCode::Corruption,
                        concat("no manifest of the dependency ", source.name));
        }
        state.dependencies.emplace(source.name, read_manifest(engine, *manifest));
    }
    return state;
}

std::vector<std::string> versions_of(const RunRow& row) {
    std::vector<std::string> versions;
    for (const RunVersionRow& version : row.used) {
        versions.push_back(concat("used ", version.name, ":v", version.number));
    }
    for (const RunVersionRow& version : row.made) {
        versions.push_back(concat("made ", version.name, ":v", version.number));
    }
    return versions;
}

} // namespace

StoreState state_of(const fs::path& root) {
    const auto engine = Engine::open(root, {});
    const auto catalog =
        Catalog::open(StoreLayout{root}.catalog(), engine->settings().store_id, true);
    StoreState state;
    for (const HeadRow& head : catalog->versions.heads()) {
        NameState& name = state.names[head.name];
        name.next_number = head.next_number;
        name.aliases = {head.aliases.begin(), head.aliases.end()};
        for (const std::uint64_t number : catalog->versions.numbers_of(head.name)) {
            name.versions.emplace(number, state_of_version(*engine, head.name, number));
        }
    }
    catalog->runs.for_each([&](const RunRow& row) { state.runs[row.id] = versions_of(row); });
    return state;
}

namespace {

template <class Map>
std::set<typename Map::key_type> keys_of(const Map& one, const Map& other) {
    std::set<typename Map::key_type> keys;
    for (const Map* map : {&one, &other}) {
        for (const auto& item : *map) {
            keys.insert(item.first);
        }
    }
    return keys;
}

void compare_names(const std::string& name, const NameState& expected, const NameState& actual,
                   Problems& problems) {
    if (expected.next_number != actual.next_number) {
        problems.push_back(concat("the next number of ", name, ": expected ", expected.next_number,
                                  ", got ", actual.next_number));
    }
    if (expected.aliases != actual.aliases) {
        problems.push_back(concat("the aliases of ", name, " differ"));
    }
    for (const std::uint64_t number : keys_of(expected.versions, actual.versions)) {
        const std::string version = concat(name, ":v", number);
        if (!actual.versions.contains(number)) {
            problems.push_back(concat("lost: ", version));
        } else if (!expected.versions.contains(number)) {
            problems.push_back(concat("unexpected: ", version));
        } else if (expected.versions.at(number) != actual.versions.at(number)) {
            problems.push_back(concat("changed: ", version));
        }
    }
}

} // namespace

Problems differences(const StoreState& expected, const StoreState& actual) {
    Problems problems;
    for (const std::string& name : keys_of(expected.names, actual.names)) {
        const auto name_in = [&](const StoreState& state) {
            const auto found = state.names.find(name);
            return found == state.names.end() ? NameState() : found->second;
        };
        compare_names(name, name_in(expected), name_in(actual), problems);
    }
    if (expected.runs != actual.runs) {
        problems.push_back("the runs differ");
    }
    return problems;
}

// ---- Soundness

namespace {

class Inspection {
public:
    explicit Inspection(const fs::path& root)
        : layout_{root}, engine_(Engine::open(root, {})),
          catalog_(Catalog::open(layout_.catalog(), engine_->settings().store_id, true)) {}

    Problems run() {
        engine_->gc({});
        const GcReport again = engine_->gc({});
        if (again.freed_files != 0) {
            say("the second gc freed ", again.freed_files, " files");
        }
        verify();
        compare_files();
        compare_records();
        compare_runs();
        check_rest();
        return std::move(problems_);
    }

private:
    template <class... Parts>
    void say(const Parts&... parts) {
        problems_.push_back(concat(parts...));
    }
    void verify();
    void add_needed(const Sha256& content, const Manifest& manifest,
                    std::set<std::int64_t>& needed);
    std::set<std::int64_t> needed_files();
    void compare_files();
    void compare_records();
    void compare_runs();
    void check_rest();

    StoreLayout layout_;
    std::shared_ptr<Engine> engine_;
    std::unique_ptr<Catalog> catalog_;
    Problems problems_;
};

void Inspection::verify() {
    for (const Damage& damage : engine_->verify({}).damages) {
        say("verify: ", damage.object, ": ", damage.problem,
            damage.versions.empty() ? "" : " in " + damage.versions.front());
    }
}

/// Adds the files with the bytes of a content.
void Inspection::add_needed(const Sha256& content, const Manifest& manifest,
                            std::set<std::int64_t>& needed) {
    const auto row = catalog_->manifests.find(content);
    const auto add_object = [&](const Sha256& object) {
        if (const auto found = catalog_->objects.find(object)) {
            needed.insert(found->file.id);
        } else {
            say("without a row: object ", object.hex());
        }
    };
    if (!row) {
        say("without a row: manifest of content ", content.hex());
        return;
    }
    needed.insert(row->file.id);
    std::for_each(row->segments.begin(), row->segments.end(), add_object);
    for (const Entry& entry : manifest.entries()) {
        if (entry.object) {
            add_object(*entry.object);
        }
    }
}

std::set<std::int64_t> Inspection::needed_files() {
    std::set<std::int64_t> needed;
    for (const ArtifactInfo& artifact : engine_->list()) {
        for (const std::uint64_t number : catalog_->versions.numbers_of(artifact.name)) {
            const auto version = engine_->open_version(concat(artifact.name, ":v", number));
            add_needed(version->record().content, version->manifest(), needed);
            for (const Dependency& dependency : version->record().dependencies) {
                if (const auto manifest = version->dependency_manifest(dependency.id)) {
                    add_needed(dependency.content, *manifest, needed);
                }
            }
        }
    }
    return needed;
}

/// Checks that every file of objects and manifests has a row, and every row a file, and that files
/// that no live version needs wait for a reader.
void Inspection::compare_files() {
    const std::set<std::int64_t> needed = needed_files();
    std::set<std::string> rows;
    catalog_->files.for_each([&](const FileRow& file) {
        rows.insert(file.name.hex());
        if (needed.contains(file.id) == file.mark.has_value()) {
            say(file.mark ? "marked, and needed" : "neither needed nor marked", ": file ",
                file.name.hex());
        }
    });
    std::set<std::string> files;
    for (const std::string& file : files_of(layout_.root)) {
        if (file.starts_with("objects/") || file.starts_with("artifacts/")) {
            files.insert(fs::path(file).stem().native());
            if (!rows.contains(fs::path(file).stem().native())) {
                say("left over: ", file);
            }
        }
    }
    for (const std::string& row : rows) {
        if (!files.contains(row)) {
            say("without its file: row ", row);
        }
    }
}

/// Checks that each version has a record, and each name that was ever used a head, and that both
/// agree with their rows.
void Inspection::compare_records() {
    std::map<std::string, std::string> expected;
    for (const HeadRow& head : catalog_->versions.heads()) {
        expected[layout_.head(head.name)] = render_head(head);
    }
    catalog_->versions.for_each([&](const VersionRow& row) {
        expected[layout_.record(row.name, row.number)] = render_record(row);
    });
    for (const std::string& file : files_of(layout_.root)) {
        if (file.starts_with("records/artifacts/") && !expected.contains(layout_.root / file)) {
            say("left over: ", file);
        }
    }
    for (const auto& [path, text] : expected) {
        if (try_read_file(path) != text) {
            say("not what its row says: ", path);
        }
    }
}

void Inspection::compare_runs() {
    std::size_t files = 0;
    for (const std::string& file : files_of(layout_.root)) {
        files += file.starts_with("records/runs/") ? 1 : 0;
    }
    std::size_t rows = 0;
    catalog_->runs.for_each([&](const RunRow& row) {
        ++rows;
        if (try_read_file(layout_.run_record(row.id)) != render_run_record(row)) {
            say("not what its row says: record of run ", row.id);
        }
    });
    if (files != rows) {
        say(files, " records of ", rows, " runs");
    }
}

void Inspection::check_rest() {
    std::size_t leases = 0;
    for (const std::string& file : files_of(layout_.root)) {
        leases += file.starts_with("leases/") ? 1 : 0;
        if (file.starts_with("staging/") || file.find(".tmp") != std::string::npos) {
            say("left over: ", file);
        }
    }
    if (leases != live_leases(layout_, *real_file_system(), false).size()) {
        say("left over: leases");
    }
}

/// Calls `check`, and returns what it throws as a problem.
template <class Action>
Problems problems_in(const Action& action) {
    try {
        return action();
    } catch (const std::exception& error) {
        return {error.what()};
    }
}

void append(Problems& problems, const Problems& more) {
    problems.insert(problems.end(), more.begin(), more.end());
}

} // namespace

Problems problems_of(const fs::path& root) {
    return problems_in([&] { return Inspection(root).run(); });
}

// ---- After a crash

namespace {

/// Checks that a next version gets the next number, for a known name and for a new one. It is
/// called before gc, so that it finds the files that the crash left.
Problems problems_of_next(const fs::path& root, const StoreState& state, const std::string& name) {
    Problems problems;
    const auto engine = Engine::open(root, {});
    for (const std::string& next : {name, std::string("a-new-name")}) {
        const auto found = state.names.find(next);
        const bool is_known = found != state.names.end();
        const std::uint64_t number = is_known ? found->second.next_number : 0;
        const Contents contents{{"next", "comes next of " + next}};
        const auto version = commit_files(*engine, next, contents);
        if (version->record().number != number) {
            problems.push_back(concat("the next of ", next, " is v", version->record().number,
                                      ", expected v", number));
        }
        if (read_manifest(*engine, version->manifest()) != contents) {
            problems.push_back(concat("the next of ", next, " is not whole"));
        }
    }
    return problems;
}

/// The name that changes, or any name.
std::string name_to_try(const StoreState& before, const StoreState& after) {
    for (const auto& [name, state] : after.names) {
        const auto found = before.names.find(name);
        if (found == before.names.end() || found->second != state) {
            return name;
        }
    }
    return after.names.empty() ? "x" : after.names.begin()->first;
}

Problems problems_of_state(const StoreState& actual, const StoreState& before,
                           const StoreState& after) {
    if (actual == before || actual == after) {
        return {};
    }
    Problems problems{"neither as before nor as after"};
    append(problems, differences(after, actual));
    return problems;
}

/// The state that must be there: what is there both before and after.
Problems problems_of_repaired(const StoreState& actual, const StoreState& before,
                              const StoreState& after) {
    Problems problems;
    const auto find = [](const StoreState& state, const std::string& name) {
        const auto found = state.names.find(name);
        return found == state.names.end() ? NameState() : found->second;
    };
    for (const std::string& name : keys_of(before.names, after.names)) {
        const NameState now = find(actual, name);
        const NameState one = find(before, name);
        const NameState other = find(after, name);
        for (const std::uint64_t number : keys_of(one.versions, other.versions)) {
            const auto version_in = [&](const NameState& state) {
                const auto found = state.versions.find(number);
                return found == state.versions.end() ? std::optional<VersionState>()
                                                     : found->second;
            };
            const auto version = version_in(now);
            if (version ? version != version_in(one) && version != version_in(other)
                        : version_in(one) && version_in(other)) {
                problems.push_back(concat(version ? "changed: " : "lost: ", name, ":v", number));
            }
        }
        if (now.next_number != one.next_number && now.next_number != other.next_number) {
            problems.push_back(concat("next number of ", name, " is ", now.next_number));
        }
        for (const auto& [alias, number] : one.aliases) {
            const auto in_other = other.aliases.find(alias);
            const auto in_actual = now.aliases.find(alias);
            if (in_other != other.aliases.end() && in_other->second == number &&
                (in_actual == now.aliases.end() || in_actual->second != number)) {
                problems.push_back(concat("lost: alias ", alias, " of ", name));
            }
        }
    }
    for (const auto& item : actual.names) {
        if (!before.names.contains(item.first) && !after.names.contains(item.first)) {
            problems.push_back(concat("unexpected: ", item.first));
        }
    }
    return problems;
}

} // namespace

Problems problems_after_crash(const fs::path& root, const StoreState& before,
                              const StoreState& after) {
    return problems_in([&] {
        const StoreState actual = state_of(root);
        Problems problems = problems_of_state(actual, before, after);
        append(problems, problems_of_next(root, actual, name_to_try(before, after)));
        append(problems, problems_of(root));
        return problems;
    });
}

Problems problems_after_repair(const fs::path& root, const StoreState& before,
                               const StoreState& after) {
    return problems_in([&] {
        const RepairReport report = repaired(root);
        const StoreState actual = state_of(root);
        Problems problems = problems_of_repaired(actual, before, after);
        for (const Loss& loss : report.losses) {
            // A record without a head, before the first head of its name: repair cannot know that
            // there never was one.
            const bool is_new =
                std::none_of(before.names.begin(), before.names.end(), [&](const auto& item) {
                    return loss.what == "aliases of " + item.first;
                });
            if (is_new && loss.what.starts_with("aliases of ")) {
                continue;
            }
            problems.push_back(concat("repair has lost ", loss.what, ": ", loss.problem));
        }
        for (const Damage& damage : report.damages) {
            problems.push_back(concat("repair has found damage: ", damage.problem));
        }
        append(problems, problems_of_next(root, actual, name_to_try(before, after)));
        append(problems, problems_of(root));
        return problems;
    });
}

void check_none(const Problems& problems) {
    for (const std::string& problem : problems) {
        FAIL_CHECK(problem);
    }
}

} // namespace vitrine::test
