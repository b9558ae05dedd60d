"""Whoever reads Arrow takes the tables as they are."""

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest


def test_pyarrow_takes_tables_without_a_copy(run):
    first, second = pa.table(run.replicates), pa.table(run.replicates)
    for name in first.schema.names:
        places = [
            [buffer and buffer.address for buffer in table[name].chunk(0).buffers()]
            for table in (first, second)
        ]
        assert places[0] == places[1], name
    assert first.schema.field("trough").metadata[b"meaning"]
    assert first.schema.metadata[b"simulate:seed"] == b"3"


def test_a_table_outlives_its_run(sim):
    table = pa.table(sim.run(replicates=64, seed=1).replicates)
    assert sum(table["replicate"].to_pylist()) == 63 * 32


def test_the_schema_can_be_had_alone(run):
    assert pa.schema(run.replicates) == pa.table(run.replicates).schema


def test_pandas(run):
    frame = pd.DataFrame.from_arrow(run.replicates)
    assert len(frame) == 600 and frame["replicate"].tolist() == list(range(600))
    assert frame["week.regroup"].isna().mean() == pytest.approx(1 - run.chance("regroup").value)


def test_polars(run):
    frame = pl.DataFrame(run.series)
    weeks = frame["week"].n_unique()
    assert frame.height == 600 * weeks and frame["replicate"].max() == 599


def test_duckdb(run):
    replicates = run.replicates
    ((count,),) = duckdb.sql('select count("week.regroup") from replicates').fetchall()
    assert count / 600 == pytest.approx(run.chance("regroup").value)
    del replicates


def test_none_of_them_is_needed(run):
    outcomes = run.outcomes
    assert len(outcomes) == len(outcomes["outcome"]) > 3 and "chance" in outcomes
    assert list(outcomes) == outcomes.columns == list(outcomes.to_dict())
    assert outcomes["part_of"][0] is None
    with pytest.raises(KeyError, match="chances"):
        outcomes["chances"]
