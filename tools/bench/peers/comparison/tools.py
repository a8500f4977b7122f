# SPDX-License-Identifier: MIT
"""How each tool makes a store, adds a folder to it, lays it out again and checks it.

Each class is one row of the tables. A step that a tool does not have is None. `tree` is the folder of
files, which `prepare` may replace by a copy if a tool needs them in its own folder."""
import os
import shutil

from .measuring import size_of_store


class Tool:
    name = ""
    is_peer = True       # vitrine is compared with it
    program = None       # what must be installed
    environment = {}

    def __init__(self, options, store):
        self.options = options
        self.store = store
        self.home = store + ".home"  # what a tool keeps outside of its store
        os.makedirs(self.home)

    @classmethod
    def missing(cls, _options):
        """The reason why it cannot run, or None."""
        return None if shutil.which(cls.program) else f"'{cls.program}' is not installed"

    def prepare(self, runner, tree):
        """Makes an empty store. Returns the folder to add."""
        raise NotImplementedError

    def add(self, tree, version):
        raise NotImplementedError

    def add_unchanged(self, tree):
        return self.add(tree, "again")

    def checkout(self, folder):
        return None

    def checkout_links(self, folder):
        return None

    def verify(self):
        return None

    def cwd(self, tree):
        return tree

    def size(self):
        return size_of_store(self.store)


class Copy(Tool):
    name = "cp -r"
    program = "cp"
    is_peer = False

    def prepare(self, runner, tree):
        os.makedirs(self.store)
        return tree

    def add(self, tree, version):
        return [["cp", "-r", tree, os.path.join(self.store, version)]]

    def add_unchanged(self, tree):
        return None

    def checkout(self, folder):
        return [["cp", "-r", os.path.join(self.store, "v2"), folder]]

    def checkout_links(self, folder):
        return [["cp", "-al", os.path.join(self.store, "v2"), folder]]


class Vitrine(Tool):
    name = "vitrine"
    is_peer = False
    creation = []

    @classmethod
    def missing(cls, _options):
        return None

    def _command(self, *words):
        return [self.options.vitrine, "--store", self.store, *words]

    def prepare(self, runner, tree):
        runner.do([self.options.vitrine, "init", *self.creation, self.store])
        return tree

    def add(self, tree, version):
        return [self._command("add", "files", tree, "--type", "dataset")]

    def checkout(self, folder):
        return [self._command("checkout", "files:latest", folder, "--link", "copy")]

    def checkout_links(self, folder):
        return [self._command("checkout", "files:latest", folder, "--link", "hardlink")]

    def verify(self):
        return [self._command("verify")]

    def stored_bytes(self):
        """The folder of the bytes, for the floor of `verify`."""
        return os.path.join(self.store, "objects")


class LooseVitrine(Vitrine):
    name = "vitrine loose"
    creation = ["--pack-limit", "0"]


class Git(Tool):
    name = "git"
    program = "git"
    settings = []
    environment = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
                   "GIT_AUTHOR_NAME": "bench", "GIT_AUTHOR_EMAIL": "bench@localhost",
                   "GIT_COMMITTER_NAME": "bench", "GIT_COMMITTER_EMAIL": "bench@localhost"}

    def _command(self, tree, *words):
        return ["git", "-c", "gc.auto=0", *self.settings, f"--git-dir={self.store}",
                f"--work-tree={tree}", *words]

    def prepare(self, runner, tree):
        runner.do(["git", "init", "-q", "--bare", self.store], environment=self.environment)
        return tree

    def add(self, tree, version):
        return [self._command(tree, "add", "-A"), self._command(tree, "commit", "-q", "-m", version)]

    def add_unchanged(self, tree):
        return [self._command(tree, "add", "-A")]

    def checkout(self, folder):
        index = f"GIT_INDEX_FILE={self.home}/index"
        return [["mkdir", folder],
                ["env", index, *self._command(folder, "checkout", "HEAD", "--", ".")]]

    def verify(self):
        return [["git", f"--git-dir={self.store}", "fsck", "--full", "--no-dangling"]]


class PlainGit(Git):
    name = "git uncompressed"
    settings = ["-c", "core.compression=0"]


class Restic(Tool):
    name = "restic"
    program = "restic"

    def __init__(self, options, store):
        super().__init__(options, store)
        self.environment = {"RESTIC_PASSWORD": "bench", "RESTIC_CACHE_DIR": self.home,
                            "RESTIC_PROGRESS_FPS": "0.01"}

    def _command(self, *words):
        return ["restic", "--repo", self.store, "--quiet", *words]

    def prepare(self, runner, tree):
        runner.do(self._command("init"), environment=self.environment)
        return tree

    def add(self, tree, version):
        return [self._command("backup", ".")]

    def checkout(self, folder):
        return [self._command("restore", "latest", "--target", folder)]

    def verify(self):
        return [self._command("check", "--read-data")]


class Borg(Tool):
    name = "borg"
    program = "borg"

    def __init__(self, options, store):
        super().__init__(options, store)
        self.environment = {"BORG_BASE_DIR": self.home,
                            "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes"}

    def prepare(self, runner, tree):
        runner.do(["borg", "init", "-e", "none", self.store], environment=self.environment)
        return tree

    def add(self, tree, version):
        return [["borg", "create", f"{self.store}::{version}", "."]]

    def checkout(self, folder):
        return [["mkdir", folder],
                ["sh", "-c", 'cd "$1" && exec borg extract "$2"', "sh", folder,
                 f"{self.store}::v2"]]

    def verify(self):
        return [["borg", "check", "--verify-data", self.store]]


class Ostree(Tool):
    name = "ostree"
    program = "ostree"

    def _command(self, verb, *words):
        return ["ostree", verb, f"--repo={self.store}", *words]

    def prepare(self, runner, tree):
        os.makedirs(self.store)
        runner.do(self._command("init", "--mode=bare"))
        return tree

    def add(self, tree, version):
        return [self._command("commit", "--branch=files", f"--subject={version}",
                              f"--tree=dir={tree}")]

    def checkout(self, folder):
        return [self._command("checkout", "--force-copy", "files", folder)]

    def checkout_links(self, folder):
        return [self._command("checkout", "--require-hardlinks", "files", folder)]

    def verify(self):
        return [self._command("fsck")]


class Dvc(Tool):
    """Its files are in its project, beside which it keeps the cache."""
    name = "dvc"

    def __init__(self, options, store):
        super().__init__(options, store)
        self.program = os.path.join(options.venv, "bin", "dvc")
        self.environment = {"DVC_NO_ANALYTICS": "1", "DVC_SITE_CACHE_DIR": self.home,
                            "DVC_GLOBAL_CONFIG_DIR": self.home,
                            "DVC_SYSTEM_CONFIG_DIR": self.home}

    @classmethod
    def missing(cls, options):
        path = os.path.join(options.venv, "bin", "dvc")
        return None if os.path.exists(path) else f"'{path}' is not installed"

    def prepare(self, runner, tree):
        os.makedirs(self.store)
        runner.do([self.program, "init", "--no-scm", "-q"], cwd=self.store,
                  environment=self.environment)
        own = os.path.join(self.store, "tree")
        runner.do(["cp", "-r", tree, own])
        return own

    def cwd(self, tree):
        return self.store

    def add(self, tree, version):
        return [[self.program, "add", "-q", "tree"]]

    def checkout(self, folder):
        """Checks out into the project: it supports no other folder."""
        return [["mv", os.path.join(self.store, "tree"), folder + ".old"],
                [self.program, "checkout", "-q"],
                ["mv", os.path.join(self.store, "tree"), folder],
                ["mv", folder + ".old", os.path.join(self.store, "tree")]]

    def size(self):
        return size_of_store(os.path.join(self.store, ".dvc"))


class Wandb(Tool):
    """The SDK of W&B in offline mode: it copies the files to upload to a staging folder."""
    name = "wandb"

    def __init__(self, options, store):
        super().__init__(options, store)
        self.program = os.path.join(options.venv, "bin", "python")
        self.environment = {"WANDB_MODE": "offline", "WANDB_SILENT": "true",
                            "WANDB_DIR": store, "WANDB_CACHE_DIR": os.path.join(store, "cache"),
                            "WANDB_DATA_DIR": os.path.join(store, "data"),
                            "WANDB_CONFIG_DIR": self.home, "WANDB_ERROR_REPORTING": "false"}

    @classmethod
    def missing(cls, options):
        path = os.path.join(options.venv, "bin", "wandb")
        return None if os.path.exists(path) else f"'{path}' is not installed"

    def prepare(self, runner, tree):
        os.makedirs(self.store)
        return tree

    def add(self, tree, version):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "wandb_add.py")
        return [[self.program, script, tree]]

    def cwd(self, tree):
        return self.store


ALL = {tool.name: tool for tool in
       (Copy, Vitrine, LooseVitrine, Git, PlainGit, Restic, Borg, Ostree, Dvc, Wandb)}
