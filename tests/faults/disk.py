"""A disk that is full, wherever in the work that happens."""

import os
import resource
import shutil
import subprocess
import time

from after import check_place, check_whole, go_on
from lab import stage, unfinished
from works import WORKS

HOLDS = "exit code 1; the error names the file, and what was kept is said to be there; no manifest but of what is whole; `resume` with more room gives the same bytes"
MEBIBYTE = 1 << 20


class Disk:
    """A small disk, where that can be had."""

    def __init__(self, path):
        self.path = path
        path.mkdir()

    def mount(self, bytes_):
        command = ["mount", "-t", "tmpfs", "-o", f"size={bytes_}", "tmpfs", self.path]
        return subprocess.run(command, capture_output=True).returncode == 0

    def grow(self):
        subprocess.run(["mount", "-o", "remount,size=256m", self.path], check=True)

    def unmount(self):
        # A process that was just ended may still hold it for a moment.
        for _ in range(100):
            if subprocess.run(["umount", self.path], stderr=subprocess.DEVNULL).returncode == 0:
                break
            time.sleep(0.1)
        else:
            subprocess.run(["umount", "--lazy", self.path], check=True)


def can_mount(lab):
    return lab.once("can mount", lambda: try_to_mount(lab))


def try_to_mount(lab):
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("mount"):
        return False
    disk = Disk(lab.place / "try")
    done = disk.mount(MEBIBYTE)
    if done:
        disk.unmount()
    return done


def test(lab):
    full = lab.tally("the disk is full", HOLDS)
    resumed = lab.tally("the disk is full again while it is gone on with", HOLDS)
    long_file = lab.tally("a file would be larger than may be (`RLIMIT_FSIZE`)", HOLDS)
    if can_mount(lab):
        count = 200 if lab.long else 12
        lab.all(range(count), lambda number: on_disk(lab, number, count, full, resumed))
    else:
        full.skipped = resumed.skipped = "skipped: only root may mount a small disk"
    lab.all(range(60 if lab.long else 5), lambda number: with_limit(lab, number, long_file))


def check_said(ended, work, room, tally):
    """An error that names a file of this place, and says where to go on if there is something."""
    if ended.code != 1:
        tally.violated(f"{work.name}: exit code {ended.code} where the disk is full", room)
    errors = [line for line in ended.said.splitlines() if line.startswith("error:")]
    if not any(f"{room.path}/" in line or "X/" in line or "X.unfinished" in line for line in errors):
        tally.violated(f"{work.name}: the error names no file", room)
    if unfinished(room / "X").exists() and "simulate resume" not in ended.said:
        tally.violated(f"{work.name}: X.unfinished is left, and nothing says what to do with it", room)


def on_disk(lab, number, count, tally, resumed):
    """A disk with room for some of the work; less of it where all of it went there."""
    chance = lab.random("disk", number)
    work = chance.choice(WORKS)
    share = (number + chance.random()) / count
    tries = 0
    while not is_full(lab, f"disk-{number}-{tries}", (work, share * 0.8**tries), chance, tally, resumed):
        tries += 1


def is_full(lab, name, case, chance, tally, resumed):
    """Whether there was too little room, which is then a fault that was tried."""
    work, share = case
    disk = Disk(lab.place / name)
    disk.mount(fixed(lab, work) + int(needs(lab, work) * share))
    try:
        room = lab.room(disk.path)
        room.note(f"on a disk with room for {shutil.disk_usage(disk.path).free} bytes")
        work.prepare(lab, room)
        ended = room.simulate(*work.words(lab), tally=tally, keep=chance.choice([0, 0.05, 2]))
        if ended.code == 0:
            # No fault: it is not counted, and another is tried with less room.
            check_whole(work, lab, room, tally)
            return False
        at = stage(room / "X")
        check_said(ended, work, room, tally)
        check_place(work, lab, room, tally)
        if unfinished(room / "X").exists():
            again = room.simulate("resume", "X", "--quiet", tally=resumed)
            if again.code != 0:
                check_said(again, work, room, resumed)
            check_place(work, lab, room, resumed)
            resumed.tried(f"exit code {again.code}")
        room.note("the disk gets larger")
        disk.grow()
        tally.tried(at, go_on(work, lab, room, tally))
        return True
    finally:
        disk.unmount()


def pages(sizes):
    """What files take on a disk."""
    return sum(4096 * (size // 4096 + 1) for size in sizes)


def fixed(lab, work):
    """What is there before it begins: the scenarios, and what it replaces."""
    there = work.replaces(lab).rglob("*") if work.replaces else []
    return 48 * 1024 + pages(path.stat().st_size for path in there)


def needs(lab, work):
    """About how much it takes at most: what is kept while it goes on is beside what comes out."""
    return pages(work.unbroken(lab).sizes) * 1.35


def with_limit(lab, number, tally):
    """No file may be longer than a limit, which needs no rights to be tried."""
    chance = lab.random("limit", number)
    work = chance.choice(WORKS)
    room = lab.room()
    work.prepare(lab, room)
    limit = chance.randrange(0, int(max(work.unbroken(lab).sizes) * 1.05))
    room.note(f"no file may be longer than {limit} bytes (ulimit -f)")

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    # Ignored signals stay ignored: the write fails instead of ending the program.
    how = {"preexec_fn": limited, "restore_signals": False}
    ended = room.simulate(*work.words(lab), tally=tally, keep=chance.choice([0, 0, 2]), **how)
    at = stage(room / "X")
    if ended.code != 0:
        check_said(ended, work, room, tally)
    check_place(work, lab, room, tally)
    tally.tried(at, go_on(work, lab, room, tally))
    room.drop()
