"""The command that the wheel brings: the same program, in the interpreter's process."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import COMMAND, ROOT, binary, command, fine

import simulate


def test_it_says_its_version_and_help():
    assert fine("--version") == f"simulate {simulate.__version__}\n"
    assert "Usage: simulate" in fine("run", "--help")
    module = subprocess.run([sys.executable, "-m", "simulate", "--version"], capture_output=True, text=True)
    assert module.stdout == fine("--version")


def test_exit_codes_are_those_of_the_program(starter, tmp_path):
    assert command().returncode == 2
    assert command("check", starter).returncode == 0
    assert command("run", tmp_path / "none.toml").returncode == 2
    said = command("run", starter, "--set", "rivalry.hostility_scal=0")
    assert said.returncode == 2 and "hostility_scale" in said.stderr and "Traceback" not in said.stderr
    assert command("run", starter, "-n", 64, "-q", "--out", "/proc/none").returncode in (1, 2)


def test_every_command_of_the_wheel_does_its_work(starter, tmp_path):
    """Those that no other test of this folder calls: the same files as the program's own."""
    quick = ["-q", "--seed", 3]
    weaker = tmp_path / "weaker.toml"
    weaker.write_text(f'extends = "{starter}"\n[threat]\nlegitimacy = 0.1\n')
    jobs = {
        "discover": ["discover", starter, "--outcome", "regroup", "--points", 64, "-n", 16, "--halves", 2, *quick],
        "robust": ["robust", starter, "--option", weaker, "--outcome", "regroup", "--rows", 50, "-n", 16, *quick],
        "explore": ["explore", starter, "-n", 64, "--trajectories", 4, *quick],
        "sensitivity": ["sensitivity", starter, "--only", "morris", "--trajectories", 4, "-n", 16, *quick],
        "landscape": ["landscape", starter, "--draws", 5, *quick],
    }
    for name, words in jobs.items():
        files = {}
        for by, program in (("wheel", COMMAND), ("program", binary())):
            out = tmp_path / f"{name}-{by}"
            done = subprocess.run([str(word) for word in (program, *words, "--out", out)], capture_output=True, text=True)
            assert done.returncode == 0, (name, by, done.stderr)
            files[by] = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
        manifests = [json.loads(files[by].pop("manifest.json")) for by in files]
        for manifest in manifests:
            del manifest["clock"]
        assert manifests[0] == manifests[1] and files["wheel"] == files["program"], name
    fine("export", tmp_path / "robust-wheel", "--to", tmp_path / "robust.xlsx")
    assert (tmp_path / "robust.xlsx").read_bytes().startswith(b"PK")
    fine("new", "made", "--from", ROOT / "examples" / "mali_2013", cwd=tmp_path)
    strict = command("check", tmp_path / "made.toml", "--strict")
    assert strict.returncode in (0, 4) and "made.toml: fine." in strict.stdout


def test_a_manifest_has_the_command_as_it_was_typed(starter, tmp_path):
    fine("run", starter, "-n", 64, "-q", "--out", tmp_path / "out")
    clock = json.loads((tmp_path / "out" / "manifest.json").read_text())["clock"]
    assert clock["command"] == ["simulate", "run", str(starter), "-n", "64", "-q", "--out", str(tmp_path / "out")]


def test_standard_input_and_a_reader_that_goes_away(starter):
    printed = fine("check", "-", "--numbers", input=starter.read_text())
    assert "hostility" in printed
    piped = subprocess.run(
        f"'{COMMAND}' check '{starter}' --numbers | head -n 1; exit ${{PIPESTATUS[0]}}",
        shell=True, executable="/bin/bash", capture_output=True, text=True,
    )
    assert piped.returncode == 0 and piped.stderr == ""


@pytest.mark.skipif(os.name == "nt", reason="signals as of Unix")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_a_partial_run_that_is_gone_on_with(starter, tmp_path, sent):
    out = tmp_path / "out"
    child = subprocess.Popen(
        [COMMAND, "run", starter, "-n", "1000000", "--out", out], stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "out.unfinished" / "parts").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.5)
    child.send_signal(sent)
    _, said = child.communicate(timeout=120)
    assert child.returncode == 130 and "KeyboardInterrupt" not in said, said
    assert "simulate resume" in said or json.loads((out / "manifest.json").read_text())["partial"]


def test_shards_call_the_wheels_own_command(starter, tmp_path):
    fine("submit", starter, "-n", 256, "--shards", 2, "--engine", "parallel", "--out", tmp_path / "plan")
    scripts = "".join(path.read_text() for path in (tmp_path / "plan").iterdir() if path.suffix == ".sh")
    assert str(COMMAND) in scripts
