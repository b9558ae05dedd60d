"""The stubs say what the package has."""

import ast
from pathlib import Path

import pytest
from conftest import python

import simulate

pytest.importorskip("mypy")


def test_stubs_are_of_what_is_there():
    done = python("-m", "mypy.stubtest", "simulate", "--concise")
    assert done.returncode == 0, done.stdout + done.stderr


def test_python_3_9_can_read_it():
    files = list(Path(simulate.__file__).parent.glob("*.py*"))
    for file in (file for file in files if file.suffix in (".py", ".pyi")):
        ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 9))
    assert len(files) >= 7


def test_a_typed_program_is_checked_against_them(tmp_path):
    assert (Path(simulate.__file__).parent / "py.typed").exists()
    fine, wrong = tmp_path / "fine.py", tmp_path / "wrong.py"
    fine.write_text(
        "import simulate\n"
        'sim = simulate.load("x.toml").set({"a.b": 0.5})\n'
        'value: float = sim.run(replicates=10, seed=1).chance("regroup").value\n'
        'simulate.compare(sim, "y.toml").pictures["compare"].save("c.png")\n'
    )
    wrong.write_text('import simulate\nsimulate.load("x.toml").run(replicates="ten")\n')
    assert python("-m", "mypy", "--strict", fine).returncode == 0
    said = python("-m", "mypy", "--strict", wrong)
    assert said.returncode == 1 and "replicates" in said.stdout
