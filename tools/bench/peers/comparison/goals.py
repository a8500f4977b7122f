# SPDX-License-Identifier: MIT
"""The goals of vitrine, as ratios of figures of one run, and whether they were met."""
import re
from dataclasses import dataclass

MIB = 1 << 20
PEERS_OF_SMALL = ("git", "git uncompressed", "borg", "restic", "ostree", "dvc")


@dataclass(frozen=True)
class Goal:
    what: str
    got: float    # None where a figure is missing
    limit: float
    unit: str = "x"

    def verdict(self):
        if self.got is None:
            return "not measured"
        return "met" if self.got <= self.limit else "not met"


class Figures:
    """The figures of one set of files, by the name of the tool."""

    def __init__(self, results):
        self.results = results

    def wall(self, tool, step):
        outcome = self.results.get(tool)
        taken = outcome.taken.get(step) if outcome else None
        return taken.wall if taken else None

    def peak(self, tool, step):
        outcome = self.results.get(tool)
        taken = outcome.taken.get(step) if outcome else None
        return taken.peak if taken else None

    def best(self, step, peers):
        walls = [self.wall(peer, step) for peer in peers]
        return min((wall for wall in walls if wall is not None), default=None)

    def growth(self, tool):
        outcome = self.results.get(tool)
        if outcome is None or not {"v1", "v2"} <= outcome.sizes.keys():
            return None
        return outcome.sizes["v2"].bytes - outcome.sizes["v1"].bytes

    def floor_verify(self, tool):
        outcome = self.results.get(tool)
        return outcome.floor_verify.wall if outcome and outcome.floor_verify else None


def ratio(one, other):
    return one / other if one is not None and other else None


def goals_of_small(figures, peers, cores, new_bytes):
    many = cores >= 4
    first = figures.wall("vitrine", "first")
    git = figures.wall("git", "second")
    plain = figures.wall("git uncompressed", "second")
    best_git = min((wall for wall in (git, plain) if wall is not None), default=None)
    unchanged = figures.best("again", ("git", "git uncompressed"))
    return [
        Goal("small files: first version, against `cp -r`", ratio(first, figures.wall("cp -r", "first")),
             0.5 if many else 0.8),
        Goal("small files: first version, against the best of git, borg, restic, ostree, DVC",
             ratio(first, figures.best("first", [name for name in PEERS_OF_SMALL if name in peers])),
             0.25),
        Goal("small files: re-add unchanged, against `git add -A`",
             ratio(figures.wall("vitrine", "again"), unchanged), 2.0),
        Goal("small files: second version, against git's add and commit",
             ratio(figures.wall("vitrine", "second"), best_git), 1.0),
        Goal("small files: growth of the store, against the new bytes",
             ratio(figures.growth("vitrine"), new_bytes), 1.02),
        Goal("small files: checkout by copy from packs, against `cp -r`",
             ratio(figures.wall("vitrine", "copy"), figures.wall("cp -r", "copy")),
             0.8 if many else 1.0),
        Goal("small files: checkout by hard link from a loose store, against `cp -al`",
             ratio(figures.wall("vitrine loose", "links"), figures.wall("cp -r", "links")),
             0.5 if many else 0.65),
    ] + goals_of_verify(figures, "small files")


def goals_of_large(figures, peers, what):
    first = figures.wall("vitrine", "first")
    return [
        Goal(f"{what}: first version, against the floor", ratio(first, figures.wall("floor", "first")),
             1.3),
        Goal(f"{what}: first version, against the best peer",
             ratio(first, figures.best("first", peers)), 1.0),
    ] + goals_of_verify(figures, what)


def goals_of_verify(figures, what):
    return [Goal(f"{what}: verify, against hashing all stored bytes",
                 ratio(figures.wall("vitrine", "verify"), figures.floor_verify("vitrine")), 1.2)]


def goals_of_memory(figures_by_dataset):
    """The largest process of all steps must not grow with the size of files."""
    goals = []
    for name, figures in figures_by_dataset.items():
        outcome = figures.results.get("vitrine")
        if outcome is not None:
            peak = max(taken.peak for taken in outcome.taken.values())
            goals.append(Goal(f"{name}: peak memory of all steps", peak / MIB, 256.0, " MiB"))
    return goals


# The lines that manifest_bench prints, and their goals.
MANIFEST = (
    ("commit of 1 % changed, against the first", r"commit ([\d.]+)x of the first", 0.3, "x"),
    ("bytes of that version, of the first one's", r"filling and commit .*; bytes ([\d.]+) %", 2.0,
     " %"),
    ("bytes of each version of many, on average", r"further versions: .*; bytes ([\d.]+) % each",
     8.0, " %"),
    ("diff of the two, against the first commit", r"diff of the two: .* ([\d.]+)x of the first",
     0.05, "x"),
    ("peak memory", r"peak memory ([\d.]+) MiB", 256.0, " MiB"),
)


def goals_of_manifest(said, entries):
    """`said`: what manifest_bench printed."""
    goals = []
    for what, pattern, limit, unit in MANIFEST:
        found = re.search(pattern, said)
        goals.append(Goal(f"{entries:,} entries: {what}", float(found.group(1)) if found else None,
                          limit, unit))
    return goals
