"""Folders that may not be written, that go away, that several want at once; clocks that are wrong."""

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from after import check_place, check_whole, go_on
from disk import Disk, can_mount
from lab import SCENARIOS, differs, prints, stage, unfinished, wait
from works import EXTEND, RUN, WORKS, finished, killed_run

# A user who may do nothing here; on most systems it is called nobody.
NOBODY = 65534


def test(lab):
    refused(lab)
    taken_away(lab)
    vanished(lab)
    clock(lab)
    at_once(lab)


def refused(lab):
    tally = lab.tally("a folder that may not be written", "exit code 2 before the work begins, naming it; nothing is left")
    if os.geteuid() == 0:
        user = NOBODY
    else:
        user = None

    def one(work):
        room = lab.room()
        work.prepare(lab, room)
        before = prints(room.path)
        room.path.chmod(0o555)
        room.note("chmod 555 .")
        ended = room.simulate(*work.words(lab), tally=tally, user=user)
        if ended.code != 2 or "X" not in ended.said:
            tally.violated(f"{work.name}: exit code {ended.code} in a folder that may not be written", room)
        if prints(room.path) != before or unfinished(room / "X").exists():
            tally.violated(f"{work.name}: something changed in a folder that may not be written", room)
        tally.tried(f"exit code {ended.code}")

    lab.all([w for w in WORKS if not w.replaces][: None if lab.long else 4], one)


def taken_away(lab):
    """Rights that go away while it works."""
    holds = "exit code 1, naming the file; when it may be written again `resume` gives the same bytes"
    rights = lab.tally("rights to the folder are taken away while it works", holds)
    read_only = lab.tally("the disk becomes read-only while it works", holds)
    user = NOBODY if os.geteuid() == 0 else None

    def begun(room, chance, tally, owner):
        if owner is not None:
            for path in [room.path, *room.path.rglob("*")]:
                os.chown(path, owner, owner)
        process = room.start(*RUN.words(lab), keep=chance.choice([0, 0.05]), user=owner)
        wanted = chance.choice(["simulating, nothing kept", "simulating, something kept", "writing tables and pictures"])
        wait(lambda: stage(room / "X") == wanted, process)
        return process

    def without_rights(number):
        chance = lab.random("rights", number)
        room = lab.room()
        process = begun(room, chance, rights, user)
        beside = unfinished(room / "X")
        folder = chance.choice([beside, beside / "parts"])
        try:
            folder.chmod(0o500)
        except OSError:
            folder = None
        room.note(f"chmod 500 {folder and folder.name}: {stage(room / 'X')}")
        ended = room.end(process, rights)
        if ended.code not in (0, 1) or (ended.code == 1 and "X" not in ended.said):
            rights.violated(f"exit code {ended.code} where rights are taken away", room)
        if folder and folder.exists():
            folder.chmod(0o700)
            room.note(f"chmod 700 {folder.name}")
        check_place(RUN, lab, room, rights)
        rights.tried(f"exit code {ended.code}", go_on(RUN, lab, room, rights))
        room.drop()

    def with_read_only(number):
        chance = lab.random("read-only", number)
        disk = Disk(lab.place / f"read-only-{number}")
        disk.mount(64 << 20)
        try:
            room = lab.room(disk.path)
            process = begun(room, chance, read_only, None)
            # Refused while a file is open for writing: tried until it is let.
            done = wait(lambda: os.system(f"mount -o remount,ro {disk.path} 2>/dev/null") == 0, process)
            room.note(f"mount -o remount,ro: {done}, {stage(room / 'X')}")
            ended = room.end(process, read_only)
            os.system(f"mount -o remount,rw {disk.path}")
            room.note("mount -o remount,rw")
            if ended.code not in (0, 1) or (ended.code == 1 and "X" not in ended.said):
                read_only.violated(f"exit code {ended.code} on a disk that became read-only", room)
            check_place(RUN, lab, room, read_only)
            read_only.tried(f"exit code {ended.code}", go_on(RUN, lab, room, read_only))
        finally:
            disk.unmount()

    lab.all(range(40 if lab.long else 4), without_rights)
    if can_mount(lab):
        lab.all(range(40 if lab.long else 4), with_read_only)
    else:
        read_only.skipped = "skipped: only root may mount a disk"


def vanished(lab):
    tally = lab.tally("its folder, or a part of it, is removed while it works", "exit code 1 that says so (or the right result, where it wasn't needed any more); no manifest but of what is whole; beginning anew works")

    def one(number):
        chance = lab.random("vanished", number)
        work = chance.choice([w for w in WORKS if not w.replaces])
        room = lab.room()
        work.prepare(lab, room)
        process = room.start(*work.words(lab), keep=chance.choice([0, 0.05, 2]))
        wanted = chance.choice(["simulating, nothing kept", "simulating, something kept", "writing tables and pictures"])
        wait(lambda: stage(room / "X") == wanted, process)
        time.sleep(chance.random() * 0.05)
        at = stage(room / "X")
        beside = unfinished(room / "X")
        gone = chance.choice([[beside], [room / "X"], [beside, room / "X"], [beside / "parts"]])
        for folder in gone:
            shutil.rmtree(folder, ignore_errors=True)
            room.note(f"rm -r {folder.relative_to(room.path)}: {at}")
        ended = room.end(process, tally)
        if ended.code not in (0, 1):
            tally.violated(f"{work.name}: exit code {ended.code} where its folder is removed", room)
        if ended.code == 0 and at != "after the end" and differs(room / "X", work.unbroken(lab).files):
            tally.violated(f"{work.name}: it ends well, and X is not whole", room)
        if ended.code == 1 and "X" not in ended.said:
            tally.violated(f"{work.name}: the error names no file", room)
        check_place(work, lab, room, tally)
        tally.tried(f"exit code {ended.code}", go_on(work, lab, room, tally, is_spoiled=True))
        room.drop()

    lab.all(range(120 if lab.long else 6), one)


def faketime():
    """The library that sets a program's clock, if it is there."""
    places = ["/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime", "/usr/local/lib/faketime"]
    # By FAKETIME_FOLDER where it lies elsewhere.
    if "FAKETIME_FOLDER" in os.environ:
        places.insert(0, os.environ["FAKETIME_FOLDER"])
    libraries = (Path(place) / "libfaketimeMT.so.1" for place in places)
    return next((library for library in libraries if library.exists()), None)


def clock(lab):
    tally = lab.tally("the clock is set back while it works, or stands in another century", "the same bytes but for the clock in the manifest")
    library = faketime()
    if library is None:
        tally.skipped = "skipped: libfaketime isn't installed"
        return

    def one(number):
        chance = lab.random("clock", number)
        room = lab.room()
        setting = room / "faketime"
        base = chance.choice(["@1969-12-31 23:59:58", "@2016-02-29 23:59:59", "@2038-01-19 03:14:06", "@2199-12-31 23:59:59"])
        setting.write_text(base)
        env = {"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(setting), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        process = room.start(*RUN.words(lab), keep=0.05, env=env)
        wait(lambda: stage(room / "X") == "simulating, something kept", process)
        setting.write_text("@2001-01-01 00:00:00")
        room.note(f"the clock stood at {base}, and is set to 2001-01-01")
        ended = room.end(process, tally)
        if ended.code != 0:
            tally.violated(f"exit code {ended.code} where the clock is set back", room)
        setting.unlink()
        check_whole(RUN, lab, room, tally)
        tally.tried(f"exit code {ended.code}")
        room.drop()

    lab.all(range(20 if lab.long else 2), one)


def at_once(lab):
    count = 20
    words = ["run", "base.toml", "-n", "2000", "--quiet", "--threads", "1", "--no-replicates"]
    alone = lab.once("alone", lambda: whole_alone(lab, words))

    def together(room, commands, tally):
        processes = [room.start(*command) for command in commands]
        with ThreadPoolExecutor(len(processes)) as pool:
            return list(pool.map(lambda p: room.end(p, tally), processes))

    tally = lab.tally("twenty runs in the same second, without --out", "each has a folder of its own, all with the same bytes; `latest` leads to one of them")
    for _ in range(5 if lab.long else 1):
        room = lab.room()
        ended = together(room, [words] * count, tally)
        parent = next((room / "output").iterdir())
        folders = [path for path in parent.iterdir() if not path.is_symlink()]
        if [e.code for e in ended] != [0] * count or len(folders) != count:
            tally.violated(f"{len(folders)} folders of {count}, exit codes {[e.code for e in ended]}", room)
        for folder in folders:
            wrong = differs(folder, alone)
            if wrong:
                tally.violated(f"a folder isn't whole: {wrong}", room)
        if not (parent / "latest" / "manifest.json").exists():
            tally.violated("latest leads nowhere", room)
        tally.tried()
        room.drop()

    tally = lab.tally("twenty runs at once into the same --out", "one does it, the others are refused with exit code 2; the folder is whole")
    for _ in range(5 if lab.long else 1):
        room = lab.room()
        ended = together(room, [[*words, "--out", "X"]] * count, tally)
        codes = sorted(e.code for e in ended)
        if codes != [0] + [2] * (count - 1) or differs(room / "X", alone):
            tally.violated(f"exit codes {codes}; {differs(room / 'X', alone)}", room)
        left(room, tally)
        tally.tried()
        room.drop()

    tally = lab.tally("twenty `resume` at once of the same work", "one does it, the others end with exit code 1, or come when all is done; the folder is whole")
    for number in range(5 if lab.long else 1):
        room = killed_run(lab)
        ended = together(room, [["resume", "X", "--quiet", "--threads", "1"]] * count, tally)
        codes = [e.code for e in ended]
        # Another process is at it: later the same would work.
        if 0 not in codes or set(codes) - {0, 1}:
            tally.violated(f"exit codes {sorted(codes)}", room)
        check_whole(RUN, lab, room, tally)
        tally.tried()
        room.drop()

    tally = lab.tally("twenty `extend` at once of the same run", "one does it, the others are refused; the folder is whole")
    for number in range(5 if lab.long else 1):
        room = lab.room()
        EXTEND.prepare(lab, room)
        ended = together(room, [EXTEND.words(lab)] * count, tally)
        codes = sorted(e.code for e in ended)
        if codes != [0] + [2] * (count - 1):
            tally.violated(f"exit codes {codes}", room)
        check_whole(EXTEND, lab, room, tally)
        tally.tried()
        room.drop()


def left(room, tally):
    more = sorted(p.name for p in room.path.iterdir() if p.name not in {"X", *SCENARIOS})
    if more:
        tally.violated(f"something is left over: {', '.join(more)}", room)


def whole_alone(lab, words):
    room = lab.room()
    room.simulate(*words, "--out", "X", tally=lab.tallies[-1])
    return prints(room / "X")
