# SPDX-License-Identifier: MIT
"""Runs programs and measures their costs."""
import ctypes
import os
import shutil
import stat
import statistics
import subprocess
import time
from dataclasses import dataclass


class Failed(Exception):
    """A program that was measured has failed."""


@dataclass(frozen=True)
class Taken:
    """The cost of one step, including the flush of the file system after it."""
    wall: float  # seconds
    cpu: float   # seconds, user and system, of all threads and children
    peak: int    # bytes of memory of the largest process


@dataclass(frozen=True)
class Size:
    bytes: int  # as the file system allots them
    inodes: int


def flush(folder):
    """syncfs: all that was written to the file system of the folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), folder)
    finally:
        os.close(descriptor)


class MemoryFiller:
    """Leaves little memory free: the rest is filled with pages of a sparse file, which the kernel
    frees first.

    A virtual machine gets memory from its host at the first touch, page by page, and its free
    memory may go back to the host. On the machine of RESULTS.md 1 GiB of it took 3 seconds of
    processor time, paid by whichever tool came first or wrote most into the page cache."""
    KEPT_FREE = 512 << 20
    PIECE = 4 << 20

    def __init__(self, folder):
        self.path = os.path.join(folder, "holes.bin")
        self.size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        self.next = 0
        with open(self.path, "wb") as file:
            file.truncate(self.size)

    def fill(self):
        buffer = bytearray(self.PIECE)
        read = 0
        with open(self.path, "rb", buffering=0) as file:
            while self.free() > self.KEPT_FREE and read < self.size:
                file.seek(self.next)
                read += file.readinto(buffer)
                self.next = (self.next + self.PIECE) % self.size

    @staticmethod
    def free():
        with open("/proc/meminfo", encoding="ascii") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("MemFree:")) << 10


class Runner:
    """Runs the programs of one comparison in its work folder."""

    def __init__(self, work, verbose):
        self.work = work
        self.verbose = verbose
        self.memory = MemoryFiller(work)

    def measure(self, commands, cwd=None, environment=None):
        """Runs the commands one after the other. What was dirty before is flushed first, and what
        they left is flushed within the time."""
        self.memory.fill()
        flush(self.work)
        start = time.monotonic()
        cpu = 0.0
        peak = 0
        for command in commands:
            usage = self._run(command, cwd, environment)
            cpu += usage.ru_utime + usage.ru_stime
            peak = max(peak, usage.ru_maxrss * 1024)  # Linux gives KiB
        flush(self.work)
        return Taken(time.monotonic() - start, cpu, peak)

    def do(self, *commands, cwd=None, environment=None):
        """Runs the commands without a measurement."""
        for command in commands:
            self._run(command, cwd, environment)

    def _run(self, command, cwd, environment):
        if self.verbose:
            print("    " + " ".join(command), flush=True)
        log = os.path.join(self.work, "last-output.txt")
        with open(log, "wb") as output:
            process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=subprocess.STDOUT,
                                       env={**os.environ, **(environment or {})})
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            with open(log, "rb") as output:
                text = output.read().decode("utf-8", "replace").strip()[-2000:]
            raise Failed(f"'{' '.join(command)}' ended with {process.returncode}: {text}")
        return usage

    def set_aside(self, folder):
        """Frees the bytes of a folder that is not needed any more, but keeps its inodes to the end.

        Before ext4 allocates an inode, it checks each inode of the group that was freed within the
        last minutes. So after 100,000 removed files, creating files takes several times as long, and
        a tool would be measured by what was removed before it."""
        if not os.path.isdir(folder):
            return
        for place, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(place, name)
                status = os.lstat(path)
                if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
                    os.chmod(path, 0o600)
                    os.truncate(path, 0)
        aside = os.path.join(self.work, "aside")
        os.makedirs(aside, exist_ok=True)
        os.rename(folder, os.path.join(aside, str(len(os.listdir(aside)))))

    def output(self):
        """The output of the last program."""
        with open(os.path.join(self.work, "last-output.txt"), encoding="utf-8") as file:
            return file.read()


def size_of_store(folder):
    """As `du` counts: a file with many names counts once."""
    seen = set()
    total = 0
    for place, folders, names in os.walk(folder):
        for name in [""] + names + [each for each in folders
                                    if os.path.islink(os.path.join(place, each))]:
            status = os.lstat(os.path.join(place, name) if name else place)
            if (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                total += status.st_blocks * 512
    return Size(total, len(seen))


def remove(folder):
    """Removes also read-only files, such as the objects of some stores."""
    if os.path.isdir(folder):
        for place, folders, _ in os.walk(folder):
            for name in folders:
                path = os.path.join(place, name)
                if not os.path.islink(path):
                    os.chmod(path, 0o700)
        shutil.rmtree(folder)


def median(takes):
    """The median by wall time, with its processor time and memory."""
    ordered = sorted(takes, key=lambda taken: taken.wall)
    if len(ordered) % 2 == 1:
        return ordered[len(ordered) // 2]
    return Taken(statistics.median(taken.wall for taken in ordered),
                 statistics.median(taken.cpu for taken in ordered),
                 max(taken.peak for taken in ordered))
