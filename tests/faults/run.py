#!/usr/bin/env python3
"""Does to the program what machines and people do to it, and sees whether anything is lost or wrong.

    cargo build --release && python3 tests/faults/run.py --short       a minute and a half, for CI
    python3 tests/faults/run.py --long --write                         all of it; docs/reliability.md

    --only NAME     one subject: kill, disk, folders, interrupts, damage, changed
    --install       installs what some of it takes, by apt-get as root, and ends
    --seed N        other moments and places than those of seed 1
    SIMULATE            the program [default: target/release/simulate]
    FAKETIME_FOLDER     where libfaketime is, if not where systems put it

Python 3.9 or later, nothing beside its standard library. Exit code 1: something didn't hold; each
violation is printed with what was done.
"""

import argparse
import importlib
import os
import shutil
import subprocess
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import works  # noqa: E402
from folders import faketime  # noqa: E402
from lab import ROOT, Lab  # noqa: E402

SUBJECTS = ["kill", "disk", "folders", "interrupts", "damage", "changed"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--short", action="store_true")
    length.add_argument("--long", action="store_true")
    length.add_argument("--install", action="store_true")
    parser.add_argument("--only", action="append", choices=SUBJECTS)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if asked.install:
        sys.exit(install())
    program = Path(os.environ.get("SIMULATE", ROOT / "target/release/simulate"))
    if not program.is_file():
        sys.exit(f"there is no {program}: build it, or name it by SIMULATE")
    lab = Lab(program, asked.seed, asked.long)
    began = time.monotonic()
    broken = []
    try:
        works.check(lab)
        for name in SUBJECTS:
            if asked.only and name not in asked.only:
                continue
            started = time.monotonic()
            try:
                importlib.import_module(name).test(lab)
            except Exception:
                # What was found before is still said.
                traceback.print_exc()
                broken.append(name)
            print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)
    finally:
        lab.close()
    bad = say(lab)
    print(f"{sum(t.times for t in lab.tallies)} faults in {time.monotonic() - began:.0f} s, {bad} violations")
    for name in broken:
        print(f"the test of {name} itself failed, and is not whole")
    if asked.write:
        importlib.import_module("page").write(lab, time.monotonic() - began)
    sys.exit(1 if bad or broken else 0)


def install():
    """What traces calls to the system, and what sets a program's clock."""
    there = {"strace": shutil.which("strace"), "libfaketime": faketime()}
    lacking = [package for package, found in there.items() if not found]
    if not lacking:
        return 0
    subprocess.run(["apt-get", "update", "-q"], check=True)
    return subprocess.run(["apt-get", "install", "-qy", "--no-install-recommends", *lacking]).returncode


def say(lab):
    bad = 0
    for tally in lab.tallies:
        print(f"\n{tally.fault}: {tally.skipped or f'{tally.times} times'}, {len(tally.violations)} violations")
        for what, count in sorted(tally.counts.items(), key=str):
            print(f"    {count:6}  {what}")
        for what, value in tally.worst.items():
            print(f"    at most {value:.2f} {what}")
        for what, log in tally.violations:
            bad += 1
            print(f"  VIOLATION: {what}")
            for line in log:
                print(f"      {line}")
    return bad


main()
