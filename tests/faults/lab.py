"""What all fault tests share: a place to work in, the program, what was tried and what came of it."""

import collections
import hashlib
import json
import os
import random
import shutil
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCENARIOS = ("base.toml", "other.toml")
FLAGSHIP = ROOT / "scenarios/iraq_2016.toml"
# Longer than anything here takes, but for a program that hangs.
PATIENCE = 300


class Tally:
    """How often a fault was tried, and what came of it."""

    def __init__(self, fault, holds):
        self.fault = fault
        self.holds = holds
        self.times = 0
        self.counts = collections.Counter()
        self.worst = {}
        self.violations = []
        self.skipped = None
        self._lock = threading.Lock()

    def tried(self, *outcomes):
        with self._lock:
            self.times += 1
            self.counts.update(outcomes)

    def most(self, what, value):
        with self._lock:
            self.worst[what] = max(value, self.worst.get(what, value))

    def violated(self, what, room):
        # Told so that it reads the same wherever it was tried.
        what = what.replace(f"{room.path}/", "").replace(f"{room.lab.place}/", "")
        with self._lock:
            self.violations.append((what, list(room.log)))


class Lab:
    def __init__(self, program, seed, long):
        self.seed = seed
        self.long = long
        self.place = Path(tempfile.mkdtemp(prefix="faults-"))
        # Other users of the machine run it as well, to see what they may not do.
        self.place.chmod(0o755)
        self.program = self.place / "simulate"
        shutil.copy(program, self.program)
        self.program.chmod(0o755)
        shutil.copy(ROOT / "tests/broken/base.toml", self.place)
        (self.place / "other.toml").write_text('extends = "base.toml"\n\n[threat]\nfighters = 4000\n')
        self.tallies = []
        self._rooms = 0
        self._made = {}
        self._locks = collections.defaultdict(threading.Lock)
        self._lock = threading.Lock()
        self.workers = os.cpu_count() or 1

    def tally(self, fault, holds):
        self.tallies.append(Tally(fault, holds))
        return self.tallies[-1]

    def random(self, *of):
        """The same numbers for the same seed, whatever else is tried."""
        return random.Random("/".join(map(str, (self.seed, *of))))

    def room(self, base=None):
        with self._lock:
            self._rooms += 1
            number = self._rooms
        room = Room(self, (base or self.place) / f"room-{number}")
        return room

    def once(self, name, make):
        """Something that several tests need and none changes."""
        with self._lock:
            lock = self._locks[name]
        with lock:
            if name not in self._made:
                self._made[name] = make()
            return self._made[name]

    def all(self, cases, test):
        """Tests all cases, as many at once as there are cores."""
        with ThreadPoolExecutor(self.workers) as pool:
            for _ in pool.map(test, cases):
                pass

    def close(self):
        shutil.rmtree(self.place, ignore_errors=True)


class Ended:
    def __init__(self, code, said):
        self.code = code
        self.said = said


class Room:
    """A folder of its own for one case, and a record of what was done there."""

    def __init__(self, lab, path):
        self.lab = lab
        self.path = path
        path.mkdir()
        for scenario in SCENARIOS:
            shutil.copy(lab.place / scenario, path)
        self.log = []

    def __truediv__(self, name):
        return self.path / name

    def note(self, text):
        self.log.append(f"# {text}")

    def start(self, *arguments, keep=None, user=None, env=None, **how):
        environment = {**os.environ, **(env or {})}
        environment.pop("SIMULATE_KEEP_EVERY", None)
        words = [str(word) for word in arguments]
        said = " ".join(["simulate", *words])
        if keep is not None:
            environment["SIMULATE_KEEP_EVERY"] = str(keep)
            said = f"SIMULATE_KEEP_EVERY={keep} {said}"
        if user is not None:
            how |= {"user": user, "group": user, "extra_groups": []}
            said = f"(as another user) {said}"
        self.log.append(said)
        return subprocess.Popen(
            [self.lab.program, *words],
            cwd=self.path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            **how,
        )

    def end(self, process, tally):
        """Waits for its end; a panic or a program that hangs is never right."""
        try:
            _, said = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            _, said = process.communicate()
            tally.violated(f"it hangs: no end in {PATIENCE} s", self)
        self.note(f"ended with {process.returncode}: {said.strip()[:600]}")
        if "panicked" in said or process.returncode in (101, -6, -7, -11):
            tally.violated("it panics or crashes", self)
        return Ended(process.returncode, said)

    def simulate(self, *arguments, tally, **how):
        return self.end(self.start(*arguments, **how), tally)

    def drop(self):
        # What can't be removed by reason of its test goes with the whole place.
        shutil.rmtree(self.path, ignore_errors=True)


def content(path):
    """The bytes of a file, but for what hangs on when and where it was made."""
    data = path.read_bytes()
    if path.name == "manifest.json":
        manifest = json.loads(data)
        del manifest["clock"]
        # Names the folder in which the command was given.
        manifest["files"].pop("work.json", None)
        data = json.dumps(manifest).encode()
    if path.name == "work.json":
        work = json.loads(data)
        # And their hash.
        del work["arguments"], work["directory"]
        work.pop("blake3", None)
        data = json.dumps(work).encode()
    return data


def prints(folder):
    """A hash of each file in a folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[str(path.relative_to(folder))] = hashlib.blake2b(content(path)).hexdigest()
    return found


def differs(folder, expected):
    """In which file a folder is another than it should be; nothing if it is not."""
    try:
        found = prints(folder)
    except (OSError, ValueError, KeyError) as error:
        return f"{type(error).__name__}: {error}"
    for name in sorted(expected.keys() | found.keys()):
        if found.get(name) != expected.get(name):
            state = "missing" if name not in found else "too much" if name not in expected else "other"
            return f"{name} ({state})"
    return None


def unfinished(target):
    return target.with_name(target.name + ".unfinished")


PICTURES = (".png", ".html", ".csv", ".parquet", ".toml")
STAGES = [
    "before the folder",
    "making the folder",
    "simulating, nothing kept",
    "writing what is kept",
    "simulating, something kept",
    "writing tables and pictures",
    "putting in place",
    "after the end",
]


def stage(target):
    """How far work on a folder is, by what is there."""
    beside = unfinished(target)
    try:
        names = set(os.listdir(beside))
    except OSError:
        return "after the end" if (target / "manifest.json").exists() else "before the folder"
    if "manifest.json" in names:
        return "putting in place"
    if "work.json" not in names:
        return "putting in place" if any(n.endswith(PICTURES) for n in names) else "making the folder"
    if any(name.endswith(PICTURES) or name == "summary.json" for name in names):
        return "writing tables and pictures"
    try:
        kept = os.listdir(beside / "parts")
    except OSError:
        return "simulating, nothing kept"
    if not any(name.endswith(".part") for name in kept):
        return "writing what is kept"
    if any(name.endswith(".new") for name in kept):
        return "writing what is kept"
    changed = lambda name: os.stat(beside / "parts" / name).st_mtime_ns
    try:
        newest = max(kept, key=changed)
    except OSError:
        return "writing what is kept"
    return "simulating, something kept" if newest.endswith(".part") else "writing what is kept"


def wait(until, process, most=30.0):
    """Waits until something holds, or the program has ended."""
    began = time.monotonic()
    while process.poll() is None and time.monotonic() - began < most:
        if until():
            return True
        time.sleep(0.0003)
    return False
