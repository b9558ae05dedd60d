"""kill -9 at any moment of any work."""

import os
import shutil
import signal
import subprocess
import time

from after import check_place, go_on
from lab import FLAGSHIP, stage, unfinished, wait
from works import WORKS, Work

HOLDS = "no manifest but of what is whole; `resume` (or, where nothing was kept, beginning anew) gives the same bytes; a second `resume` does nothing"


def moment(work, lab, room, chance, process):
    """Waits for a moment to kill: any, or within a stage that is soon over."""
    target = room / "X"
    kinds = ["any", "any", "making the folder", "writing what is kept", "writing tables and pictures", "putting in place"]
    kind = chance.choice(kinds)
    if kind == "any":
        time.sleep(chance.random() * work.unbroken(lab).seconds * 1.1)
        return
    wait(lambda: stage(target) == kind, process)
    time.sleep(chance.random() ** 2 * 0.05)


def kill(process, room):
    process.send_signal(signal.SIGKILL)
    process.communicate()
    at = stage(room / "X")
    room.note(f"kill -9: {at}")
    return at


def test(lab):
    killed = lab.tally("`kill -9` at a random moment", HOLDS)
    resumed = lab.tally("`kill -9` of `resume` at a random moment", HOLDS)
    lost = lab.tally("`kill -9` of a long run, that keeps every two seconds", "what is lost is what was done since it was last kept")

    def one(number):
        chance = lab.random("kill", number)
        work = WORKS[number % len(WORKS)]
        room = lab.room()
        work.prepare(lab, room)
        keep = chance.choice([0, 0, 0.05, 2])
        process = room.start(*work.words(lab), keep=keep)
        moment(work, lab, room, chance, process)
        at = kill(process, room)
        check_place(work, lab, room, killed)
        while chance.random() < 0.3 and unfinished(room / "X").exists():
            process = room.start("resume", "X", "--quiet", "--threads", 1, keep=keep)
            moment(work, lab, room, chance, process)
            again = kill(process, room)
            check_place(work, lab, room, resumed)
            resumed.tried(again)
        way = go_on(work, lab, room, killed)
        killed.tried(at, way)
        room.drop()

    lab.all(range(1000 if lab.long else 20), one)
    each_call(lab)
    how_much(lab, lost)


# What changes the file system, but for what is written into files.
CALLS = "mkdir,rename,renameat2,unlink,unlinkat,rmdir,fsync,chmod,symlink,link,linkat,ftruncate,openat"


def each_call(lab):
    """The same before every single call to the system: moments that chance would rarely hit."""
    tally = lab.tally("killed just before a call that changes the file system, one after the other", HOLDS)
    if not shutil.which("strace"):
        tally.skipped = "skipped: strace isn't installed"
        return
    works = [work for work in WORKS if lab.long or work.name in ("extend", "merge")]

    def count(work, keep):
        """How many calls a thread of it makes at most."""
        room = lab.room()
        work.prepare(lab, room)
        traced(lab, room, work, keep, "-ff", "-o", "calls", "-e", f"trace={CALLS}")
        most = max(len(path.read_text().splitlines()) for path in room.path.glob("calls.*"))
        room.drop()
        return most

    def one(case):
        work, keep, call = case
        room = lab.room()
        work.prepare(lab, room)
        inject = f"inject={CALLS}:signal=KILL:when={call}"
        traced(lab, room, work, keep, "-f", "-o", "/dev/null", "-e", f"trace={CALLS}", "-e", inject)
        at = stage(room / "X")
        room.note(f"killed before call {call}: {at}")
        check_place(work, lab, room, tally)
        tally.tried(at, go_on(work, lab, room, tally))
        room.drop()

    cases = []
    for work in works:
        # Once with as much kept as can be, once with nothing kept before the end.
        for keep in (0, 1000):
            most = count(work, keep)
            calls = range(1, most + 1)
            if not lab.long:
                # The last ones put it in its place.
                calls = sorted({*lab.random("call", work.name, keep).sample(calls, 2), most})
            cases += [(work, keep, call) for call in calls]
    lab.all(cases, one)


def traced(lab, room, work, keep, *options):
    words = list(map(str, work.words(lab)))
    command = ["strace", "-qq", "-e", "signal=none", *options]
    room.log.append(f"SIMULATE_KEEP_EVERY={keep} {' '.join(command)} simulate {' '.join(words)}")
    environment = {**os.environ, "SIMULATE_KEEP_EVERY": str(keep)}
    how = {"cwd": room.path, "env": environment, "capture_output": True, "stdin": subprocess.DEVNULL}
    subprocess.run([*command, lab.program, *words], **how)


def how_much(lab, tally):
    """How long ago something was last kept, when a run is killed."""
    work = Work("a long run", ["run", FLAGSHIP, "-n", 200000, "--out", "X"])

    def one(number):
        chance = lab.random("lost", number)
        room = lab.room()
        process = room.start(*work.words(lab))
        folder = unfinished(room / "X") / "parts"
        wait(lambda: stage(room / "X") == "simulating, nothing kept", process)
        began = time.time()
        # Two seconds, and what a disk that others write to takes to have it.
        if not wait(lambda: any(folder.glob("*.part")), process, most=20):
            process.kill()
            process.communicate()
            tally.violated("nothing was kept after twenty seconds", room)
            return
        tally.most("seconds until something was kept", time.time() - began)
        time.sleep(1 + chance.random() * (8 if lab.long else 4))
        process.send_signal(signal.SIGKILL)
        killed = time.time()
        process.communicate()
        parts = list(folder.glob("*.part"))
        age = killed - max(part.stat().st_mtime for part in parts)
        tally.most("seconds of work lost", age)
        if age > 6:
            tally.violated(f"{age:.1f} s of work are lost", room)
        tally.tried("killed")
        room.drop()

    lab.all(range(20 if lab.long else 2), one)
