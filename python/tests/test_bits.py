"""Python and the command line give the same bits."""

import hashlib
import json
import math
import subprocess

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import binary, fine

import simulate


def same(table, kept):
    """A table from Python against one from a file: names, types, empty cells and every bit."""
    own = pa.table(table)
    assert own.schema.names == kept.schema.names
    for name in own.schema.names:
        mine, theirs = own[name].combine_chunks(), kept[name].combine_chunks()
        assert mine.type == theirs.type and mine.null_count == theirs.null_count, name
        # Not a number is not equal to itself; its bytes are.
        if pa.types.is_floating(mine.type):
            mine, theirs = mine.view(pa.int64()), theirs.view(pa.int64())
        assert mine.equals(theirs), name


@pytest.fixture(scope="module")
def folder(starter, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "run"
    fine("run", starter, "-n", 600, "--seed", 3, "--series", "-q", "--out", out)
    return out


def test_replicates_and_series_are_those_of_the_command(run, folder):
    same(run.replicates, pq.read_table(folder / "replicates.parquet"))
    same(run.series, pq.read_table(folder / "series.parquet"))


def test_series_asked_for_at_once_are_those_worked_out_later(sim, run):
    at_once = sim.run(replicates=600, seed=3, series=True)
    assert pa.table(at_once.series).equals(pa.table(run.series))
    assert pa.table(at_once.replicates)["trough"].equals(pa.table(run.replicates)["trough"])


def test_pictures_summary_and_scenario_are_those_of_the_command(run, folder):
    assert run.to_dict() == json.loads((folder / "summary.json").read_text())
    assert run.to_toml() == (folder / "scenario.resolved.toml").read_text()
    pictures = run.pictures
    assert set(pictures) == {path.stem for path in folder.glob("*.png")}
    for name, picture in pictures.items():
        assert picture.png == (folder / f"{name}.png").read_bytes(), name
    assert run._repr_png_() == pictures["outcomes"].png


@pytest.mark.parametrize("asked", [{}, {"width_mm": 85}, {"width_mm": 120, "dpi": 150}])
def test_pictures_for_print_are_those_of_the_command(run, starter, tmp_path, asked):
    kinds = ["svg", "pdf", "png"]
    options = [word for key, value in asked.items() for word in (f"--{key.replace('_', '-')}", value)]
    fine("run", starter, "-n", 600, "--seed", 3, "-q", "--pictures", ",".join(kinds), *options, "--out", tmp_path / "out")
    saved = run.save_pictures(tmp_path / "mine" / "figures", kinds, **asked)
    theirs = {path.name: path for path in (tmp_path / "out").iterdir() if path.suffix[1:] in kinds}
    assert {path.name for path in saved} == set(theirs) and len(saved) == len(theirs)
    for path in saved:
        assert path.parent == tmp_path / "mine" / "figures"
        assert path.read_bytes() == theirs[path.name].read_bytes(), path.name


def test_every_result_saves_its_pictures(sim, run, tmp_path):
    results = [
        run,
        simulate.compare(sim, sim.named("again"), replicates=64),
        sim.sweep({"rivalry.hostility_scale": [0.5, 1.0]}, replicates=32),
        sim.replay(replicate=1),
    ]
    for place, result in enumerate(results):
        saved = result.save_pictures(tmp_path / str(place), ["svg"])
        assert {path.stem for path in saved} == set(result.pictures)
        assert all(path.read_text(encoding="utf-8").startswith("<svg") for path in saved)


@pytest.mark.parametrize(
    "asked, why",
    [
        ({"kinds": ["gif"]}, "png, svg and pdf are"),
        ({"kinds": []}, "give one or more kinds"),
        ({"width_mm": 5}, "a number from 80 to 400"),
        ({"width_mm": float("nan")}, "a number from 80 to 400"),
        ({"dpi": 10}, "a number from 72 to 1200"),
        ({"width_mm": 400, "dpi": 1200}, "give a smaller"),
    ],
)
def test_pictures_that_cant_be_are_refused_and_nothing_is_made(run, tmp_path, asked, why):
    with pytest.raises(simulate.SimulateError, match=why):
        run.save_pictures(tmp_path / "none", **asked)
    assert not (tmp_path / "none").exists()


def test_threads_change_nothing(sim, run):
    other = sim.run(replicates=600, seed=3, threads=1)
    assert pa.table(other.replicates).equals(pa.table(run.replicates))
    assert other.hash == run.hash


def test_settings_are_those_of_the_command_line(sim, starter, tmp_path):
    changed = sim.set({"patron.overseas.commitment": 0.5}).run(replicates=200, seed=3)
    fine("run", starter, "--set", "patron.overseas.commitment=0.5", "-n", 200, "--seed", 3, "-q", "--out", tmp_path / "set")
    same(changed.replicates, pq.read_table(tmp_path / "set" / "replicates.parquet"))
    manifest = json.loads((tmp_path / "set" / "manifest.json").read_text())
    assert manifest["scenarios"][0]["blake3"].startswith(changed.hash)
    assert manifest["scenarios"][0]["settings"] == ["patron.overseas.commitment=0.5"]


def test_precision_ends_where_the_command_does(sim, starter, tmp_path):
    run = sim.run(seed=3, precision=0.03)
    fine("run", starter, "--precision", 0.03, "--seed", 3, "-q", "--out", tmp_path / "p")
    same(run.replicates, pq.read_table(tmp_path / "p" / "replicates.parquet"))
    assert run.to_dict() == json.loads((tmp_path / "p" / "summary.json").read_text())


def test_a_comparison_is_that_of_the_command(sim, starter, tmp_path):
    calm = tmp_path / "calm.toml"
    calm.write_text(f'extends = "{starter}"\n[rivalry]\nhostility_scale = 0.0\n')
    compared = simulate.compare(sim, calm, replicates=300, seed=2)
    fine("compare", starter, calm, "-n", 300, "--seed", 2, "-q", "--out", tmp_path / "c")
    assert compared.to_dict() == json.loads((tmp_path / "c" / "compare.json").read_text())
    for name, picture in compared.pictures.items():
        assert picture.png == (tmp_path / "c" / f"{name}.png").read_bytes(), name
    # And of runs that were there already.
    runs = [simulate.load(path).run(300, 2) for path in (starter, calm)]
    assert simulate.compare(*runs).to_dict() == compared.to_dict()
    low = compared.difference("collapse.allies" if "collapse.allies" in sim.outcomes else "collapse", "calm")
    assert low.value < 0 and low.high < 0


def test_a_sweep_is_that_of_the_command(sim, starter, tmp_path):
    key = "rivalry.hostility_scale"
    swept = sim.sweep({key: [0, 0.5, 1]}, replicates=128, seed=2)
    fine("sweep", starter, "--set", f"{key}=[0, 0.5, 1]", "-n", 128, "--seed", 2, "-q", "--out", tmp_path / "s")
    same(swept.table, pq.read_table(tmp_path / "s" / "sweep.parquet"))
    assert swept.pictures["sweep"].png == (tmp_path / "s" / "sweep.png").read_bytes()
    # What is asked for point by point is the same once more.
    points = sim.evaluate({key: [0, 0.5, 1]}, replicates=128, seed=2)
    table = pa.table(swept.table).to_pydict()
    for outcome in ("regroup", "mean_cohesion"):
        chances = [v for o, v in zip(table["outcome"], table["value"]) if o == outcome]
        assert points[f"mean.{outcome}"] == pytest.approx(chances, abs=1e-12)


def test_a_sensitivity_analysis_is_that_of_the_command(sim, starter, tmp_path):
    found = sim.sensitivity(trajectories=4, base=8, top=2, replicates=2, budget=20_000, seed=2)
    fine(
        *("sensitivity", starter, "--trajectories", 4, "--base", 8, "--top", 2, "-n", 2),
        *("--budget", 20_000, "--seed", 2, "-q", "--out", tmp_path / "i"),
    )
    same(found.design, pq.read_table(tmp_path / "i" / "design.parquet"))
    assert found.to_dict() == json.loads((tmp_path / "i" / "sensitivity.json").read_text())
    for name, picture in found.pictures.items():
        assert picture.png == (tmp_path / "i" / f"{name}.png").read_bytes(), name


def test_a_history_is_that_of_the_command(sim, starter, tmp_path):
    told = sim.replay(typical="any", replicates=100, seed=2)
    fine("replay", starter, "--typical", "any", "-n", 100, "--seed", 2, "-q", "--out", tmp_path / "h")
    same(told.table, pq.read_table(tmp_path / "h" / "history.parquet"))
    assert told.markdown == (tmp_path / "h" / "history.md").read_text()
    assert told.pictures["history"].png == (tmp_path / "h" / "history.png").read_bytes()


def test_columns_say_what_the_files_say_of_them(run, folder):
    kept = pq.read_metadata(folder / "replicates.parquet").metadata
    columns = json.loads(kept[b"simulate:columns"])
    assert [c["name"] for c in columns] == run.replicates.columns
    for column in columns:
        about = run.replicates.about(column["name"])
        for name in ("unit", "meaning", "empty", "label"):
            assert about.get(name, "") == (column[name] or ""), column["name"]


def test_the_wheels_command_is_the_program_that_rust_built(starter, folder, tmp_path):
    words = ["run", starter, "-n", "600", "--seed", "3", "--series", "-q", "--out", tmp_path / "rust"]
    subprocess.run([binary(), *map(str, words)], check=True)
    for path in sorted(folder.iterdir()):
        if path.name != "manifest.json":
            mine, theirs = path.read_bytes(), (tmp_path / "rust" / path.name).read_bytes()
            assert hashlib.sha256(mine).digest() == hashlib.sha256(theirs).digest(), path.name


def test_chances_have_their_intervals(run):
    table = run.outcomes.to_dict()
    for key, value, low, high in zip(table["outcome"], table["chance"], table["low"], table["high"]):
        assert run.chance(key) == simulate.Estimate(value, low, high)
        assert low <= value <= high
    came = [not math.isnan(w) if w is not None else False for w in run.replicates["week.regroup"]]
    assert run.chance("regroup").value == pytest.approx(sum(came) / len(run))
