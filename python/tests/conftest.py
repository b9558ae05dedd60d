"""What the tests share. They run in an environment that has the wheel and no Rust: python/test.sh."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import simulate

ROOT = Path(__file__).resolve().parents[2]
#: The command that the wheel brought.
COMMAND = Path(sysconfig.get_path("scripts")) / "simulate"


def command(*words, **options):
    """Runs the wheel's command; options are those of `subprocess.run`."""
    options.setdefault("capture_output", True)
    return subprocess.run([COMMAND, *map(str, words)], text=True, **options)


def fine(*words, **options):
    """The same where it has to go well; what it prints."""
    done = command(*words, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def python(*words, **options):
    """Another interpreter of the same environment."""
    options.setdefault("capture_output", True)
    return subprocess.run([sys.executable, "-W", "ignore", *map(str, words)], text=True, **options)


@pytest.fixture(scope="session")
def starter(tmp_path_factory):
    """The scenario that `simulate new` writes."""
    folder = tmp_path_factory.mktemp("starter")
    fine("new", "starter", cwd=folder)
    return folder / "starter.toml"


@pytest.fixture(scope="session")
def sim(starter):
    return simulate.load(starter)


@pytest.fixture(scope="session")
def run(sim):
    return sim.run(replicates=600, seed=3)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Nothing is left in the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SIMULATE", raising=False)


def binary():
    """The program as Rust built it, where there is one beside the wheel."""
    path = os.environ.get("SIMULATE_BINARY")
    if path is None:
        pytest.skip("SIMULATE_BINARY names no program to compare with: python/test.sh does")
    return path
