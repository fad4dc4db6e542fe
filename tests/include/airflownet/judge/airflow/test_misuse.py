"""Slips of DAG authors, and of models that write DAGs, which Airflow refuses; and near misses that it takes."""

# ruff: noqa: E501 - one file a row
from __future__ import annotations

import pytest

from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

HEAD = {
    "3.3": """
import enum, functools
from datetime import datetime
from airflow.sdk import DAG, BaseOperator, BaseSensorOperator, TaskGroup, dag, task
from airflow.sdk.bases.sensor import poke_mode_only
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
""",
    "2.9": """
import enum, functools
from datetime import datetime
from airflow import DAG
from airflow.decorators import dag, task
from airflow.models.baseoperator import BaseOperator
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.sensors.base import BaseSensorOperator, poke_mode_only
from airflow.utils.decorators import apply_defaults
from airflow.utils.task_group import TaskGroup
""",
}
SENSOR = "try:\n    from airflow.providers.standard.sensors.external_task import ExternalTaskSensor\nexcept ImportError:\n    from airflow.sensors.external_task import ExternalTaskSensor\n"
SQL = (
    "from airflow.providers.common.sql.operators.sql import SQLIntervalCheckOperator, SQLTableCheckOperator\n"
)
LINK = "try:\n    from airflow.sdk import BaseOperatorLink\nexcept ImportError:\n    from airflow.models.baseoperatorlink import BaseOperatorLink\n"
OPEN = "with DAG('d', schedule=None) as d:\n    a, b, c = (BashOperator(task_id=n, bash_command='x') for n in 'abc')\n"

ABSTRACT = "import abc\nclass Base(BaseOperator, abc.ABC):\n    @abc.abstractmethod\n    def run(self): ...\nclass Full(Base):\n    def run(self): ...\n"
OWN = "class Own(BashOperator):\n    def __init__(self, *, table, **kwargs):\n        super().__init__(bash_command=table, **kwargs)\n"
MAPPED = OPEN + "    m = BashOperator.partial(task_id='m', retries=1).expand(bash_command=['x'])\n"

REFUSED = [
    ("attribute-of-a-mapped-task", MAPPED + "    m.bash_command\n", "'MappedOperator' object has no attribute 'bash_command'"),
    ("abstract-operator", ABSTRACT + "with DAG('d', schedule=None):\n    Base(task_id='a')\n", "Can't instantiate abstract class Base with abstract method run"),
    ("no-such-argument-of-an-own-operator", OWN + "with DAG('d', schedule=None):\n    Own.partial(task_id='a', nope=1).expand(table=['x'])\n", "Own.partial() got an unexpected keyword argument 'nope'"),
    ("no-such-argument-mapped-over", OWN + "with DAG('d', schedule=None):\n    Own.partial(task_id='a').expand(table=['x'], nope=[1])\n", "Own.expand() got an unexpected keyword argument 'nope'"),
    ("length-of-a-task", OPEN + "    len(a)\n", "object of type 'BashOperator' has no len()"),
    ("length-of-a-group", OPEN + "    with TaskGroup('g') as g:\n        len(g)\n", "object of type 'TaskGroup' has no len()"),
    ("function-given-twice", OPEN + "    @task\n    def f(): ...\n    f.override(python_callable=print)()\n", "multiple values for keyword argument 'python_callable'"),
    ("no-date", "import pendulum\npendulum.parse('{{ ds }}')\n", "Unable to parse string"),
    ("no-such-day", "import pendulum\npendulum.parse('2023-02-29T10:00')\n", "Unable to parse string"),
    ("date-of-another-format", "import pendulum\npendulum.from_format('01/02/2024', 'YYYY-MM-DD')\n", "String does not match format"),
    ("edge-modifier", OPEN + "    c.set_upstream(a, b)\n", "'BashOperator' object has no attribute 'add_edge_info'"),
    ("callable-is-a-task", OPEN + "    PythonOperator(task_id='p', python_callable=a)\n", "`python_callable` param must be callable"),
    ("callable-is-an-output", OPEN + "    PythonOperator(task_id='p', python_callable=a.output)\n", "`python_callable` param must be callable"),
    ("id-is-a-member", "class E(enum.Enum):\n    A = 'a'\nwith DAG('d', schedule=None):\n    BashOperator(task_id=E.A, bash_command='x')\n", "The key has to be a string"),
    ("dag-id-is-a-member", "class E(enum.Enum):\n    A = 'a'\nDAG(E.A, schedule=None)\n", "The key has to be a string and is <class 'E'>:E.A"),
    ("group-id-is-a-member", "class E(enum.Enum):\n    A = 'a'\nwith DAG('d', schedule=None):\n    TaskGroup(E.A)\n", "The key has to be a string and is <class 'E'>:E.A"),
    ("schedule-is-a-member", "class E(enum.Enum):\n    A = '@daily'\nDAG('d', schedule=E.A, start_date=datetime(2024, 1, 1))\n", "E.A is not a valid schedule"),
    ("schedule-is-an-object", "class Every:\n    cron = '@daily'\nDAG('d', schedule=Every(), start_date=datetime(2024, 1, 1))\n", "Every is not a valid schedule"),
    ("rule-is-a-member", "class E(enum.Enum):\n    A = 'all_done'\nwith DAG('d', schedule=None):\n    BashOperator(task_id='a', bash_command='x', trigger_rule=E.A)\n", "received E.A (trigger_rule)"),
    ("format-of-an-output", OPEN + "    f'{a.output:.2f}'\n", "unsupported format string passed to PlainXComArg.__format__"),
    ("format-of-a-list", "f'{[1]:>5}'\n", "unsupported format string passed to list.__format__"),
    ("format-of-none", "f'{None:>5}'\n", "unsupported format string passed to NoneType.__format__"),
    ("no-field-of-a-named-tuple", "from typing import NamedTuple\nclass Table(NamedTuple):\n    name: str\nTable('a').nam\n", "'Table' object has no attribute 'nam'"),
    ("no-field-of-a-namedtuple", "from collections import namedtuple\nTable = namedtuple('Table', 'name')\nTable('a').nam\n", "'Table' object has no attribute 'nam'"),
    ("link-without-a-way", LINK + "class Docs(BaseOperatorLink):\n    name = 'Docs'\nDocs()\n", "abstract class Docs with abstract method get_link"),
    ("poke-only", "@poke_mode_only\nclass S(BaseSensorOperator):\n    def poke(self, context): return True\nwith DAG('d', schedule=None):\n    S(task_id='s', mode='reschedule')\n", "Only 'poke' is acceptable"),
    ("partial-function", OPEN + "    task(functools.partial(print, 1))()\n", "'functools.partial' object has no attribute '__annotations__'"),
    ("wrapped-signature", "def timed(f):\n    @functools.wraps(f)\n    def w(*a, **k): return f(*a, **k)\n    return w\nwith DAG('d', schedule=None):\n    @task\n    @timed\n    def work(x): ...\n    work(1, 2)\n", "too many positional arguments"),
    ("quoted-type", "def f(x: int | 'Row'): ...\n", "unsupported operand type(s) for |: 'type' and 'str'"),
    ("states-of-a-text", SENSOR + "with DAG('d', schedule=None):\n    ExternalTaskSensor(task_id='s', external_dag_id='x', allowed_states='success')\n", "Duplicate values provided"),
    ("checks-of-text", SQL + "with DAG('d', schedule=None):\n    SQLTableCheckOperator(task_id='s', conn_id='c', table='t', checks={'a': 'count(*) > 1'})\n", "string indices"),
    ("days-of-text", SQL + "with DAG('d', schedule=None):\n    SQLIntervalCheckOperator(task_id='s', conn_id='c', table='t', metrics_thresholds={'a': 1}, days_back='-7')\n", "abs()"),
    ("poke-only-of-a-provider", "from airflow.providers.amazon.aws.sensors.s3 import S3KeysUnchangedSensor\nwith DAG('d', schedule=None):\n    S3KeysUnchangedSensor(task_id='s', bucket_name='b', prefix='p', mode='reschedule')\n", "Only 'poke' is acceptable"),
    ("id-before-schedule", "with DAG('d', schedule='<cron>', start_date=datetime(2024, 1, 1)):\n    BashOperator(task_id='<id>', bash_command='x')\n", "<id>"),
    ("schedule-at-the-end", "with DAG('d', schedule='<cron>', start_date=datetime(2024, 1, 1)):\n    BashOperator(task_id='a', bash_command='x')\n", "AirflowTimetableInvalid"),
]  # fmt: skip

GRAPHS = [
    ("what-a-mapped-task-has", MAPPED + "    print(m.partial_kwargs, m.expand_input, m.operator_class)\n    BashOperator(task_id=f'r{m.retries}', bash_command='x')\n", ["a", "b", "c", "m", "r1"], []),
    ("length-of-an-own-group", "class G(TaskGroup):\n    def __len__(self):\n        return 2\nwith DAG('d', schedule=None):\n    with G('g') as g:\n        BashOperator(task_id='a', bash_command='x')\n    BashOperator(task_id=f'n{len(g)}', bash_command='x')\n", ["g.a", "n2"], []),
    ("sum-of-lists-of-tasks", OPEN + "    sum(([x] for x in (a, b)), []) >> c\n", ["a", "b", "c"], [("a", "c"), ("b", "c")]),
    ("classes-that-are-called-and-indexed-in-their-own-way", "class Meta(type):\n    def __call__(cls, *args):\n        made = super().__call__(*args)\n        made.name = 'x'\n        return made\nclass Job(metaclass=Meta):\n    def __class_getitem__(cls, name):\n        return name + '_job'\nprint(Job().name)\nwith DAG('d', schedule=None):\n    BashOperator(task_id=Job['a'], bash_command='x')\n", ["a_job"], []),
    ("exceptions-of-libraries", "import dataclasses, pendulum\n@dataclasses.dataclass(frozen=True)\nclass A:\n    n: int = 1\ntry:\n    A().n = 2\nexcept dataclasses.FrozenInstanceError:\n    pass\ntry:\n    A().n = 2\nexcept AttributeError:\n    pass\ntry:\n    pendulum.parse('no date')\nexcept ValueError:\n    pass\nwith DAG('d', schedule=None):\n    BashOperator(task_id='a', bash_command='x')\n", ["a"], []),
    ("wrapped-docs", "def deco(f):\n    @functools.wraps(f)\n    def inner(): return f()\n    return inner\n@deco\ndef load():\n    'a'\nwith DAG('d', schedule=None):\n    BashOperator(task_id=load.__doc__, bash_command='x')\n", ["a"], []),
    ("operators-of-the-file", ABSTRACT + OWN + "with DAG('d', schedule=None):\n    Full(task_id='f')\n    Own.partial(task_id='o', retries=1, env={}).expand(table=['x'])\n", ["f", "o"], []),
    ("attributes-that-are-there", OPEN + "    @task\n    def f(): return 1\n    f.multiple_outputs, f.function_signature, f.decorator_name\n    x = f()\n    x.on_failure_fail_dagrun, x.zip(x).args, x.zip(x).fillvalue\n    import collections, os\n    os.altsep, os.__doc__, collections.defaultdict(list).default_factory\n", ["a", "b", "c", "f"], []),
    ("dates-that-are-odd", OPEN + "    import pendulum\n    pendulum.parse(' 12:30'), pendulum.parse('now'), pendulum.parse('May 2024', strict=False)\n    pendulum.from_format('2024-1-1', 'YYYY-MM-DD')\n", ["a", "b", "c"], []),
    ("generator", "@dag(schedule=None)\ndef p():\n    @task\n    def f(): ...\n    yield f()\np()\n", [], []),
    ("walrus-in-a-comprehension", "with DAG('d', schedule=None):\n    ts = [t for n in ('a', 'bb') if (t := BashOperator(task_id=n, bash_command='x'))]\n    ts[0] >> t\n", ["a", "bb"], [("a", "bb")]),
    ("id-of-the-dag", "with DAG('d', schedule=None):\n    a = BashOperator(task_id='a', bash_command='x')\n    BashOperator(task_id=f'{a.dag_id}_b', bash_command='x')\n", ["a", "d_b"], []),
    ("named-tuple", "from typing import NamedTuple\nclass Table(NamedTuple):\n    name: str\n    mode: str = 'x'\n    @property\n    def key(self): return self.name + self.mode\nt = Table('a')\nt.count('a'), t.index('a'), t._asdict(), t._replace(mode='y').mode, t._fields, t.__class__\nwith DAG('d', schedule=None):\n    BashOperator(task_id=t.key, bash_command='x')\n", ["ax"], []),
    ("schedule-is-a-text-member", "class E(str, enum.Enum):\n    A = '@daily'\nwith DAG('d', schedule=E.A, start_date=datetime(2024, 1, 1)):\n    BashOperator(task_id='a', bash_command='x')\n", ["a"], []),
    ("format-of-a-converted-output", OPEN + "    f'{a.output!s:>9} {a.output} {[1]!r:>5}'\n", ["a", "b", "c"], []),
    ("link", LINK + "class Docs(BaseOperatorLink):\n    name = 'Docs'\n    def get_link(self, operator, *, ti_key): ...\nclass More(Docs): ...\nmore = More()\nwith DAG('d', schedule=None):\n    BashOperator(task_id='a', bash_command='x')\n", ["a"], []),
    ("new-type", "from typing import NewType\nId = NewType('Id', str)\nwith DAG('d', schedule=None):\n    BashOperator(task_id=Id('a'), bash_command='x')\n", ["a"], []),
    ("retried", "from tenacity import retry, stop_after_attempt\n@retry\ndef call(): ...\nwith DAG('d', schedule=None):\n    @task\n    @retry(stop=stop_after_attempt(3))\n    def f(x): ...\n    f(1)\n    PythonOperator(task_id='p', python_callable=call)\n", ["f", "p"], []),
    ("entered-by-hand", "class Flow:\n    def __enter__(self):\n        self.dag = DAG('d', schedule=None)\n        return self.dag.__enter__()\n    def __exit__(self, *e):\n        return self.dag.__exit__(*e)\nwith Flow():\n    BashOperator(task_id='a', bash_command='x')\n", ["a"], []),
    ("file-that-may-exist", "import os\nif os.path.exists('/x/cfg.json'):\n    open('/x/cfg.json').read()\nwith DAG('d', schedule=None):\n    BashOperator(task_id='a', bash_command=os.environ['HOME'])\n", ["a"], []),
    ("decorated-by-keyword", "def f(): ...\nwith DAG('d', schedule=None):\n    task(python_callable=f)()\n", ["f"], []),
    ("member-of-texts", "class E(enum.StrEnum):\n    A = enum.auto()\nwith DAG('d', schedule=None):\n    BashOperator(task_id=E.A, bash_command='x')\n    with TaskGroup('g'):\n        BashOperator(task_id=E.A, bash_command='x')\n", ["a", "g.a"], []),
    ("children", "with DAG('d', schedule=None):\n    with TaskGroup('g') as g:\n        BashOperator(task_id='a', bash_command='x')\n        BashOperator(task_id='b', bash_command='x')\n    g.children['g.a'] >> g.children['g.b']\n", ["g.a", "g.b"], [("g.a", "g.b")]),
    ("bad-schedule-of-a-lost-dag", "def f():\n    DAG('lost', schedule='<cron>', start_date=datetime(2024, 1, 1))\nf()\nwith DAG('d', schedule=None):\n    BashOperator(task_id='a', bash_command='x')\n", ["a"], []),
]  # fmt: skip


@pytest.mark.parametrize("line", ["2.9", "3.3"])
@pytest.mark.parametrize(("name", "code", "words"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refused(name: str, code: str, words: str, line: str) -> None:
    verdict = judge_code(HEAD[line] + code, airflow=line)
    assert verdict.outcome is Outcome.FAILS, name
    assert words in verdict.reason


@pytest.mark.parametrize("line", ["2.9", "3.3"])
@pytest.mark.parametrize(("name", "code", "tasks", "edges"), GRAPHS, ids=[row[0] for row in GRAPHS])
def test_graph(name: str, code: str, tasks: list[str], edges: list[tuple[str, str]], line: str) -> None:
    verdict = judge_code(HEAD[line] + code, airflow=line)
    assert verdict.outcome is Outcome.LOADS, (name, verdict.reason)
    assert (list(verdict.dags[0].tasks), [tuple(edge) for edge in verdict.dags[0].edges]) == (tasks, edges)


def test_items_of_a_group_since_3_3() -> None:
    code = (
        OPEN
        + "    with TaskGroup('g') as g:\n        BashOperator(task_id='x', bash_command='x')\n    g['x'] >> a\n"
    )
    assert ("g.x", "a") in [tuple(e) for e in judge_code(HEAD["3.3"] + code, airflow="3.3").dags[0].edges]
    assert "not subscriptable" in judge_code(HEAD["2.9"] + code, airflow="2.9").reason
    lacking = judge_code(HEAD["3.3"] + code.replace("g['x']", "g['y']"), airflow="3.3")
    assert "'y' not found" in lacking.reason


def test_old_decorator_of_an_operators_init() -> None:
    code = (
        "class Hello(BaseOperator):\n    @apply_defaults\n    def __init__(self, name, *args, **kwargs):\n"
        "        super().__init__(*args, **kwargs)\nwith DAG('d', schedule=None):\n    Hello(task_id='h', name='x')\n"
    )
    assert judge_code(HEAD["2.9"] + code, airflow="2.9").outcome is Outcome.LOADS


def test_init_that_cannot_be_followed_takes_anything() -> None:
    code = (
        "from unseen import deco\nclass Hello(BaseOperator):\n    @deco\n    def __init__(self, name, **kwargs):\n"
        "        super().__init__(**kwargs)\nwith DAG('d', schedule=None):\n    Hello(task_id='h', name='x')\n"
    )
    assert "'name'" not in judge_code(HEAD["3.3"] + code, airflow="3.3").reason


def test_names_that_exec_binds_are_not_missing() -> None:
    code = "exec('tag = 1')\nprint(tag)\nwith DAG('d', schedule=None):\n    BashOperator(task_id='a', bash_command='x')\n"
    assert judge_code(HEAD["3.3"] + code, airflow="3.3").outcome is Outcome.UNKNOWN


OF_2_9 = [
    ("dag-has-no-schedule", "with DAG('d', schedule=None) as d:\n    d.schedule\n", "'DAG' object has no attribute 'schedule'"),
    ("dataset-name", "from airflow.datasets import Dataset\nDataset(name='a', uri='s3://b')\n", "'name'"),
    ("pod-name", "from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator\nwith DAG('d', schedule=None):\n    KubernetesPodOperator(task_id='k', name='My Pod', image='i')\n", "'My Pod'"),
    ("pod-volumes", "from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator\nwith DAG('d', schedule=None):\n    KubernetesPodOperator(task_id='k', name='k', image='i', volumes=[{'name': 'v'}])\n", "V1Volume"),
    ("schedule-set-later", "d = DAG('d', schedule='@daily', start_date=datetime(2024, 1, 1))\nd.schedule_interval = '@hourly'\n", "does not match schedule_interval '@hourly'"),
    ("format-to-s3", "from airflow.providers.amazon.aws.transfers.sql_to_s3 import SqlToS3Operator\nwith DAG('d', schedule=None):\n    SqlToS3Operator(task_id='s', query='q', s3_bucket='b', s3_key='k', sql_conn_id='c', file_format='xlsx')\n", "doesn't support xlsx value"),
    ("sensor-without-a-time-out", "from airflow.sensors.python import PythonSensor\nwith DAG('d', schedule=None):\n    PythonSensor(task_id='s', python_callable=print, timeout=None)\n", "AirflowException: Operator arg `timeout` must be timedelta object"),
    ("dag-of-a-task", "@dag(schedule=None)\n@task\ndef flow(): ...\nflow()\n", "'_TaskDecorator' object has no attribute '__name__'"),
    ("name-of-a-task-function", "@task\ndef f(): ...\nwith DAG('d', schedule=None):\n    BashOperator(task_id=f.__name__, bash_command='x')\n", "'_TaskDecorator' object has no attribute '__name__'"),
    ("task-by-position", "task('a')\n", "'str' object has no attribute '__annotations__'"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "code", "words"), OF_2_9, ids=[row[0] for row in OF_2_9])
def test_refused_by_2_9(name: str, code: str, words: str) -> None:
    verdict = judge_code(HEAD["2.9"] + code, airflow="2.9")
    assert verdict.outcome is Outcome.FAILS, name
    assert words in verdict.reason
    code = code.replace("airflow.datasets import Dataset", "airflow.sdk import Asset as Dataset")
    if name.startswith(("dataset", "pod")):
        tail = "with DAG('z', schedule=None):\n    BashOperator(task_id='z', bash_command='x')\n"
        assert judge_code(HEAD["3.3"] + code + tail, airflow="3.3").outcome is Outcome.LOADS


def test_asset_has_no_inverse() -> None:
    code = "from airflow.sdk import Asset\n~Asset('a')\n"
    assert "bad operand type for unary ~: 'Asset'" in judge_code(HEAD["3.3"] + code, airflow="3.3").reason
