"""The package by itself: nothing else need be installed."""

import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest
from conftest import ROOT

import simulate


def test_a_scenario_says_what_it_is(sim, starter):
    assert sim.name == "starter" and sim.title and sim.seed == 1
    assert sim.outcomes["regroup"] == "Threat regroups"
    inputs = sim.inputs.to_dict()
    assert len(inputs["input"]) == 6
    for least, low, median, high, most in zip(*(inputs[k] for k in ("least", "low", "median", "high", "most"))):
        assert least <= low <= median <= high <= most
    key = inputs["input"][0]
    assert sim[key] == inputs["median"][0]
    assert repr(sim) == "<simulate.Scenario starter>"
    again = simulate.loads(sim.to_toml(), name="starter")
    assert again.hash == sim.hash and again.to_toml() == sim.to_toml()


def test_a_scenario_never_changes(sim):
    before = sim.to_toml()
    other = sim.set({"rivalry.hostility_scale": 0.5}).set({"rivalry.hostility_scale": 0.25, "time.step_weeks": 2})
    assert other.settings == ["rivalry.hostility_scale=0.25", "time.step_weeks=2"]
    assert other["rivalry.hostility_scale"] == 0.25 and sim["rivalry.hostility_scale"] != 0.25
    assert sim.to_toml() == before and other.hash != sim.hash
    named = other.named("calmer").watch("threat_strength")
    assert named.label == "calmer" and named.set({"time.step_weeks": 1}).label == "calmer"
    assert "calmer" in str(named.run(replicates=64))


def test_values_of_every_kind_can_be_set(sim):
    from datetime import date

    key = "rivalry.hostility_scale"
    dist = {"dist": "triangular", "low": 0.5, "mode": 1.0, "high": 1.5, "source": 'a "judgement"\n'}
    assert key in sim.set({key: dist}).inputs["input"]
    longer = sim.set({"time.end": date(2033, 1, 1), "scenario.title": "Tïtle \\ \x7f"})
    assert longer.title == "Tïtle \\ \x7f"
    with pytest.raises(simulate.InputError, match="can't be set"):
        sim.set({key: {1, 2}})
    with pytest.raises(simulate.InputError, match="dictionary"):
        sim.set([0.5])


def test_mistakes_have_file_line_and_hint(tmp_path):
    path = tmp_path / "wrong.toml"
    with pytest.raises(simulate.ScenarioError) as caught:
        simulate.load(path)
    assert caught.value.line is None and "wrong.toml" in str(caught.value)
    path.write_text('extends = "starter.toml"\n[rivalry]\nhostility_scal = 0\n')
    subprocess.run([sys.executable, "-m", "simulate", "new", "starter"], check=True, capture_output=True)
    with pytest.raises(simulate.ScenarioError) as caught:
        simulate.load(path)
    error = caught.value
    assert error.file.endswith("wrong.toml") and error.line == 3 and error.column == 1
    assert "hostility_scale" in error.hint and len(error.problems) == 1
    assert "hostility_scal" in error.message
    assert isinstance(error, ValueError) and isinstance(error, simulate.SimulateError)
    again = pickle.loads(pickle.dumps(error))
    assert (again.line, again.hint, str(again)) == (error.line, error.hint, str(error))


def test_a_wrong_setting_is_said_with_its_key(sim):
    with pytest.raises(simulate.ScenarioError) as caught:
        sim.set({"rivalry.hostility_scal": 0.5})
    assert caught.value.file == "--set" and "hostility_scale" in caught.value.hint


@pytest.mark.parametrize(
    "ask, said",
    [
        (lambda sim: sim.run(replicates=0), "replicates is a whole number from 1"),
        (lambda sim: sim.run(seed=2**63), "a seed is"),
        (lambda sim: sim.run(replicates=5, precision=0.1), "not both"),
        (lambda sim: sim.run(precision=0.7), "precision is"),
        (lambda sim: sim.run(threads=0), "threads is"),
        (lambda sim: sim.run(replicates=10**10), "GiB"),
        (lambda sim: sim.sweep({"rivalry.hostility_scale": 1.0}), "nothing is swept"),
        (lambda sim: sim.sensitivity(replicates=3), "even number"),
        (lambda sim: sim.sensitivity(only="sobl"), "only is"),
        (lambda sim: sim.sensitivity(vary={"rivalry.hostility_scale": (1, 0)}), "low must be less"),
        (lambda sim: sim.replay(), "typical"),
        (lambda sim: sim.replay(typical="regrup"), "did you mean `regroup`"),
        (lambda sim: sim.evaluate({}), "columns of equal lengths"),
        (lambda sim: sim.evaluate({"rivalry.hostility_scal": [1.0]}), "did you mean `rivalry.hostility_scale`"),
        (lambda sim: sim.quantiles([[0.5]]), "6 shares"),
        (lambda sim: sim.named(" x"), "a label"),
        (lambda sim: simulate.compare(sim), "2 to 12"),
        (lambda sim: sim.run(64).chance("regrup"), "did you mean `regroup`"),
    ],
)
def test_what_can_not_be_done_is_said(sim, ask, said):
    with pytest.raises(simulate.InputError, match=said):
        ask(sim)


def test_a_point_that_can_not_be_is_said_as_a_setting_would(sim):
    with pytest.raises(simulate.ScenarioError) as caught:
        sim.evaluate({"rivalry.hostility_scale": [1.0, -1.0]})
    assert "hostility_scale" in str(caught.value)


def test_points_follow_the_distributions(sim):
    points = sim.quantiles([[0.05] * 6, [0.5] * 6, [0.95] * 6])
    inputs = sim.inputs.to_dict()
    assert list(points) == inputs["input"]
    for key, low, median, high in zip(*(inputs[k] for k in ("input", "low", "median", "high"))):
        assert points[key] == [low, median, high]
    table = sim.evaluate(points, replicates=8, seed=1)
    assert len(table) == 3 and table[f"input.{inputs['input'][0]}"] == points[inputs["input"][0]]
    assert all(0 <= chance <= 1 for chance in table["mean.regroup"])


def test_progress_is_told_and_may_end_the_work(sim):
    told = []
    sim.run(replicates=3000, progress=lambda done, total: told.append((done, total)))
    assert told and told == sorted(told) and all(total == 3000 for _, total in told)

    def enough(done, total):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        sim.run(replicates=1_000_000, precision=None, progress=enough)


def test_a_bar_is_there_where_it_was_asked_for_or_somebody_looks(starter):
    pytest.importorskip("tqdm")
    script = "import simulate, sys; simulate.load(sys.argv[1]).run(3000, progress={})"

    def said(progress):
        words = [sys.executable, "-c", script.format(progress), str(starter)]
        return subprocess.run(words, capture_output=True, text=True, check=True).stderr

    assert "replicates" in said(True) and said(False) == "" and said(None) == ""


def test_the_interpreter_goes_on_while_it_runs(sim):
    counted, stop = 0, threading.Event()

    def count():
        nonlocal counted
        while not stop.is_set():
            counted += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    began = time.monotonic()
    sim.run(replicates=4000, threads=1, progress=False)
    seconds = time.monotonic() - began
    stop.set()
    thread.join()
    # Without the lock released it would have counted once or twice.
    assert counted > 20 * seconds, (counted, seconds)


@pytest.mark.skipif(os.name == "nt", reason="signals as of Unix")
def test_ctrl_c_ends_it_soon(starter):
    script = f"""
        import simulate
        sim = simulate.load({str(starter)!r})
        print("begun", flush=True)
        try:
            sim.run(replicates=1_000_000)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        print(len(sim.run(replicates=64)), flush=True)
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "begun\n"
    time.sleep(0.5)
    child.send_signal(signal.SIGINT)
    began = time.monotonic()
    said, _ = child.communicate(timeout=60)
    assert said == "interrupted\n64\n" and child.returncode == 0
    assert time.monotonic() - began < 20


def test_another_process_can_go_on_with_a_scenario(sim):
    changed = sim.set({"rivalry.hostility_scale": 0.5}).named("half")
    again = pickle.loads(pickle.dumps(changed))
    assert (again.hash, again.label, again.settings) == (changed.hash, "half", changed.settings)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_process_can_run(sim):
    key = "rivalry.hostility_scale"

    def work():
        return len(sim.run(replicates=64)), len(sim.sweep({key: [0, 1]}, replicates=64))

    assert work() == (64, 2)
    child = os.fork()
    if child == 0:
        os._exit(0 if work() == (64, 2) else 1)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert status == 0
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    pytest.fail("the child did not end")


def test_what_notebooks_show_is_text_of_the_scenario_and_no_markup(sim):
    hostile = sim.set({"scenario.title": "<script>alert(1)</script>"}).run(replicates=64)
    shown = hostile._repr_html_()
    assert "<script" not in shown and "&lt;script&gt;" in shown and "data:image/png;base64," in shown
    table = sim.run(replicates=64).replicates._repr_html_()
    assert "and 54 more rows" in table
    assert hostile._repr_png_().startswith(b"\x89PNG")


def test_experiments_show_themselves(sim):
    shown = [
        simulate.compare(sim, sim.set({"rivalry.hostility_scale": 0.0}), replicates=64, seed=1),
        simulate.sweep(sim, {"rivalry.hostility_scale": "0:1:3"}, replicates=64),
        simulate.replay(sim, 5, seed=1),
        simulate.sensitivity(sim, trajectories=4, base=8, top=2, replicates=2, budget=20_000),
    ]
    for one in shown:
        assert "<pre" in one._repr_html_() and one._repr_png_().startswith(b"\x89PNG")
        assert repr(one).startswith("<simulate.") and len(str(one)) > 100


def test_a_picture_is_saved(run, tmp_path):
    picture = run.pictures["outcomes"]
    picture.save(tmp_path / "figure.png")
    assert (tmp_path / "figure.png").read_bytes() == picture.png == picture._repr_png_()
    with pytest.raises(FileNotFoundError):
        picture.save(tmp_path / "no" / "figure.png")


def blown_up(by):
    """A faction is levied again and again, by so much each time: soon too large for any number."""
    base = ROOT / "scenarios" / "afghanistan_1989.toml"
    return simulate.loads(
        f"extends = '{base}'\n[[event]]\nid = \"levy\"\nname = \"A levy without end\"\nhazard_per_year = 1e4\n"
        f'repeats = true\neffect = [{{ on = "fighters(jamiat)", multiply = {by} }}]\n'
    )


def test_replicates_that_fail_are_warned_of_and_do_not_count():
    sometimes = blown_up('{ dist = "discrete", values = [1.0, 1e9], weights = [3, 1] }')
    with pytest.warns(RuntimeWarning, match="of 64 replicates did not stay finite"):
        run = sometimes.run(replicates=64)
    assert 0 < len(run.failed) < 64 and len(run) == 64 - len(run.failed)
    replicate, step, part = run.failed[0]
    assert run.replicates["failed_part"][replicate] == part and step > 0
    with pytest.raises(simulate.RunError, match="no replicate stayed finite"):
        blown_up(1e9).run(replicates=64)
