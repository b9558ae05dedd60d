"""Interrupts, one and two, at any moment."""

import signal
import time

from after import check_place, check_whole, go_on
from lab import differs, stage, unfinished, wait
from works import WORKS

SIGNALS = {"INT": signal.SIGINT, "TERM": signal.SIGTERM, "HUP": signal.SIGHUP}


def test(lab):
    holds = "exit code 130 (0 where all was done); what is left is whole, or unfinished and can be gone on with to the same bytes"
    tallies = {name: lab.tally(f"an interrupt by {name} at a random moment", holds) for name in SIGNALS}
    twice = lab.tally("two interrupts quickly after each other", holds + "; the program ends at once")
    drawing = lab.tally("one interrupt while tables and pictures are written", holds)
    drawing_twice = lab.tally("two interrupts while tables and pictures are written", holds + "; the program ends at once")

    def interrupted(number, tally, name, second, in_pictures):
        chance = lab.random("interrupt", tally.fault, number)
        work = chance.choice(WORKS)
        room = lab.room()
        work.prepare(lab, room)
        process = room.start(*work.words(lab), keep=chance.choice([0, 0.05, 2]))
        if in_pictures:
            wait(lambda: stage(room / "X") == "writing tables and pictures", process)
            time.sleep(chance.random() * 0.02)
        else:
            # From when it has begun: before it listens, a signal ends it as any program.
            wait(lambda: (room / "X").exists(), process)
            time.sleep(chance.random() * 0.7 * work.unbroken(lab).seconds)
        at = stage(room / "X")
        process.send_signal(SIGNALS[name])
        room.note(f"kill -{name}: {at}")
        if second:
            time.sleep(chance.random() * 0.02)
            process.send_signal(SIGNALS[chance.choice(list(SIGNALS))])
            room.note("and another")
        began = time.monotonic()
        ended = room.end(process, tally)
        took = time.monotonic() - began
        tally.most("seconds until it ended", took)
        if ended.code not in (0, 130):
            tally.violated(f"{work.name}: exit code {ended.code} after an interrupt", room)
        if second and took > 2:
            tally.violated(f"{work.name}: it ends {took:.1f} s after two interrupts", room)
        after_interrupt(work, lab, room, tally, ended)
        tally.tried(f"exit code {ended.code}")
        room.drop()

    times = 60 if lab.long else 3
    for name, tally in tallies.items():
        lab.all(range(times), lambda n: interrupted(n, tally, name, False, False))
    lab.all(range(times), lambda n: interrupted(n, twice, "INT", True, False))
    lab.all(range(times), lambda n: interrupted(n, drawing, "INT", False, True))
    lab.all(range(times), lambda n: interrupted(n, drawing_twice, "TERM", True, True))


def after_interrupt(work, lab, room, tally, ended):
    """An interrupt may leave a partial folder, which says so and is gone on with."""
    target = room / "X"
    manifest = target / "manifest.json"
    partial = manifest.exists() and '"partial": true' in manifest.read_text()
    if not partial:
        check_place(work, lab, room, tally)
        if ended.code == 0 and differs(target, work.unbroken(lab).files):
            tally.violated(f"{work.name}: it ends well, and X isn't whole", room)
        tally.counts[go_on(work, lab, room, tally)] += 1
        return
    tally.counts["partial"] += 1
    if ended.code != 130:
        tally.violated(f"{work.name}: a partial folder, and exit code {ended.code}", room)
    again = room.simulate("resume", "X", "--quiet", tally=tally)
    if again.code != 0:
        tally.violated(f"{work.name}: resume of a partial folder ends with {again.code}", room)
        return
    check_whole(work, lab, room, tally)
