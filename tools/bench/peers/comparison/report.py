# SPDX-License-Identifier: MIT
"""Prints the measurements as Markdown tables, which can also be read in a terminal."""
import os
import platform
import re
import subprocess

from . import goals
from .steps import STEPS

MARKDOWN_HEAD = """# Results of one run of `tools/bench/peers/compare`

Wall seconds, in brackets processor seconds of all threads and children. Each step includes the
flush of the file system behind it; the page cache is warm; all tools ran on the same files in one
run. *floor*: read and hash everything (SHA-256 and MD5) with all cores and write it once, in
sequence, into one file; under *verify*, hash all files (for vitrine: all that it stores) with all
cores. *cp* of hard links is `cp -al`. README.md says how to make this file anew.

"""


def table(head, rows):
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]

    def line(cells):
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"

    return "\n".join([line(head), "|" + "|".join("-" * (width + 2) for width in widths) + "|",
                      *map(line, rows)])


def seconds(taken):
    return f"{taken.wall:.2f} ({taken.cpu:.1f})" if taken else ""


def size(outcome, version):
    each = outcome.sizes.get(version)
    return f"{each.bytes / 1e6:,.0f} / {each.inodes:,}" if each else ""


def times(value):
    return f"{value:.2f}" if value is not None else ""


def machine(work):
    """The machine, without its names."""
    model = ""
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        found = re.search(r"^model name\s*: (.+)$", info.read(), re.MULTILINE)
        model = found.group(1) if found else platform.machine()
    with open("/proc/meminfo", encoding="utf-8") as info:
        found = re.search(r"^MemTotal:\s*(\d+) kB", info.read(), re.MULTILINE)
        memory = f"{int(found.group(1)) / (1 << 20):.0f} GiB" if found else "unknown memory"
    file_system = subprocess.run(["df", "--output=fstype", work], capture_output=True, text=True,
                                 check=True).stdout.split()[-1]
    return (f"{cores()} cores ({model}), {memory}, {file_system}, Linux "
            f"{platform.release().split('-')[0]}, Python {platform.python_version()}")


def cores():
    return len(os.sched_getaffinity(0))


def times_section(dataset, results):
    head = ["wall s (CPU s)", *STEPS.values(), "peak MiB", "MB / inodes after v1", "after v2"]
    rows = []
    for name, outcome in results.items():
        peak = max(taken.peak for taken in outcome.taken.values())
        rows.append([name, *("failed" if step in outcome.failed else
                             seconds(outcome.taken.get(step)) for step in STEPS),
                     f"{peak / goals.MIB:,.0f}", size(outcome, "v1"), size(outcome, "v2")])
    return f"## {dataset.title}\n\n" + table(head, rows)


def ratios_section(figures, names, peers):
    """Against `cp -r` (for hard links `cp -al`), the floor and the best peer."""
    head = ["ratio", *(f"{title}: {against}" for step, title in STEPS.items()
                       for against in columns_of(step))]
    rows = []
    for name in names:
        cells = []
        for step in STEPS:
            for against in columns_of(step):
                if against == "peer":
                    other = figures.best(step, [peer for peer in peers if peer != name])
                elif against == "floor" and step == "verify" and figures.floor_verify(name):
                    other = figures.floor_verify(name)
                else:
                    other = figures.wall("floor" if against == "floor" else "cp -r", step)
                cells.append(times(goals.ratio(figures.wall(name, step), other)))
        rows.append([name, *cells])
    return table(head, rows)


def columns_of(step):
    """The figures that a step is compared with."""
    return {"first": ("cp", "floor", "peer"), "copy": ("cp", "peer"), "links": ("cp", "peer"),
            "verify": ("floor", "peer")}.get(step, ("peer",))


def goals_section(found):
    rows = [[goal.what, f"{goal.got:.2f}{goal.unit}" if goal.got is not None else "",
             f"{goal.limit:g}{goal.unit}", goal.verdict()] for goal in found]
    return "## Goals\n\n" + table(["goal", "measured", "at most", "verdict"], rows)


def manifest_section(said, entries):
    return f"## A manifest of {entries:,} references\n\n```\n{said.strip()}\n```"
