#!/usr/bin/env python3
"""Measures what dividing a run costs, and writes the figures into docs/scale.md.

    python3 benches/scale.py            prints them
    python3 benches/scale.py --write    puts them between the marks of docs/scale.md

SIMULATE is the program [default: target/release/simulate]. The shards run one after the other on
one thread, so that their times can be added; nothing else should run meanwhile.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("SIMULATE", str(ROOT / "target/release/simulate"))
SCENARIO = ROOT / "scenarios/grand_alliance_1945.toml"
REPLICATES = 32_768
SHARDS = (1, 4, 16, 64)
PAGE = ROOT / "docs/scale.md"
BEGIN, END = "<!-- measured by benches/scale.py -->", "<!-- end of what was measured -->"


def run(*words):
    """Runs the program; seconds, and the most memory it had, in MiB."""
    began = time.monotonic()
    child = subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{words} ended with {status}")
    return time.monotonic() - began, usage.ru_maxrss / 1024


def size(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files) / 1e6, len(files)


def measure(place, rows):
    """For each number of shards: their seconds in all, of the merge, its memory, megabytes, files."""
    table = [] if rows else ["--no-replicates"]
    common = [SCENARIO, "-n", REPLICATES, "--threads", 1, "-q", *table]
    whole, _ = run("run", *common, "--out", place / "whole")
    found = []
    for shards in SHARDS:
        folder = place / f"{shards}"
        seconds = 0.0
        for index in range(1, shards + 1):
            took, _ = run("run", *common, "--shard", f"{index}/{shards}", "--out", folder / f"{index}")
            seconds += took
        megabytes, files = size(folder)
        own = [folder / f"{index}" for index in range(1, shards + 1)]
        merged, memory = run("merge", *own, "-q", "--threads", 1, "--out", place / f"merged-{shards}")
        found.append((shards, seconds, merged, memory, megabytes, files))
    return whole, found


def per_shard(found):
    """Seconds that a shard costs beside its replicates: the slope of all seconds over shards."""
    (first, least, *_), (last, most, *_) = found[0], found[-1]
    return (most - least) / (last - first)


def page(with_rows, without):
    lines = [
        "All times are of one thread, on the machine on which the figures were made, of "
        f"`{SCENARIO.name}` with {REPLICATES:,} replicates; the shards ran one after the other.",
        "",
        "| shards | tables of replicates | shards, s in all | merge, s | merge, MiB at most | parts, MB | files |",
        "|--:|---|--:|--:|--:|--:|--:|",
    ]
    for name, (_, found) in (("yes", with_rows), ("no", without)):
        for shards, seconds, merged, memory, megabytes, files in found:
            lines.append(
                f"| {shards} | {name} | {seconds:.1f} | {merged:.1f} | {memory:.0f} | {megabytes:.1f} | {files} |"
            )
    def files_of(measured):
        *_, files = measured[1][-1]
        return files / measured[1][-1][0]

    whole, found = without
    cost = per_shard(found)
    least, most = found[0], found[-1]
    per_merge = (most[2] - least[2]) / (most[0] - least[0])
    rate = REPLICATES / found[0][1]
    part = most[4] / most[0]
    per_row = (with_rows[1][0][4] - found[0][4]) * 1e6 / REPLICATES
    cores, billion = 1000, 1_000_000_000
    seconds = billion / rate / cores
    lines += [
        "",
        f"One process takes {whole:.1f} s for the same without the table. So a shard costs **{cost:.2f} s** beside its replicates (starting, reading the scenario, the known answer, "
        f"its folder), and {per_merge * 1000:.0f} ms of the merge. The merge's memory doesn't grow with the shards ({least[3]:.0f} MiB for {least[0]}, {most[3]:.0f} MiB for {most[0]}): "
        "it holds one part beside the sum of those before.",
        "",
        f"**A thousand million replicates on {cores:,} cores**, by that: {rate:,.0f} replicates a second and core, so {billion:,} / {cores:,} / {rate:,.0f} = {seconds:,.0f} s, "
        f"which is {seconds / 60:.0f} minutes; {cores:,} shards cost each core {cost:.2f} s, or {100 * cost / seconds:.2f} % of it. "
        f"The merge reads {cores:,} parts of {part:.1f} MB, {part * cores / 1000:.1f} GB, in {cores:,} x {per_merge * 1000:.0f} ms = {cores * per_merge:.0f} s.",
        "",
        f"**The first wall** is the table of replicates: {per_row:,.0f} bytes a row in the shards, so {billion * per_row / 1e12:.1f} TB for {billion:,} rows, and Parquet holds 32,767 groups of 65,536 rows, "
        "2,147,418,112. Leave it out (`--no-replicates`) from a hundred million on; everything else that a run folder holds comes from the sums. "
        f"The second are files: a shard leaves {files_of(with_rows):.0f} of them, {files_of(without):.0f} without the table, in two folders, so {cores:,} shards {cores * files_of(without):,.0f} files, "
        f"and 100,000 shards {100_000 * files_of(without):,.0f}, which is more than many a shared file system likes; the merge opens each once, one after the other, and leaves as many as one process does. "
        "The third is one merge by one process: with 100,000 shards it reads for "
        f"{100_000 * per_merge / 60:.0f} minutes. Take fewer, longer shards: an hour each is a good length, since a killed one goes on from where it was.",
    ]
    return "\n".join(lines)


def main():
    with tempfile.TemporaryDirectory() as temporary:
        place = pathlib.Path(temporary)
        with_rows = measure(place, True)
        for folder in place.iterdir():
            shutil.rmtree(folder)
        without = measure(place, False)
    text = page(with_rows, without)
    print(text)
    if "--write" in sys.argv[1:]:
        before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
        _, after = rest.split(END)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


main()
