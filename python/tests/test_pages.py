"""The pages do what they say: every block of Python in them, in its order, and the notebook."""

import os
import re
import shutil
import subprocess

import matplotlib
import pytest
from conftest import COMMAND, ROOT, fine

matplotlib.use("Agg")


def blocks(page, language):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page, count", [("python.md", 7), ("tutorial.md", 1)])
def test_the_blocks_of_a_page_run(page, count, capsys):
    fine("new", "valley")
    names = {}
    found = blocks(page, "python")
    assert len(found) == count
    for block in found:
        # pylint: disable-next=exec-used
        exec(compile(block, page, "exec"), names)  # noqa: S102
    said = capsys.readouterr().out
    assert ("hostility_scale" in said) == (page == "python.md") and said


def test_the_readme_of_the_package_runs(starter):
    text = (ROOT / "python" / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    block = block.replace("iraq_2016.toml", str(ROOT / "scenarios" / "iraq_2016.toml")).replace("10_000", "64")
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102


def test_the_notebook_runs_from_a_scenario_to_a_figure(tmp_path):
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    notebook = nbformat.read(ROOT / "docs" / "notebook.ipynb", as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "kept without what it shows"
    # Its kernel is this environment's, whose command is on the path.
    os.environ["PATH"] = f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    kinds = [kind for output in shown for kind in output.get("data", {})]
    assert kinds.count("text/html") >= 2 and kinds.count("image/png") >= 3
    assert not [output for output in shown if output.output_type == "error"]
    assert (tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "figure.pdf").read_bytes().startswith(b"%PDF")


def test_r_reads_what_the_command_leaves(tmp_path):
    if shutil.which("Rscript") is None:
        pytest.skip("R is not there")
    has = subprocess.run(["Rscript", "-e", "library(arrow)"], capture_output=True)
    if has.returncode != 0:
        pytest.skip("R has no package arrow")
    fine("new", "valley")
    (block,) = blocks("python.md", "r")
    script = tmp_path / "recipe.R"
    script.write_text(block.replace('"--out"', '"-n", "64", "--out"'))
    path = f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(["Rscript", script], capture_output=True, text=True, env={**os.environ, "PATH": path})
    assert done.returncode == 0 and "Threat regroups" in done.stdout, done.stderr
