"""Outputs of tasks, DAGs and plain objects where Python's own functions want text, numbers or items."""

# ruff: noqa: E501 - one file a row
from __future__ import annotations

import pytest

from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

HEAD = """
import dataclasses, enum, json, os, statistics
from datetime import datetime, timedelta
from airflow.decorators import dag, task, task_group
@task
def get(n=1): return n
@task
def show(x): ...
class Plain: pass
@dataclasses.dataclass
class Record:
    n: int = 1
class Level(enum.Enum):
    LOW = 1
class Kind(enum.StrEnum):
    A = enum.auto()
"""

REFUSED = [
    ("sum", "show(sum([get(1), get(2)]))", "unsupported operand type(s) for +: 'int' and 'PlainXComArg'"),
    ("join", "show(','.join(get()))", "can only join an iterable"),
    ("join-item", "show(','.join([get()]))", "expected str instance, PlainXComArg found"),
    ("int", "show(int(get()))", "not 'PlainXComArg'"),
    ("max", "show(max([get(1), get(2)]))", "not supported between instances of 'PlainXComArg' and 'PlainXComArg'"),
    ("loads", "show(json.loads(get()))", "the JSON object must be str, bytes or bytearray, not PlainXComArg"),
    ("dumps", "show(json.dumps({'a': [get()]}))", "Object of type PlainXComArg is not JSON serializable"),
    ("path", "show(os.path.join('/a', get()))", "not 'PlainXComArg'"),
    ("strptime", "show(datetime.strptime(get(), '%Y'))", "strptime() argument 1 must be str, not PlainXComArg"),
    ("days", "show(timedelta(days=get()))", "unsupported type for timedelta days component: PlainXComArg"),
    ("split", "show('a b'.split(get()))", "must be str or None, not PlainXComArg"),
    ("order", "show(get() > 2)", "'>' not supported between instances of 'PlainXComArg' and 'int'"),
    ("mapping", "show(**get())", "argument after ** must be a mapping, not PlainXComArg"),
    ("plain-object", "show(json.dumps(Plain()))", "Object of type Plain is not JSON serializable"),
    ("record", "show(json.dumps(Record()))", "Object of type Record is not JSON serializable"),
    ("member", "show(json.dumps(Level.LOW))", "Object of type Level is not JSON serializable"),
    ("factory-shifted", "get >> show", "unsupported operand type(s) for >>: '_TaskDecorator' and '_TaskDecorator'"),
    ("factory-item", "show(get['a'])", "'_TaskDecorator' object is not subscriptable"),
]  # fmt: skip

TAKEN = [
    ("member-of-texts", "show(json.dumps({'k': Kind.A}))"),
    ("default", "show(json.dumps({'x': get()}, default=str))"),
    ("format", "show('{}'.format(get()))"),
    ("records-in-order", "show(str(sorted([Record(2), Record(1)], key=lambda r: r.n)))"),
    ("key", "show(get()['a'])"),
]


@pytest.mark.parametrize("line", ["2.9", "3.3"])
@pytest.mark.parametrize(("name", "code", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refused(name: str, code: str, words: str, line: str) -> None:
    verdict = judge_code(f"{HEAD}\n@dag(schedule=None)\ndef p():\n    {code}\np()\n", airflow=line)
    assert verdict.outcome is Outcome.FAILS, name
    assert words in verdict.reason


@pytest.mark.parametrize("line", ["2.9", "3.3"])
@pytest.mark.parametrize(("name", "code"), TAKEN, ids=[row[0] for row in TAKEN])
def test_taken(name: str, code: str, line: str) -> None:
    verdict = judge_code(f"{HEAD}\n@dag(schedule=None)\ndef p():\n    {code}\np()\n", airflow=line)
    assert verdict.outcome is Outcome.LOADS, (name, verdict.reason)


def test_mapped_argument_has_no_items() -> None:
    code = f"{HEAD}\n@dag(schedule=None)\ndef p():\n    @task_group\n    def g(x):\n        for i in x:\n            show(i)\n    g.expand(x=[[1]])\np()\n"
    assert "'MappedArgument' object is not iterable" in judge_code(code, airflow="3.3").reason
