# SPDX-License-Identifier: MIT
"""The input of all tools: the same bytes on every machine, hard to compress like pictures."""
import functools
import os
import random
import shutil
import traceback
from dataclasses import dataclass

PIECE = 16 << 20  # a large file is made of so many bytes at a time


@dataclass(frozen=True)
class Dataset:
    """Files of one kind in folders of equal size."""
    name: str
    title: str
    files: int
    folders: int
    smallest: int  # bytes
    largest: int

    def scaled(self, scale):
        files = max(1, round(self.files * scale))
        size = max(1 << 20, round(self.smallest * scale)) if self.files == 1 else None
        return Dataset(self.name, self.title, files, max(1, min(self.folders, files)),
                       size or self.smallest, size or self.largest)


ALL = (
    Dataset("small", "100,000 files of 2-20 KB in 100 folders", 100_000, 100, 2_000, 20_000),
    Dataset("large", "2,000 files of 1-2 MB", 2_000, 20, 1_000_000, 2_000_000),
    Dataset("one", "one file of 4 GB", 1, 1, 4_000_000_000, 4_000_000_000),
)


@dataclass(frozen=True)
class Change:
    """The changes of the second version: one file in a hundred is changed, one added and one removed,
    evenly scattered."""
    changed: tuple
    added: tuple
    removed: tuple

    def size(self, dataset):
        """The number of new bytes."""
        return (sum(size_of(dataset, number, 1) for number in self.changed) +
                sum(size_of(dataset, number, 0) for number in self.added))


def second_version(dataset):
    if dataset.files == 1:
        return Change((0,), (), ())
    step = min(100, dataset.files)
    changed = tuple(range(0, dataset.files, step))
    removed = tuple(range(step // 2, dataset.files, step))
    added = tuple(range(dataset.files, dataset.files + len(removed)))
    return Change(changed, added, removed)


def size_of(dataset, number, edition):
    seed = random.Random(f"{dataset.name} size {number} {edition}")
    return seed.randint(dataset.smallest, dataset.largest)


def path_of(dataset, number):
    """Added files go to existing folders."""
    return os.path.join(f"folder{number % dataset.folders:03}", f"{number:06}.bin")


def write_file(tree, dataset, number, edition=0):
    """Edition 1 has other bytes than edition 0."""
    left = size_of(dataset, number, edition)
    bytes_of = random.Random(f"{dataset.name} bytes {number} {edition}")
    with open(os.path.join(tree, path_of(dataset, number)), "wb", buffering=0) as file:
        while left > 0:
            piece = bytes_of.randbytes(min(left, PIECE))
            file.write(piece)
            left -= len(piece)


def apart(function):
    """Runs a function in a separate process: else its memory would be counted as that of every
    program that is started later."""
    @functools.wraps(function)
    def run(*arguments):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                function(*arguments)
                code = 0
            except BaseException:  # pylint: disable=broad-except; told, and the process ends
                traceback.print_exc()
            finally:
                os._exit(code)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
            raise OSError(f"{function.__name__} failed")
    return run


@apart
def make_tree(tree, dataset):
    """Makes the first version in a new folder."""
    shutil.rmtree(tree, ignore_errors=True)
    for folder in range(dataset.folders):
        os.makedirs(os.path.join(tree, f"folder{folder:03}"))
    for number in range(dataset.files):
        write_file(tree, dataset, number)


@apart
def apply(tree, dataset, change):
    """From the first version to the second."""
    for number in change.changed:
        write_file(tree, dataset, number, 1)
    for number in change.added:
        write_file(tree, dataset, number)
    for number in change.removed:
        os.unlink(os.path.join(tree, path_of(dataset, number)))


@apart
def take_back(tree, dataset, change):
    """From the second version to the first."""
    for number in change.changed + change.removed:
        write_file(tree, dataset, number)
    for number in change.added:
        os.unlink(os.path.join(tree, path_of(dataset, number)))


def files_below(folder):
    for place, _, names in os.walk(folder):
        for name in names:
            yield os.path.join(place, name)


@apart
def read_all(folder):
    """Reads all bytes into the page cache."""
    buffer = bytearray(1 << 20)
    for path in files_below(folder):
        with open(path, "rb", buffering=0) as file:
            while file.readinto(buffer):
                pass


def count_files(folder):
    return sum(1 for _ in files_below(folder))
