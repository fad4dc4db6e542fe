"""Arrays straight from buffers are those that pyarrow makes of the same values."""

from __future__ import annotations

import enum
import subprocess
import sys

import pyarrow as pa
import pytest

from airflownet.columns import arrow_array, plain
from airflownet.records import Condition, DagGraph, Licence, Outcome, ProjectUse, Verdict
from airflownet.tables import schema_of


class Plain(enum.Enum):
    ONE = "one"


LICENCES = [Licence("MIT", ("header", "é")), Licence("", ())]
CASES = {
    "strings": (["a", "", "größe", "a\0b"], pa.string()),
    "no-strings": ([], pa.string()),
    "string-enum": ([Outcome.LOADS, Outcome.FAILS, "x"], pa.string()),
    "plain-enum": ([Plain.ONE, "two"], pa.string()),
    "integers": ([0, -1, 2**62], pa.int64()),
    "floats": ([0.5, 1, float("nan"), -0.0], pa.float64()),
    "truths": ([True, False], pa.bool_()),
    "many-truths": ([i % 3 == 0 for i in range(19)], pa.bool_()),
    "some-missing": ([None, "a"], pa.string()),
    "missing-numbers": ([1, None], pa.int64()),
    "lists": ([("a", "b"), (), ("c",)], pa.list_(pa.string())),
    "lists-of-lists": ([(("a", "b"),), (), (("c", "d"), ("e", "f"))], pa.list_(pa.list_(pa.string()))),
    "missing-lists": ([("a",), None], pa.list_(pa.string())),
    "records": (LICENCES, pa.struct(list(schema_of(Licence)))),
    "lists-of-records": ([tuple(LICENCES), ()], pa.list_(pa.struct(list(schema_of(Licence))))),
    "missing-records-of-records": (
        [None, ProjectUse("3.3", "x", Outcome.LOADS, "", (Condition("a", "b", "c"),), (), ("d",)), None],
        pa.struct(list(schema_of(ProjectUse))),
    ),
    "missing-records": ([LICENCES[0], None], pa.struct(list(schema_of(Licence)))),
    "graphs": (
        [(DagGraph("d", ("a", "b"), (("a", "b"),)), DagGraph("e", (), ())), ()],
        schema_of(Verdict).field("dags").type,
    ),
}


@pytest.mark.parametrize(("values", "kind"), CASES.values(), ids=CASES)
def test_same_array_as_pyarrows(values, kind):
    expected = pa.array([plain(value) for value in values], kind)
    array = arrow_array(values, kind)
    array.validate(full=True)
    assert array.type == kind
    assert str(array) == str(expected)  # nan is not equal to itself
    assert array.null_count == expected.null_count


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        pytest.param([1], pa.string(), id="number-for-text"),
        pytest.param(["1"], pa.int64(), id="text-for-number"),
        pytest.param([1.5], pa.int64(), id="fraction-for-integer"),
        pytest.param([2**63], pa.int64(), id="too-large"),
        pytest.param(["\ud800"], pa.string(), id="lone-surrogate"),
    ],
)
def test_values_of_another_type_are_refused(values, kind):
    with pytest.raises((AttributeError, TypeError, ValueError, OverflowError)):
        arrow_array(values, kind)


def test_writing_a_table_does_not_import_pandas(tmp_path):
    code = (
        "import sys, pathlib; from airflownet.records import DroppedFile as D; "
        "from airflownet.tables import read_table, write_table; path = pathlib.Path(sys.argv[1]); "
        "write_table(path, D, [D('a', 'b', 'c', 'd')]); assert len(list(read_table(path, D))) == 1; "
        "print('pandas' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "t.parquet")], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
