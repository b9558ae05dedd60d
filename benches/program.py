#!/usr/bin/env python3
"""The whole program, as a user runs it: time, peak memory, the landscape; and the machine.

    benches/program.py machine        writes target/bench/machine.json
    benches/program.py [--full]       writes target/bench/program.json

--full adds a million replicates of the flagship with and without the table, and builds from nothing, which takes minutes.
OLD names a clone of an earlier version with its program built: its default run then takes turns with this one's.
Python's standard library alone: it is what gives a child's peak memory.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "target" / "bench"
BUILT = Path("target") / "release" / "simulate"
PROGRAM = ROOT / BUILT
FLAGSHIP = "scenarios/iraq_2016.toml"
SMALL = "tests/fixtures/field.toml"
MILLION = 1_000_000
TABLE = {"with": [], "without": ["--no-replicates"]}
DESIGNS = ("random", "lhs", "sobol")


def run(arguments, root=ROOT):
    """Runs the program; its seconds, processor seconds, peak memory and manifest."""
    with tempfile.TemporaryDirectory(dir=RESULTS) as folder:
        out = Path(folder) / "run"
        began = time.perf_counter()
        child = subprocess.Popen([root / BUILT, *arguments, "--quiet", "--out", out], cwd=root)
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, 3):
            sys.exit(f"{arguments} ended with {child.returncode}")
        manifest = json.loads((out / "manifest.json").read_text())
        clock = manifest["clock"]
    return {
        "seconds": seconds,
        "processor_seconds": used.ru_utime + used.ru_stime,
        # Linux counts kilobytes, macOS bytes.
        "peak_mb": used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6,
        "simulated_seconds": clock["simulated_seconds"],
        "replicates": manifest.get("replicates"),
        "threads": clock["threads"],
        "lanes": clock["lanes"],
    }


def whole(rounds=4):
    """The flagship at its default size, the two ways in turn."""
    runs = {table: [] for table in TABLE}
    old, earlier = os.environ.get("OLD"), []
    for turn in range(rounds + 1):
        for table, option in TABLE.items():
            found = run(["run", FLAGSHIP, *option])
            if turn:
                runs[table].append(found)
        if old:
            found = run(["run", FLAGSHIP], Path(old))
            if turn:
                earlier.append(found)
    return {
        "scenario": FLAGSHIP,
        "replicates": runs["with"][0]["replicates"],
        "runs": runs,
        "old": old and {"commit": said(["git", "-C", old, "rev-parse", "--short", "HEAD"]), "runs": earlier},
    }


def designs(seeds=60, replicates=256):
    """By how much the designs of inputs lower the variance of each chance between 0.02 and 0.98, over so many seeds."""
    chances = {}
    for seed in range(1, seeds + 1):
        for design in DESIGNS:
            with tempfile.TemporaryDirectory(dir=RESULTS) as folder:
                out = Path(folder) / "run"
                command = [PROGRAM, "run", FLAGSHIP, "-n", str(replicates), "--seed", str(seed), "--design", design]
                subprocess.run([*command, "--no-replicates", "--quiet", "--out", out], cwd=ROOT, check=True)
                summary = json.loads((out / "summary.json").read_text())
            for outcome in summary["outcomes"]:
                chances.setdefault(outcome["label"], {}).setdefault(design, []).append(outcome["chance"]["value"])
    ratios = {design: {} for design in DESIGNS[1:]}
    for label, found in chances.items():
        if 0.02 < statistics.fmean(found["random"]) < 0.98:
            for design in ratios:
                ratios[design][label] = statistics.variance(found["random"]) / statistics.variance(found[design])
    return {"seeds": seeds, "replicates": replicates, "variance_ratios": ratios}


def side_by_side(replicates=4_000, rounds=5):
    """How much more two processes of one thread each do at once than one by itself: what two threads can't exceed here."""
    ratios = []
    for turn in range(rounds + 1):
        seconds = []
        for count in (1, 2):
            with tempfile.TemporaryDirectory(dir=RESULTS) as folder:
                command = [PROGRAM, "run", FLAGSHIP, "-n", str(replicates), "--threads", "1", "--no-replicates", "--quiet", "--out"]
                outs = [Path(folder) / str(k) for k in range(count)]
                children = [subprocess.Popen([*command, out], cwd=ROOT) for out in outs]
                if any(child.wait() for child in children):
                    sys.exit("a run of one thread failed")
                clocks = [json.loads((out / "manifest.json").read_text())["clock"] for out in outs]
                seconds.append(max(clock["simulated_seconds"] for clock in clocks))
        if turn:
            ratios.append(2 * seconds[0] / seconds[1])
    return ratios


def builds():
    """Seconds of a first build, and of what `cargo test` builds after it."""
    target = RESULTS / "first_build"
    shutil.rmtree(target, ignore_errors=True)
    environment = {**os.environ, "CARGO_TARGET_DIR": str(target), "CARGO_INCREMENTAL": "0"}
    seconds = {}
    for name, command in (("first", ["build", "--release"]), ("test", ["test", "--release", "--no-run"])):
        began = time.perf_counter()
        subprocess.run(["cargo", *command, "--quiet"], cwd=ROOT, env=environment, check=True)
        seconds[name] = time.perf_counter() - began
        print(f"{name} build: {seconds[name]:.0f} s")
    shutil.rmtree(target)
    return seconds


def memory(full):
    """Peak memory as the replicates grow."""
    plan = [(SMALL, 10_000), (SMALL, MILLION), (FLAGSHIP, 1_000), (FLAGSHIP, 100_000)]
    if full:
        plan.append((FLAGSHIP, MILLION))
    points = []
    for scenario, replicates in plan:
        for table, option in TABLE.items():
            found = run(["run", scenario, "-n", str(replicates), *option])
            points.append({"scenario": scenario, "replicates": replicates, "table": table, **found})
            print(f"memory: {scenario}, {replicates} replicates, {table} table: {found['peak_mb']:.0f} MB")
    return points


def scaling_program():
    command = ["cargo", "bench", "--no-run", "--bench", "scaling", "--message-format=json"]
    lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for line in lines.splitlines():
        message = json.loads(line)
        if message.get("executable") and message["target"]["name"] == "scaling":
            return message["executable"]
    sys.exit("the scaling program isn't there")


def landscape(factions=20, few=1, more=21, rounds=9):
    """One landscape: the difference between many strengths of the threat and few."""
    # Not `landscape --help`: a word that is no command is taken for a scenario.
    known = subprocess.run([PROGRAM, "help", "landscape"], capture_output=True).returncode == 0
    if not known:
        print("landscape: this program has no such command")
        return None
    scenario = RESULTS / "twenty.toml"
    size = [str(factions), "8", "52"]
    text = subprocess.run([scaling_program(), "synthetic", *size], check=True, capture_output=True).stdout
    scenario.write_bytes(text)
    each = []
    for turn in range(rounds + 1):
        times = [
            run(["landscape", scenario, "--levels", str(levels), "--draws", "1"])["simulated_seconds"]
            for levels in (few, more)
        ]
        if turn:
            each.append((times[1] - times[0]) / (more - few))
    return {"factions": factions, "alignments": 2 ** (factions - 1), "seconds": each}


def said(command):
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def machine():
    """What the numbers hang on."""
    processor = {}
    for line in said(["lscpu"]).splitlines():
        key, _, value = line.partition(":")
        processor[key.strip()] = value.strip()
    flags = set(processor.get("Flags", "").split())
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": processor.get("Model name") or platform.processor(),
        "family": processor.get("CPU family", ""),
        "model": processor.get("Model", ""),
        "architecture": platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "threads_per_core": processor.get("Thread(s) per core", ""),
        "hypervisor": processor.get("Hypervisor vendor", ""),
        "l1d": processor.get("L1d cache", ""),
        "l2": processor.get("L2 cache", ""),
        "l3": processor.get("L3 cache", ""),
        "vectors": [name for name in ("sse2", "avx2", "avx512f") if name in flags],
        "memory_gb": pages / 1e9,
        "system": f"{platform.system()} {platform.release()}",
        "rustc": said(["rustc", "--version"]),
        "python": platform.python_version(),
        "valgrind": said(["valgrind", "--version"]) if shutil.which("valgrind") else "",
        "program": said([PROGRAM, "--version"]),
        "commit": said(["git", "rev-parse", "--short", "HEAD"]),
        "changed": bool(said(["git", "status", "--porcelain", "--", "core", "src", "Cargo.toml", "Cargo.lock"])),
        "day": time.strftime("%Y-%m-%d", time.gmtime()),
        "load_before": os.getloadavg()[0],
    }


def write(name, value):
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / name).write_text(json.dumps(value, indent=2) + "\n")
    print(f"wrote target/bench/{name}")


def main():
    RESULTS.mkdir(parents=True, exist_ok=True)
    if sys.argv[1:] == ["machine"]:
        write("machine.json", machine())
    elif sys.argv[1:] in ([], ["--full"]):
        found = whole()
        for table, runs in found["runs"].items():
            print(f"whole run {table} table: {statistics.median(r['seconds'] for r in runs):.2f} s")
        full = bool(sys.argv[1:])
        more = {"memory": memory(full), "landscape": landscape(), "designs": designs(), "side_by_side": side_by_side(), "builds": builds() if full else None}
        write("program.json", {"whole": found, **more})
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
