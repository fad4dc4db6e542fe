"""What libraries that come with Airflow compute at module level: pendulum, pydantic, attrs, PyYAML."""

# ruff: noqa: E501 - one snippet a row
from __future__ import annotations

import ast
from typing import Any

import pytest

from airflownet.judge.interpreter.conversion import to_python
from airflownet.judge.loader.load import new_walk
from airflownet.judge.loader.worlds import world_of
from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

VALUES = [
    ("pendulum-shifted", "import pendulum\np = pendulum.datetime(2024, 2, 28, tz='America/New_York')\nx = [p.add(days=2).format('YYYY_MM_DD'), p.subtract(months=1).to_date_string(), p.start_of('month').strftime('%d%H'), p.end_of('month').day]", ["2024_03_01", "2024-01-28", "0100", 29]),
    ("pendulum-fields", "import pendulum\np = pendulum.datetime(2024, 2, 28)\nx = [p.year, p.quarter, p.day_of_week, p.days_in_month, f'{p:%Y}', f'{p:YYYY/MM}', str(p)]", [2024, 1, 2, 29, "2024", "2024/02", "2024-02-28 00:00:00+00:00"]),
    ("pendulum-month-end", "import pendulum\nx = [pendulum.datetime(2024, 1, 31).add(months=1).day, pendulum.parse('2024-05-06').subtract(weeks=1).to_date_string()]", [29, "2024-04-29"]),
    ("pendulum-spans", "import pendulum\na, b = pendulum.datetime(2024, 1, 1), pendulum.datetime(2024, 1, 3)\nx = [pendulum.duration(hours=2).in_minutes(), (b - a).in_days(), a.diff(b).in_hours(), b > a, (a + pendulum.duration(days=1)).day]", [120, 2, 48, True, 2]),
    ("pendulum-zones", "import pendulum\nx = pendulum.datetime(2024, 7, 1, 12).in_timezone('Europe/Berlin').hour", 14),
    ("pydantic-model", "from pydantic import BaseModel, Field\nfrom typing import Optional\nclass S(BaseModel):\n    env: str = 'dev'\n    n: int = Field(default=2, ge=1)\n    names: list[str] = ['a']\n    tags: dict[str, int] = Field(default_factory=dict)\n    note: Optional[str] = None\ns = S(env='prod', n='5')\nx = [s.env, s.n, s.names, s.note, s.model_dump()['env'], s.model_copy(update={'n': 9}).n]", ["prod", 5, ["a"], None, "prod", 9]),
    ("pydantic-nested", "from pydantic import BaseModel\nclass T(BaseModel):\n    id: str\nclass J(BaseModel):\n    name: str\n    tasks: list[T]\nj = J.model_validate({'name': 'a', 'tasks': [{'id': 'x'}, {'id': 'y'}]})\nx = [t.id for t in j.tasks]", ["x", "y"]),
    ("pydantic-inherited", "from pydantic import BaseModel\nclass A(BaseModel):\n    a: str = 'x'\nclass B(A):\n    b: int\nx = [B(b=1).a, B(a='q', b=2).b]", ["x", 2]),
    ("attrs-classes", "import attr\nfrom attrs import define, field, Factory\n@attr.s(auto_attribs=True)\nclass W:\n    days: int\n    label: str = attr.ib(default='w')\n@define\nclass L:\n    n: int = 3\n    names: list = field(factory=list)\n    more: list = Factory(lambda: ['z'])\nx = [W(7).label, W(7).days, L().n, L(n=1).names]", ["w", 7, 3, []]),
    ("attrs-after-init", "import attr\n@attr.s\nclass W:\n    a = attr.ib()\n    b = attr.ib(default=2)\n    def __attrs_post_init__(self):\n        self.a += self.b\nx = W(1).a", 3),
    ("operators-in-place", "import operator\nfrom functools import reduce\na = [1]\nb = a\noperator.iadd(a, [2])\nx = [b, reduce(operator.iadd, {'k': ['p'], 'l': ['q', 'r']}.values(), []), operator.ior(4, 1), sorted({'p', 's'} - set(reduce(operator.iadd, [['p'], ['q']], [])))]", [[1, 2], ["p", "q", "r"], 5, ["s"]]),
    ("name-of-a-class", "from airflow.models import DagRun as Run\nfrom airflow.providers.standard.operators.bash import BashOperator\nx = [Run.__name__, BashOperator.__qualname__]", ["DagRun", "BashOperator"]),
    ("yaml-documents", "import yaml\nx = [list(d) for d in yaml.safe_load_all('a: 1\\n---\\nb: 2\\n')]", [["a"], ["b"]]),
    ("yaml-aliases", "import yaml\nx = [j['r'] for j in yaml.safe_load('d: &d {r: 2}\\njobs:\\n  - <<: *d\\n  - {<<: *d, r: 4}\\n')['jobs']]", [2, 4]),
    ("yaml-cron-stars", "import yaml\nx = yaml.safe_load('d: &d 1\\nc: [\"* * * * *\", \"*/5 * * * *\", \"* * * * *\", *d]\\n')['c'][1]", "*/5 * * * *"),
    ("yaml-written", "import yaml\nx = yaml.dump({'b': 1, 'a': [1, 2]}, default_flow_style=False)", "a:\n- 1\n- 2\nb: 1\n"),
]  # fmt: skip


@pytest.mark.parametrize(("snippet", "expected"), [pytest.param(c, e, id=n) for n, c, e in VALUES])
def test_the_value_is_what_the_library_gives(snippet: str, expected: Any) -> None:
    interpreter = new_walk(world_of("3.3"), ast.parse(snippet), "/x/dag.py")
    interpreter.run()
    assert [failure.message for failure in interpreter.failures] == []
    assert to_python(interpreter.module.names["x"]) == expected


HEAD = "from airflow.sdk import DAG, Label, TaskGroup\nfrom airflow.providers.standard.operators.empty import EmptyOperator\n"
REFUSED = [
    ("pydantic-required", "from pydantic import BaseModel\nclass J(BaseModel):\n    a: str\nj = J()\n", "ValidationError"),
    ("pydantic-type", "from pydantic import BaseModel\nclass J(BaseModel):\n    n: int\nj = J(n='many')\n", "ValidationError"),
    ("pydantic-positional", "from pydantic import BaseModel\nclass J(BaseModel):\n    n: int\nj = J(1)\n", "TypeError"),
    ("attrs-missing", "import attr\n@attr.s(auto_attribs=True)\nclass J:\n    a: str\n    b: str\nj = J('x')\n", "missing 1 required positional argument: 'b'"),
    ("decimal-text", "from decimal import Decimal\nd = Decimal('0,5')\n", "InvalidOperation"),
    ("decimal-and-float", "from decimal import Decimal\nd = Decimal('0.5') * 1.5\n", "unsupported operand"),
    ("ini-option", "import configparser\nc = configparser.ConfigParser()\nc.read_string('[a]\\nx=1')\nc.get('a', 'y')\n", "NoOptionError"),
    ("frozen-set", "s = frozenset({'a'})\ns.add('b')\n", "'frozenset' object has no attribute 'add'"),
    ("empty-deque", "from collections import deque\nd = deque()\nd.popleft()\n", "pop from an empty deque"),
    ("unique-members", "from enum import Enum, unique\n@unique\nclass S(Enum):\n    A = 'x'\n    B = 'x'\n", "duplicate values found in <enum 'S'>: B -> A"),
    ("named-tuple-arity", "from typing import NamedTuple\nclass T(NamedTuple):\n    a: str\nt = T(1, 2)\n", "T.__new__() takes 2 positional arguments but 3 were given"),
]  # fmt: skip
PLAIN_DAG = 'with DAG("q", schedule=None):\n    EmptyOperator(task_id="a")\n'


@pytest.mark.parametrize(("snippet", "reason"), [pytest.param(c, r, id=n) for n, c, r in REFUSED])
def test_the_library_would_refuse(snippet: str, reason: str) -> None:
    verdict = judge_code(HEAD + snippet + PLAIN_DAG, airflow="3.3")
    assert verdict.outcome is Outcome.FAILS
    assert reason in verdict.reason


def test_a_validator_makes_the_fields_unknown() -> None:
    snippet = "from pydantic import BaseModel, field_validator\nclass J(BaseModel):\n    n: str\n    @field_validator('n')\n    def up(cls, v):\n        return v.upper()\n"
    verdict = judge_code(
        HEAD + snippet + 'with DAG("q", schedule=None):\n    EmptyOperator(task_id=J(n="a").n)\n',
        airflow="3.3",
    )
    assert verdict.outcome is Outcome.LOADS
    assert "a" not in verdict.dags[0].tasks


def test_a_label_between_groups_relates_the_groups() -> None:
    code = HEAD + (
        'with DAG("q", schedule=None):\n'
        '    with TaskGroup("g"):\n        a = EmptyOperator(task_id="a")\n        b = EmptyOperator(task_id="b")\n'
        '    with TaskGroup("h"):\n        c = EmptyOperator(task_id="c")\n'
        '    a >> Label("x") >> c\n'
    )
    edges = judge_code(code, airflow="3.3").dags[0].edges
    assert set(edges) == {("g.a", "h.c"), ("g.b", "h.c")}


def test_an_unknown_operand_leaves_the_others_their_say() -> None:
    code = HEAD + (
        "import os\nflag = os.path.exists('/x')\n"
        'with DAG("q", schedule=None):\n    a = EmptyOperator(task_id="a")\n'
        "    if flag and a is None:\n        EmptyOperator(task_id='b')\n"
        "    if not a.downstream_list and not a.upstream_task_ids:\n        EmptyOperator(task_id='c')\n"
    )
    assert set(judge_code(code, airflow="3.3").dags[0].tasks) == {"a", "c"}


MIXIN = (
    "class Owned:\n    def __init__(self, *args, team='core', **kwargs):\n        super().__init__(*args, **kwargs)\n"
    "class Job(Owned, EmptyOperator):\n    {body}\n"
    'with DAG("q", schedule=None):\n    Job(task_id="a", team="x")\n'
)


def test_an_init_that_only_a_mixin_has_is_not_wrapped_by_airflow_3() -> None:
    verdict = judge_code(HEAD + MIXIN.format(body="pass"), airflow="3.3")
    assert verdict.outcome is Outcome.FAILS
    assert "'function' object has no attribute '__wrapped__'" in verdict.reason
    own = "def __init__(self, **kwargs):\n        super().__init__(**kwargs)"
    assert judge_code(HEAD + MIXIN.format(body=own), airflow="3.3").outcome is Outcome.LOADS
