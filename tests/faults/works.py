"""The work that faults come over: each command that keeps what it does."""

import shutil
import time

from lab import Tally, prints, stage, wait

SMALL = 5000
LARGE = 9000


class Work:
    """A command that makes the folder X."""

    def __init__(self, name, arguments, replaces=None):
        self.name = name
        self.arguments = arguments
        # What it finds in the place of its folder.
        self.replaces = replaces

    def words(self, lab):
        found = self.arguments(lab) if callable(self.arguments) else self.arguments
        return [*map(str, found), "--quiet", "--threads", 1]

    def prepare(self, lab, room):
        if self.replaces:
            shutil.copytree(self.replaces(lab), room / "X")

    def unbroken(self, lab):
        """What comes of it when nothing happens: its files, exit code, seconds."""
        return lab.once(("unbroken", self.name), lambda: self._unbroken(lab))

    def _unbroken(self, lab):
        room = lab.room()
        self.prepare(lab, room)
        before = prints(room / "X") if self.replaces else None
        tally = Tally("", "")
        began = time.monotonic()
        ended = room.simulate(*self.words(lab), tally=tally)
        took = time.monotonic() - began
        if ended.code != 0:
            raise Broken(f"{self.name} ends with {ended.code} when nothing happens to it: {ended.said.strip()}")
        return Unbroken(room / "X", before, took)


class Broken(Exception):
    """A command that fails by itself: nothing can be found out about faults."""


class Unbroken:
    def __init__(self, folder, before, seconds):
        self.folder = folder
        self.sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
        self.files = prints(folder)
        self.before = before
        self.seconds = seconds


def made(lab, name, *arguments):
    """The folder of a command, made once."""

    def make():
        room = lab.room()
        ended = room.simulate(*arguments, "--out", "X", "--quiet", tally=Tally("", ""))
        assert ended.code == 0, ended.said
        return room / "X"

    return lab.once(name, make)


def finished(lab):
    return made(lab, "finished", "run", "base.toml", "-n", SMALL)


def finished_series(lab):
    return made(lab, "finished with series", "run", "base.toml", "-n", 2000, "--series")


def shards(lab):
    """All three shards of a run."""
    return [
        made(lab, f"shard {i}", "run", "base.toml", "-n", LARGE, "--shard", f"{i}/3") for i in (1, 2, 3)
    ]


def merged(lab):
    return made(lab, "merged", "merge", *shards(lab))


RUN = Work("run", ["run", "base.toml", "-n", LARGE, "--out", "X"])
EXTEND = Work("extend", lambda lab: ["extend", "X", "-n", LARGE], replaces=finished)
MERGE = Work("merge", lambda lab: ["merge", *shards(lab), "--out", "X"])
SHARD = Work("a shard", ["run", "base.toml", "-n", LARGE, "--shard", "2/3", "--out", "X", "--go-on"])
SWEEP = Work("sweep", ["sweep", "base.toml", "--set", "threat.fighters=4000:6000:4", "-n", 2000, "--out", "X"])
WORKS = [
    RUN,
    Work("run --series", ["run", "base.toml", "-n", 3000, "--series", "--out", "X"]),
    Work("run --no-replicates", ["run", "base.toml", "-n", LARGE, "--no-replicates", "--out", "X"]),
    Work("run --precision", ["run", "base.toml", "--precision", 0.013, "--out", "X"]),
    Work("compare", ["compare", "base.toml", "other.toml", "-n", LARGE, "--out", "X"]),
    SWEEP,
    Work("sensitivity", ["sensitivity", "base.toml", "--budget", 20000, "--base", 16, "--out", "X"]),
    SHARD,
    Work("a shard of sweep", [*SWEEP.arguments, "--shard", "1/2", "--go-on"]),
    MERGE,
    EXTEND,
    Work("extend of a merged run", lambda lab: ["extend", "X", "-n", 12000], replaces=merged),
    Work("extend --out", lambda lab: ["extend", finished(lab), "-n", LARGE, "--out", "X"]),
]


def check(lab):
    """Does every work once, to compare with; one that fails by itself is told and left out."""
    tally = lab.tally("no fault", "exit code 0")
    whole = []

    def one(work):
        try:
            work.unbroken(lab)
            whole.append(work)
        except Broken as broken:
            tally.violated(str(broken), lab.room())
        tally.tried()

    lab.all(list(WORKS), one)
    WORKS[:] = [work for work in WORKS if work in whole]


def killed_run(lab):
    """A room in which a run was killed, of which something was kept."""
    room = lab.room()
    process = room.start(*RUN.words(lab), keep=0)
    wait(lambda: stage(room / "X") == "simulating, something kept", process)
    process.kill()
    process.communicate()
    room.note("kill -9")
    return room
