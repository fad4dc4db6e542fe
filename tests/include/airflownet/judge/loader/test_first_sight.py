"""What real Airflow said of small files that the judge had not seen: one row for each cause."""

# ruff: noqa: E501 - one file a row
from __future__ import annotations

import pytest

from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

HEAD = """\
from datetime import datetime, timedelta
from airflow.sdk import DAG, dag, task
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
"""
DAG_OF = 'with DAG("q", schedule=None):\n    EmptyOperator(task_id={})\n'

FAILS = [
    ("class-names-in-comprehension", "class C:\n    n = [1]\n    t = [x * y for x in n for y in n]\n", "'n'"),
    ("handler-name-is-gone", "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    pass\nprint(e)\n", "'e'"),
    ("unbound-local", "n = 1\ndef f():\n    print(n)\n    n = 2\nf()\n", "UnboundLocalError"),
    ("augmented-global", "n = 1\ndef f():\n    n += 1\nf()\n", "local variable 'n'"),
    ("mutable-default", "from dataclasses import dataclass\n@dataclass\nclass C:\n    n: list = []\n", "mutable default"),
    ("default-order", "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int = 1\n    b: int\n", "'b'"),
    ("no-such-member", "from enum import Enum\nclass T(Enum):\n    A = 1\nT.B\n", "B"),
    ("no-such-value", "from enum import Enum\nclass T(Enum):\n    A = 1\nT(2)\n", "2 is not a valid T"),
    ("abstract", "from abc import ABC, abstractmethod\nclass B(ABC):\n    @abstractmethod\n    def go(self): ...\nB()\n", "go"),
    ("view-has-no-index", "{'a': 1}.keys()[0]\n", "'dict_keys' object is not subscriptable"),
    ("map-has-no-len", "len(map(str, [1]))\n", "'map' has no len()"),
    ("keys-are-no-list", "x = {'a': 1}.keys() + ['b']\n", "dict_keys"),
    ("function-attribute", "def f(): pass\nf.expand(x=[1])\n", "'expand'"),
    ("qualified-name", "class C:\n    def go(): pass\nC().go()\n", "C.go() takes 0 positional arguments but 1 was given"),
    ("zone", "import pendulum\npendulum.datetime(2024, 1, 1, tz='Mars/Base')\n", "Mars/Base"),
    ("zoneinfo", "from zoneinfo import ZoneInfo\nZoneInfo('Europe/Berlim')\n", "Europe/Berlim"),
    ("pendulum-name", "import pendulum\npendulum.create(2024, 1, 1)\n", "create"),
    ("pendulum-argument", "import pendulum\npendulum.datetime(2024, 1, 1, timezone='UTC')\n", "timezone"),
    ("no-match", "import re\nre.match('x', 'y').group(1)\n", "'NoneType' object has no attribute 'group'"),
    ("yaml-loader", "import yaml\nyaml.load('a: 1')\n", "Loader"),
    ("tuple-as-context", "with (1, 2) as x: pass\n", "context manager"),
    ("not-imported-package", "import airflow\nairflow.operators.bash\n", "'operators'"),
    ("static-type-name", "datetime.datetime(2024, 1, 1)\n", "type object 'datetime.datetime'"),
]  # fmt: skip

IN_A_DAG = [
    ("generator-in-relation", 'EmptyOperator(task_id="a") >> (t for t in [])', "'generator'"),
    ("view-in-relation", 'EmptyOperator(task_id="a") >> {"x": 1}.values()', "'dict_values'"),
    ("order-for-shift", 'EmptyOperator(task_id="a") > EmptyOperator(task_id="b")', "is not an outlet"),
    ("call-of-output", 'task(task_id="x")(lambda: 1)()()', "'PlainXComArg' object is not callable"),
    ("id-is-a-list", 'EmptyOperator(task_id=["a"])', "unhashable type: 'list'"),
    ("id-is-a-builtin", "EmptyOperator(task_id=id)", "builtin_function_or_method"),
    ("rule-is-a-list", 'EmptyOperator(task_id="a", trigger_rule=["all_done"])', "trigger_rule"),
    ("dag-is-a-list", 'EmptyOperator(task_id="a", dag=[1])', "'list' object has no attribute 'task_group'"),
    ("positional", 'EmptyOperator("a")', "TypeError: Use keyword arguments"),
    ("slots", 'EmptyOperator(task_id="a", pool_slots=0)', "pool slots for a"),
    ("teardown-by-position", 'a = EmptyOperator(task_id="a")\n    a.as_teardown(a)', "as_teardown()"),
]  # fmt: skip

OF_A_DAG = [
    ("fail-fast", 'DAG("q", fail_fast=True)', 'EmptyOperator(task_id="a", trigger_rule="all_done")', "fail_fast"),
    ("tags-are-true", 'DAG("q", tags=True)', "pass", "'bool' object is not iterable"),
    ("tags-in-a-list", 'DAG("q", tags=[["a"]])', "pass", "unhashable"),
    ("schedule-is-a-dict", 'DAG("q", schedule={"a": 1})', "pass", "'schedule'"),
    ("date-is-a-class", 'DAG("q", start_date=datetime)', "pass", "start_date"),
    ("display-name", 'DAG("q", dag_display_name=3)', "pass", "dag_display_name"),
    ("positional-count", 'DAG("q", "text", "@daily")', "pass", "takes 2 positional arguments but 4 were given"),
]  # fmt: skip


def ids(rows: list[tuple[str, ...]]) -> list[str]:
    return [row[0] for row in rows]


@pytest.mark.parametrize(("name", "code", "said"), FAILS, ids=ids(FAILS))
def test_python_would_refuse(name: str, code: str, said: str) -> None:
    verdict = judge_code(HEAD + code + DAG_OF.format('"a"'))
    assert verdict.outcome is Outcome.FAILS, name
    assert said in verdict.reason


@pytest.mark.parametrize(("name", "code", "said"), IN_A_DAG, ids=ids(IN_A_DAG))
def test_airflow_would_refuse_the_task(name: str, code: str, said: str) -> None:
    verdict = judge_code(f'{HEAD}with DAG("q", schedule=None):\n    {code}\n')
    assert verdict.outcome is Outcome.FAILS, name
    assert said in verdict.reason


@pytest.mark.parametrize(("name", "made", "body", "said"), OF_A_DAG, ids=ids(OF_A_DAG))
def test_airflow_would_refuse_the_dag(name: str, made: str, body: str, said: str) -> None:
    verdict = judge_code(f"{HEAD}with {made}:\n    {body}\n")
    assert verdict.outcome is Outcome.FAILS, name
    assert said in verdict.reason


TASKS = [
    ("auto", "from enum import Enum, auto\nclass T(Enum):\n    A = auto()\n    B = auto()\n", 'f"t{T.B.value}"', "t2"),
    ("suppress", "from contextlib import suppress\nwith suppress(ImportError):\n    import no_such_module_x\n", '"a"', "a"),
    ("read-in-try", "try:\n    x = open('/none').read()\nexcept OSError:\n    x = 'b'\n", "x", "b"),
    ("yaml", "import yaml\nx = yaml.safe_load('a: [b, c]')\n", "x['a'][1]", "c"),
    ("template", "from string import Template\n", 'Template("t_$n").substitute(n=1)', "t_1"),
    ("groups", "import re\nm = re.match(r'(\\w+)-(\\d+)', 'ab-12')\n", 'f"{m.group(1)}_{m.group(2)}"', "ab_12"),
    ("setter", "class C:\n    @property\n    def n(self): return self._n\n    @n.setter\n    def n(self, v): self._n = v.upper()\nc = C()\nc.n = 'x'\n", "c.n", "X"),
    ("getattr", "class C:\n    def __getattr__(self, k): return 't_' + k\n", "C().z", "t_z"),
    ("subclasses", "class P:\n    s = []\n    def __init_subclass__(cls): P.s.append(cls.__name__)\nclass A(P): pass\n", "P.s[0]", "A"),
    ("item-getter", "from operator import itemgetter\nx = sorted([{'n': 'b'}, {'n': 'a'}], key=itemgetter('n'))\n", "x[0]['n']", "a"),
    ("namespace", "from types import SimpleNamespace\nx = SimpleNamespace(n=0)\n", 'f"t{x.n}"', "t0"),
    ("counter", "from collections import Counter, deque\nx = deque(['a', 'b'])\n", 'x.popleft() + str(Counter("aab")["a"])', "a2"),
    ("groupby", "from itertools import groupby\nx = [(k, len(list(g))) for k, g in groupby('aab')]\n", 'f"{x[0][0]}{x[0][1]}"', "a2"),
    ("import-by-name", "import importlib\nx = importlib.import_module('json').dumps(1)\n", 'f"t{x}"', "t1"),
    ("version", "import airflow\nfrom packaging.version import Version\n", '"new" if Version(airflow.__version__) >= Version("3.0") else "old"', "new"),
    ("one-shot", "x = map(str, [1, 2])\ny = list(x)\nz = list(x)\n", 'f"t{len(y)}{len(z)}"', "t20"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "code", "task_id", "expected"), TASKS, ids=ids(TASKS))
def test_values_are_followed(name: str, code: str, task_id: str, expected: str) -> None:
    verdict = judge_code(HEAD + code + DAG_OF.format(task_id))
    assert (verdict.outcome, verdict.reason) == (Outcome.LOADS, ""), name
    assert verdict.dags[0].tasks == (expected,)


FOUND = [
    ("contextmanager", "from contextlib import contextmanager\n@contextmanager\ndef made(n):\n    with DAG(n, schedule=None) as d:\n        yield d\nwith made('q') as d:\n    EmptyOperator(task_id='a')\n"),
    ("exit-stack", "from contextlib import ExitStack\nwith ExitStack() as s:\n    s.enter_context(DAG('q', schedule=None))\n    EmptyOperator(task_id='a')\n"),
    ("globals-update", "def made(n):\n    d = DAG(n, schedule=None)\n    EmptyOperator(task_id='a', dag=d)\n    return d\nglobals().update({n: made(n) for n in ['q']})\n"),
    ("locals", "locals()['d'] = DAG('q', schedule=None)\nd.task_ids\nEmptyOperator(task_id='a', dag=d)\n"),
    ("module-attribute", "import sys\nd0 = [DAG('q', schedule=None)]\nEmptyOperator(task_id='a', dag=d0[0])\nsetattr(sys.modules[__name__], 'd', d0[0])\n"),
    ("dag-of-a-task", "d = DAG('q', schedule=None)\na = EmptyOperator(task_id='a')\na.dag = d\n"),
    ("bom", "﻿"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "code"), FOUND, ids=ids(FOUND))
def test_dags_are_found(name: str, code: str) -> None:
    text = f"{code}{HEAD}{DAG_OF.format(repr('a'))}" if name == "bom" else HEAD + code
    verdict = judge_code(text)
    assert (verdict.outcome, verdict.reason) == (Outcome.LOADS, ""), name
    assert [(dag.dag_id, dag.tasks) for dag in verdict.dags] == [("q", ("a",))]


def test_indentation_errors_keep_their_name() -> None:
    assert judge_code("if True:\n# nothing\n").reason.startswith(
        "IndentationError: expected an indented block"
    )


def test_a_conditional_name_of_an_unfollowed_branch_is_not_unbound() -> None:
    code = (
        "import time\ndef f():\n    try:\n        if time.time() > 1:\n            import no_such_module_y\n"
        "            x = 1\n        else:\n            x = 2\n    except ValueError:\n        x = 3\n    return x\n"
    )
    verdict = judge_code(HEAD + code + "f()\n" + DAG_OF.format('"a"'))
    assert not any(
        violation.code == "AFN201" and violation.severity == "load" for violation in verdict.violations
    )
    assert verdict.outcome is not Outcome.FAILS
