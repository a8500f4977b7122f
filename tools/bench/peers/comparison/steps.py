# SPDX-License-Identifier: MIT
"""Takes one tool through all steps on one set of files."""
import os
from dataclasses import dataclass, field

from . import datasets
from .measuring import Failed, Size, Taken, flush

# In the order in which they are measured, and of the columns of the tables.
STEPS = {
    "first": "first version",
    "again": "re-add unchanged",
    "second": "second version",
    "copy": "checkout, copies",
    "links": "checkout, hard links",
    "verify": "verify",
}


class Wrong(Exception):
    """A measured tool did not produce the expected result."""


@dataclass
class Outcome:
    """The costs of one tool on one set of files, in one round."""
    taken: dict = field(default_factory=dict)  # by step
    sizes: dict = field(default_factory=dict)  # "v1", "v2"
    floor_verify: Taken = None                 # hashing what is stored, with all cores
    failed: dict = field(default_factory=dict)  # why, by step


def run_tool(runner, tool, dataset, tree, options):
    change = datasets.second_version(dataset)
    outcome = Outcome()
    own = tool.prepare(runner, tree)
    is_second = False

    def measure(step, commands):
        """Whether the step succeeded. A peer may fail at a step: that is a result too."""
        if commands is None:
            return False
        try:
            outcome.taken[step] = runner.measure(commands, tool.cwd(own), tool.environment)
        except Failed as error:
            if not tool.is_peer or step == "first":
                raise
            outcome.failed[step] = str(error)
            return False
        return True

    try:
        datasets.read_all(own)
        measure("first", tool.add(own, "v1"))
        outcome.sizes["v1"] = tool.size()
        measure("again", tool.add_unchanged(own))
        datasets.apply(own, dataset, change)
        is_second = True
        measure("second", tool.add(own, "v2"))
        outcome.sizes["v2"] = tool.size()
        for step, commands in (("copy", tool.checkout), ("links", tool.checkout_links)):
            folder = os.path.join(runner.work, "out")
            datasets.read_all(tool.store)
            if measure(step, commands(folder)):
                check_files(tool, folder, datasets.count_files(own))
            runner.set_aside(folder)
        datasets.read_all(tool.store)
        measure("verify", tool.verify())
        if hasattr(tool, "stored_bytes"):
            datasets.read_all(tool.stored_bytes())
            outcome.floor_verify = runner.measure(
                [[options.floor, "hash", tool.stored_bytes()]])
    finally:
        if is_second and own == tree:
            datasets.take_back(tree, dataset, change)
        for folder in (tool.store, tool.home, os.path.join(runner.work, "out")):
            runner.set_aside(folder)
        flush(runner.work)
    return outcome


def check_files(tool, folder, expected):
    found = datasets.count_files(folder)
    if found != expected:
        raise Wrong(f"{tool.name}: the checkout has {found} files, expected {expected}")


def run_floor(runner, tree, options):
    """Reads and hashes everything with all cores, and writes it once into one file."""
    outcome = Outcome()
    datasets.read_all(tree)
    target = os.path.join(runner.work, "floor.bin")
    outcome.taken["first"] = runner.measure([[options.floor, "write", tree, target]])
    size = os.stat(target)
    outcome.sizes["v1"] = Size(size.st_blocks * 512, 1)
    os.unlink(target)
    outcome.taken["verify"] = runner.measure([[options.floor, "hash", tree]])
    return outcome
