// SPDX-License-Identifier: MIT
#pragma once

#include <vitrine/artifact/artifact.hpp>
#include <vitrine/core/digest.hpp>

#include "artifact/checkout/given_back.hpp"
#include "artifact/checkout/new_file.hpp"

#include <sys/stat.h>

#include <optional>
#include <string>
#include <vector>

namespace vitrine {

/// A name in a folder, and what lies there.
struct Place {
    enum class State {
        Free,
        Taken,
        Refused, ///< the file system cannot have a file of that name
    };
    State state = State::Free;
    struct ::stat status = {};               ///< of what lies there; links are not followed
    std::optional<Sha256> known_digest = {}; ///< of a file that the stat cache knows
};

/// Looks at a name in an open folder. Throws: IoError.
Place look_at(int folder, const std::string& name);

/// A file, link or folder below a folder that is to go.
struct TreeItem {
    std::string path; ///< below the folder
    struct ::stat status = {};
};

/// What may happen to what lies at a place.
struct Verdict {
    enum class Kind {
        Stays, ///< it has the right bytes
        Goes,
        Left, ///< it is the user's, and stays
    };
    Kind kind = Kind::Goes;
    std::string reason = {}; ///< of Left
    /// Of Goes: what the store cannot give back: paths below the place, "" for the place itself.
    std::vector<std::string> lost = {};
    std::vector<TreeItem> tree = {}; ///< of a folder that goes: all that lies in it
};

/// What a checkout may replace: the table in lib/artifact/FORMAT.md. Safe to use from
/// many threads.
class ReplacementRule {
public:
    ReplacementRule(GivenBack* given_back, Conflict conflict)
        : given_back_(given_back), conflict_(conflict) {}

    /// Judges what lies at a place. `file`: what is to be written there; null for a folder.
    /// Throws: IoError; DatabaseError.
    Verdict judge(int folder, const std::string& name, const Place& place, NewFile* file) const;
    /// Whether the store can give back the bytes of a file.
    bool gives_back(FoundFile& found) const;

    /// The digests of files that lie at some places, from the stat cache.
    void add_known_digests(std::vector<Place>& places) const;

private:
    Verdict judge_file(FoundFile found, NewFile* file) const;
    Verdict judge_link(int folder, const std::string& name, NewFile* file) const;
    Verdict judge_folder(int folder, const std::string& name) const;
    Verdict unless_forced(std::string reason) const;

    GivenBack* given_back_; ///< null: nothing is given back
    Conflict conflict_;
};

/// The names in an open folder, sorted. Throws: IoError.
std::vector<std::string> names_in(int folder);

/// All that lies in a folder, in the order of the names. Throws: IoError.
std::vector<TreeItem> list_tree(int folder, const std::string& name);

/// Whether an open folder is the folder of a store.
bool is_store_folder(const FileDescriptor& folder);

} // namespace vitrine
