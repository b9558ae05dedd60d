"""Work that is gone on with, where the scenario or the program is no longer the same."""

import json
import shutil

from lab import differs, prints, unfinished
from works import LARGE, RUN, finished, killed_run


def test(lab):
    refused = lab.tally("the scenario has changed since", "exit code 2, naming what changed; what was kept stays, and when it is put back `resume` gives the same bytes")
    same = lab.tally("words of the scenario's file have changed that change nothing of the run", "`resume` gives the same bytes")
    version = lab.tally("the work was begun by another version", "exit code 2, naming the version")
    places = lab.tally("the folder was moved, the program lies elsewhere", "`resume` gives the same bytes")

    def edit(room, key, value):
        path = unfinished(room / "X") / "work.json"
        work = json.loads(path.read_text())
        work[key] = value
        path.write_text(json.dumps(work))
        room.note(f"{key} of X.unfinished/work.json is set to {value}")

    def changes(old, new, names):
        room = killed_run(lab)
        scenario = room / "base.toml"
        text = scenario.read_text()
        assert old in text, old
        scenario.write_text(text.replace(old, new, 1))
        room.note(f"sed -i 's/{old}/{new}/' base.toml")
        before = prints(unfinished(room / "X"))
        ended = room.simulate("resume", "X", "--quiet", tally=refused)
        if ended.code != 2 or not all(name in ended.said for name in names):
            refused.violated(f"exit code {ended.code}, and {names} should be named", room)
        if prints(unfinished(room / "X")) != before:
            refused.violated("something that was kept has changed", room)
        scenario.write_text(text)
        finish(room, refused)
        refused.tried(f"exit code {ended.code}")

    def finish(room, tally):
        ended = room.simulate("resume", "X", "--quiet", tally=tally)
        wrong = differs(room / "X", RUN.unbroken(lab).files)
        if ended.code != 0 or wrong:
            tally.violated(f"exit code {ended.code}; {wrong}", room)

    changes("fighters = 5000", "fighters = 5001", ["threat.fighters", "5000", "5001"])
    changes("wage_usd_per_month = 300", "wage_usd_per_month = 299", ["wage_usd_per_month"])
    changes("end = 2017-12-29", "end = 2018-12-28", ["end"])
    changes('name = "East"', 'name = "Far East"', ["Far East"])
    changes("[scenario]", "[scenario", ["base.toml"])

    room = killed_run(lab)
    scenario = room / "base.toml"
    scenario.write_text("# Another word.\n" + scenario.read_text().replace("fighters = 5000", "fighters  =  5000.0"))
    room.note("a comment and blanks are added to base.toml, 5000 is 5000.0")
    finish(room, same)
    same.tried()

    room = killed_run(lab)
    (room / "base.toml").unlink()
    room.note("rm base.toml")
    ended = room.simulate("resume", "X", "--quiet", tally=refused)
    if ended.code != 2 or "base.toml" not in ended.said:
        refused.violated(f"exit code {ended.code} where the scenario is gone", room)
    refused.tried("the file is gone")

    for key, value, names in [("version", "0.0.1", ["0.0.1"]), ("streams", 2, []), ("format", 9, ["work.json"])]:
        room = killed_run(lab)
        edit(room, key, value)
        ended = room.simulate("resume", "X", "--quiet", tally=version)
        if ended.code != 2 or not all(name in ended.said for name in names):
            version.violated(f"exit code {ended.code} where {key} is {value}", room)
        if key == "streams" and "are not the same" in ended.said and "by version" in ended.said:
            version.counts["the streams are others, and the message speaks of versions"] += 1
        version.tried(f"exit code {ended.code}")

    room = lab.room()
    shutil.copytree(finished(lab), room / "X")
    manifest = json.loads((room / "X/manifest.json").read_text())
    manifest["version"] = "0.0.1"
    (room / "X/manifest.json").write_text(json.dumps(manifest))
    room.note("version of X/manifest.json is set to 0.0.1")
    before = prints(room / "X")
    ended = room.simulate("extend", "X", "-n", 9000, tally=version)
    if ended.code != 2 or "0.0.1" not in ended.said or prints(room / "X") != before:
        version.violated(f"extend: exit code {ended.code}", room)
    version.tried(f"exit code {ended.code}")

    room = killed_run(lab)
    (room / "X").rename(room / "Y")
    (room / "X.unfinished").rename(room / "Y.unfinished")
    room.note("mv X Y; mv X.unfinished Y.unfinished")
    ended = room.simulate("resume", "Y", "--quiet", tally=places)
    wrong = differs(room / "Y", RUN.unbroken(lab).files)
    if ended.code != 0 or wrong:
        places.violated(f"exit code {ended.code}; {wrong}", room)
    places.tried()

    room = killed_run(lab)
    elsewhere = lab.room()
    for name in ("X", "X.unfinished"):
        (room / name).rename(elsewhere / name)
    room.drop()
    elsewhere.log += [*room.log, "# X and X.unfinished are moved, and the folder is removed in which it was begun"]
    ended = elsewhere.simulate("resume", "X", "--quiet", tally=places)
    if ended.code != 2 or room.path.name not in ended.said:
        places.violated(f"exit code {ended.code} where the folder of the command is gone", elsewhere)
    places.tried("the folder in which it was begun is gone: refused, naming it")

    words = lab.tally("one word of what was being done is another (`-n` in work.json)", "exit code 1 or 2, naming work.json")
    room = killed_run(lab)
    path = unfinished(room / "X") / "work.json"
    path.write_text(path.read_text().replace(f'"{LARGE}"', f'"{LARGE + 1}"', 1))
    room.note(f"sed -i 's/\"{LARGE}\"/\"{LARGE + 1}\"/' X.unfinished/work.json")
    ended = room.simulate("resume", "X", "--quiet", tally=words)
    if ended.code not in (1, 2) or "work.json" not in ended.said:
        words.violated(f"exit code {ended.code}: it isn't noticed, and other work is done", room)
    words.tried(f"exit code {ended.code}")
