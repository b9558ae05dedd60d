"""Files that are no longer what was written: cut, one bit flipped, emptied, gone."""

import shutil

from lab import prints, unfinished, wait
from works import LARGE, RUN, SWEEP, finished, finished_series, shards

NOTICED = "exit code 1 or 2, the file is named; or it isn't needed, and what comes out is the same bytes"


def test(lab):
    # By what is damaged, what is done with it then.
    subjects = [
        Subject("unfinished work, gone on with by `resume`", lambda l: unfinished_work(l, RUN), ["resume", "D"], RUN),
        Subject("unfinished work of sweep, gone on with by `resume`", lambda l: unfinished_work(l, SWEEP), ["resume", "D"], SWEEP),
        Subject("a finished run, extended", finished, ["extend", "D", "-n", LARGE, "--out", "X"]),
        Subject("a finished run with series, extended", finished_series, ["extend", "D", "-n", 4000, "--out", "X"]),
        Subject("a finished run, compared", finished, ["compare", "D", "other.toml", "--out", "X"]),
        Subject("a shard, merged", lambda l: shards(l)[1], ["merge", lambda l: shards(l)[0], "D", lambda l: shards(l)[2], "--out", "X"]),
    ]
    for subject in subjects:
        tally = lab.tally(f"damage to {subject.name}", NOTICED)
        subject.expected(lab)
        times = 150 if lab.long else 6
        lab.all(range(times), lambda number: subject.test(lab, tally, number))


def unfinished_work(lab, work):
    """A folder with X.unfinished in it, of which some was kept."""

    def make():
        room = lab.room()
        process = room.start(*work.words(lab), keep=0)
        parts = unfinished(room / "X") / "parts"
        wait(lambda: len(list(parts.glob("*.rows"))) > 3, process)
        process.kill()
        process.communicate()
        return room.path

    return lab.once(("unfinished", work.name), make)


class Subject:
    def __init__(self, name, folder, words, work=None):
        self.name = name
        self.folder = folder
        self.words = words
        self.work = work

    def arguments(self, lab):
        of = lambda word: str(word(lab) if callable(word) else word)
        return [*map(of, self.words), "--quiet"]

    def prepare(self, lab, room):
        """Puts the folder to be damaged into a room; returns it."""
        if self.work is None:
            shutil.copytree(self.folder(lab), room / "D")
            return room / "D"
        for name in ("X", "X.unfinished"):
            shutil.copytree(self.folder(lab) / name, room / name.replace("X", "D"))
        return room / "D.unfinished"

    def result(self, room):
        return room / ("X" if self.work is None else "D")

    def expected(self, lab):
        """What comes out where nothing is damaged."""

        def make():
            room = lab.room()
            self.prepare(lab, room)
            tally = lab.tallies[-1]
            ended = room.simulate(*self.arguments(lab), tally=tally)
            assert ended.code == 0, ended.said
            return prints(self.result(room))

        return lab.once(("expected", self.name), make)

    def test(self, lab, tally, number):
        chance = lab.random("damage", self.name, number)
        room = lab.room()
        folder = self.prepare(lab, room)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        # Pictures, which nobody reads, are damaged only now and then.
        read = [path for path in files if path.suffix not in (".png", ".html", ".csv")]
        path = chance.choice(read if chance.random() < 0.95 else files)
        name = str(path.relative_to(folder))
        how = damage(path, chance)
        room.note(f"{name}: {how}")
        ended = room.simulate(*self.arguments(lab), tally=tally)
        kind = name if "/" not in name else "parts/*" + path.suffix
        if ended.code in (0, 3):
            try:
                found = prints(self.result(room))
            except (OSError, ValueError) as error:
                found = str(error)
            if found == self.expected(lab):
                tally.tried(f"{kind}: not needed")
            else:
                tally.tried(f"{kind}: NOT NOTICED")
                tally.violated(f"{name} ({how}): it isn't noticed, and something else comes out", room)
        elif ended.code not in (1, 2):
            tally.tried(f"{kind}: exit code {ended.code}")
            tally.violated(f"{name} ({how}): exit code {ended.code}", room)
        else:
            tally.tried(f"{kind}: noticed")
            if path.name not in ended.said:
                tally.violated(f"{name} ({how}): noticed, and the file isn't named", room)
        room.drop()


def damage(path, chance):
    data = path.read_bytes()
    way = chance.choice(["cut", "flip", "flip", "flip", "empty", "gone"])
    # A file may be linked from another folder: only this name of it is to be changed.
    path.unlink()
    if way == "gone":
        return "removed"
    if way == "empty" or not data:
        path.write_bytes(b"")
        return "emptied"
    at = chance.randrange(len(data))
    if way == "cut":
        path.write_bytes(data[:at])
        return f"cut after {at} of {len(data)} bytes"
    bit = chance.randrange(8)
    path.write_bytes(data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :])
    return f"bit {bit} of byte {at} of {len(data)} flipped"
