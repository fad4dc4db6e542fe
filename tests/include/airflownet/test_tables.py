"""Records survive Parquet, and equal records give equal bytes."""

from __future__ import annotations

import dataclasses

import pytest

from airflownet import records
from airflownet.records import (
    DagGraph,
    Licence,
    Outcome,
    Severity,
    SourceFile,
    Verdict,
    Violation,
    stable_id,
)
from airflownet.tables import from_row, read_table, schema_of, to_row, write_table

VERDICT = Verdict(
    id="x",
    airflow="3.3",
    outcome=Outcome.FAILS,
    reason="cycle",
    dags=(DagGraph("d", ("a", "b"), (("a", "b"),)),),
    violations=(Violation("AFN401", "cycle", Severity.LOAD, "a -> b -> a", 3, 1),),
)
SOURCE = SourceFile(
    "pypi", "p", "1", "", "a.tgz", "00", "x/y.py", "11", Licence("Apache-2.0", ("header",)), "é\n"
)


@pytest.mark.parametrize("record", [VERDICT, SOURCE], ids=lambda r: type(r).__name__)
def test_round_trip(tmp_path, record):
    path = tmp_path / "t.parquet"
    assert write_table(path, type(record), [record] * 1001) == 1001
    rows = list(read_table(path, type(record)))
    assert rows == [record] * 1001


def test_a_row_of_an_earlier_version_takes_the_defaults_of_what_it_lacks():
    @dataclasses.dataclass(frozen=True)
    class Later:
        name: str
        form: str = "code"

    assert from_row(Later, {"name": "x"}) == Later("x")
    with pytest.raises(KeyError):
        from_row(Later, {"form": "plan"})


def test_equal_records_give_equal_bytes(tmp_path):
    for name in ("a", "b"):
        write_table(tmp_path / name, Verdict, [VERDICT])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_an_empty_table_keeps_its_schema(tmp_path):
    write_table(tmp_path / "t.parquet", Verdict, [])
    assert list(read_table(tmp_path / "t.parquet", Verdict)) == []


@pytest.mark.parametrize(
    "record_type",
    [t for t in vars(records).values() if dataclasses.is_dataclass(t)],
    ids=lambda t: t.__name__,
)
def test_every_record_has_a_schema(record_type):
    assert schema_of(record_type).names == [f.name for f in dataclasses.fields(record_type)]


def test_a_missing_field_is_an_error():
    row = to_row(VERDICT)
    del row["reason"]
    with pytest.raises(KeyError, match="reason"):
        from_row(Verdict, row)


def test_stable_id_separates_its_parts():
    assert stable_id("ab", "c") != stable_id("a", "bc")
    assert len(stable_id("a")) == 16
