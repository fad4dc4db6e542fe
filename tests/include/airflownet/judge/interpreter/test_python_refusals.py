"""What Python, Airflow or a library refuses at import, and what it says of it: one row for each rule."""

# ruff: noqa: E501 - one file a row
from __future__ import annotations

import pytest

from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

IMPORTS = {
    "3.3": "from airflow.sdk import DAG, Asset, task\nfrom airflow.providers.standard.operators.bash import BashOperator\nfrom airflow.providers.standard.operators.empty import EmptyOperator\n",
    "2.9": "from airflow import DAG\nfrom airflow.decorators import task\nfrom airflow.datasets import Dataset as Asset\nfrom airflow.operators.bash import BashOperator\nfrom airflow.operators.empty import EmptyOperator\n",
}
HEAD = "from datetime import datetime, timedelta\n"
DAG_OF_ONE = 'with DAG("q", schedule=None):\n    EmptyOperator(task_id="a")\n'
K8S = "from kubernetes.client import models as k8s\n"
SQL = "from airflow.providers.common.sql.operators.sql import SQLColumnCheckOperator, SQLIntervalCheckOperator, SQLTableCheckOperator\n"
GROUP = "from airflow.utils.task_group import TaskGroup\n"
TASK_GROUP = "from airflow.decorators import task_group\n"
RUN = "try:\n    from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator\nexcept ImportError:\n    from airflow.operators.trigger_dagrun import TriggerDagRunOperator\n"
POD = "from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator\n"

BOTH_LINES = [
    ("frozen", "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass C:\n    a: int = 1\nC().a = 2\n", "cannot assign to field 'a'"),
    ("named-tuple-field", "from collections import namedtuple\nJ = namedtuple('J', 'a')\nJ(1).a = 2\n", "AttributeError"),
    ("unknown-field", "from dataclasses import dataclass, replace\n@dataclass\nclass C:\n    a: int = 1\nreplace(C(), b=2)\n", "'b'"),
    ("no-operator", "class A: pass\nA() + 1\n", "unsupported operand type(s) for +: 'A' and 'int'"),
    ("not-iterable", "class A: pass\nlist(A())\n", "'A' object is not iterable"),
    ("no-length", "class A: pass\nlen(A())\n", "'A' has no len()"),
    ("no-such-name", "from enum import Enum\nclass E(Enum):\n    A = 1\nE['B']\n", "KeyError"),
    ("next-of-list", "next([1])\n", "'list' object is not an iterator"),
    ("next-of-nothing", "next(iter([]))\n", "StopIteration"),
    ("slots", "class T:\n    __slots__ = ('a',)\nT().b = 1\n", "'T' object has no attribute 'b'"),
    ("no-setter", "class T:\n    @property\n    def a(self): return 1\nT().a = 2\n", "no setter"),
    ("no-order", "class T: pass\nsorted([T(), T()])\n", "'<' not supported between instances of 'T' and 'T'"),
    ("method-as-task", "class F:\n    def op(self): pass\nwith DAG('p', schedule=None):\n    F().op >> EmptyOperator(task_id='b')\n", "'function' object has no attribute"),
    ("zip-strict", "list(zip([1], [1, 2], strict=True))\n", "ValueError: zip()"),
    ("dict-grown-in-its-loop", "d = {'a': 1}\nfor k in d:\n    d[k + 'x'] = 1\n", "dictionary changed size during iteration"),
    ("items-lost-in-their-loop", "d = {'a': 1, 'b': 2}\nfor k, v in d.items():\n    del d[k]\n", "dictionary changed size during iteration"),
    ("record-as-key", "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int\n{C(1): 2}\n", "unhashable type: 'C'"),
    ("equal-without-hash", "class C:\n    def __eq__(self, other):\n        return True\n{C()}\n", "unhashable type: 'C'"),
    ("records-without-order", "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int\nsorted([C(1), C(2)])\n", "'<' not supported between instances of 'C' and 'C'"),
    ("slots-of-a-record", "from dataclasses import dataclass\n@dataclass(slots=True)\nclass C:\n    a: int\nC(1).b = 2\n", "'C' object has no attribute 'b'"),
    ("bases-without-order", "class A: pass\nclass B(A): pass\nclass C(A, B): pass\n", "consistent method resolution"),
    ("operator-below-its-base", "from airflow.models.baseoperator import BaseOperator\nclass Op(BaseOperator, BashOperator): pass\n", "consistent method resolution"),
    ("read-only-dict", "from types import MappingProxyType\nMappingProxyType({})['a'] = 1\n", "does not support item assignment"),
    ("part-of-a-group", "try:\n    raise ExceptionGroup('g', [ValueError(1), KeyError(2)])\nexcept* ValueError:\n    pass\n", "ExceptionGroup"),
    ("zone-against-none", "import pendulum\npendulum.datetime(2024, 1, 1) < datetime(2024, 1, 1)\n", "offset-naive and offset-aware"),
    ("class-is-walked", "class A:\n    x = 1\nlist(A)\n", "'type' object is not iterable"),
    ("generator-raises-when-taken", "def g():\n    yield 1\n    raise ValueError('late')\nlist(g())\n", "late"),
    ("function-of-a-context", "from contextlib import contextmanager\n@contextmanager\ndef c():\n    yield\nwith c:\n    pass\n", "'function' object does not support the context manager"),
    ("key-that-is-no-name", "def f(**k): pass\nf(**{1: 2})\n", "keywords must be strings"),
    ("list-remove", "['a'].remove('b')\n", "list.remove(x): x not in list"),
    ("set-remove", "{'a'}.remove('b')\n", "KeyError: 'b'"),
    ("endless-recursion", "def f(a):\n    return f(a)\nf(1)\n", "RecursionError"),
    ("growing-recursion", "def f(a):\n    return f(a + 1)\nf(1)\n", "RecursionError"),
    ("property-of-itself", "class C:\n    @property\n    def name(self):\n        return self.name\nC().name\n", "RecursionError"),
    ("dict-subclass-key", "class C(dict):\n    def __getattr__(self, k):\n        return self[k]\nC(a=1).b\n", "KeyError: 'b'"),
    ("now-has-no", "datetime.now().substract(days=1)\n", "'datetime.datetime' object has no attribute 'substract'"),
    ("pendulum-has-no", "import pendulum\npendulum.today('UTC').minus(days=1)\n", "'DateTime' object has no attribute 'minus'"),
    ("logger-has-no", "import logging\nlogging.getLogger('a').notice('b')\n", "'Logger' object has no attribute 'notice'"),
    ("uuid-has-no", "import uuid\nuuid.uuid4().hexx\n", "'UUID' object has no attribute 'hexx'"),
    ("expand-kwargs-of-text", "@task\ndef f(x): pass\nwith DAG('p', schedule=None):\n    f.expand_kwargs('abc')\n", "expected XComArg or list[dict], not str"),
    ("as-teardown", "with DAG('p', schedule=None):\n    EmptyOperator(task_id='a').as_teardown(setup=None)\n", "'setup'"),
    ("no-init-of-base", "class Op(EmptyOperator):\n    def __init__(self, **kw):\n        pass\nwith DAG('p', schedule=None):\n    Op(task_id='a') >> EmptyOperator(task_id='b')\n", "no attribute 'task_id'"),
    ("dag-subclass-argument", "class D(DAG):\n    def __init__(self, dag_id, **kw):\n        super().__init__(dag_id=dag_id, schedul=None, **kw)\nD('p')\n", "'schedul'"),
    ("task-is-a-method", "class C:\n    @task\n    def f(self): pass\n", "@task does not support methods"),
    ("added-twice", GROUP + "with DAG('p', schedule=None):\n    with TaskGroup('g') as g:\n        EmptyOperator(task_id='a')\n    g.add(EmptyOperator(task_id='b'))\n", "cannot add 'b' to 'g'"),
    ("teardown-of-text", "with DAG('p', schedule=None):\n    EmptyOperator(task_id='a').as_teardown(setups='text')\n", "'str' object has no attribute 'is_setup'"),
    ("class-as-context", "with DAG as d:\n    pass\n", "context manager"),
    ("override-without-id", "@task\ndef f(): pass\nwith DAG('p', schedule=None):\n    f.override(task_id=None)()\n", "NoneType"),
    ("group-argument", TASK_GROUP + "@task_group(name='x')\ndef g(): pass\n", "'name'"),
    ("run-state", RUN + "with DAG('p', schedule=None):\n    TriggerDagRunOperator(task_id='t', trigger_dag_id='x', allowed_states=['done'])\n", "'done' is not a valid DagRunState"),
    ("model-argument", K8S + "k8s.V1Volume(nam='v')\n", "'nam'"),
    ("model-needs", K8S + "k8s.V1Volume()\n", "Invalid value for `name`"),
    ("mount-argument", "from docker.types import Mount\nMount(src='/a', target='/b')\n", "'src'"),
    ("relativedelta", "from dateutil.relativedelta import relativedelta\nrelativedelta(month_s=1)\n", "'month_s'"),
    ("no-such-option", "from airflow.configuration import conf\nconf.get('core', 'dag_folder')\n", "core/dag_folder"),
    ("no-such-reader", "from airflow.configuration import conf\nconf.get_boolean('core', 'load_examples')\n", "'get_boolean'"),
    ("column-check", SQL + "with DAG('p', schedule=None):\n    SQLColumnCheckOperator(task_id='b', table='t', column_mapping={'id': {'not_null': {'equal_to': 0}}})\n", "not_null"),
    ("column-bounds", SQL + "with DAG('p', schedule=None):\n    SQLColumnCheckOperator(task_id='b', table='t', column_mapping={'id': {'min': {'geq_to': 0, 'greater_than': 1}}})\n", "Only supply one of greater_than or geq_to"),
    ("column-order", SQL + "with DAG('p', schedule=None):\n    SQLColumnCheckOperator(task_id='b', table='t', column_mapping={'id': {'min': {'geq_to': 5, 'less_than': 1}}})\n", "strictly less"),
    ("table-check", SQL + "with DAG('p', schedule=None):\n    SQLTableCheckOperator(task_id='b', table='t', checks={'x': {'statement': 'y'}})\n", "check_statement"),
    ("ratio-formula", SQL + "with DAG('p', schedule=None):\n    SQLIntervalCheckOperator(task_id='b', table='t', metrics_thresholds={}, ratio_formula='mean')\n", "mean"),
    ("enumeration", POD + "with DAG('p', schedule=None):\n    KubernetesPodOperator(task_id='k', name='n', image='i', on_finish_action='delete')\n", "'delete' is not a valid OnFinishAction"),
    ("whitespace-asset", "Asset(' ')\n", "whitespace"),
    ("reserved-scheme", "Asset('airflow://a/b')\n", "reserved"),
]  # fmt: skip

OF_3 = [
    ("bucket", "Asset('s3://')\n", "s3:// must contain a bucket name"),
    ("database-parts", "Asset('postgres://host/db')\n", "database, schema, and table names"),
    ("long-name", "Asset('x' * 1501)\n", "1500 characters"),
    ("reserved-name", "Asset('self')\n", "self"),
    ("watcher", "from airflow.sdk import AssetWatcher\nfrom airflow.providers.standard.triggers.temporal import TimeDeltaTrigger\nAssetWatcher(name='w', trigger=TimeDeltaTrigger(timedelta(1)))\n", "BaseEventTrigger"),
    ("human-default", "from airflow.providers.standard.operators.hitl import HITLOperator\nwith DAG('p', schedule=None):\n    HITLOperator(task_id='h', subject='s', options=['a'], defaults=['b'])\n", "should be a subset"),
    ("no-crons", "from airflow.timetables.trigger import MultipleCronTriggerTimetable\nMultipleCronTriggerTimetable(timezone='UTC')\n", "cron expression required"),
]  # fmt: skip
OF_2 = [
    ("virtualenv", "@task.virtualenv\ndef f(): pass\nwith DAG('p', schedule=None):\n    f()\n", "requires virtualenv"),
    ("param-of-schedule", "from airflow.models.param import Param\nDAG('p', schedule='@daily', start_date=datetime(2024, 1, 1), params={'n': Param(type='string')})\n", "AirflowException"),
    ("ascii", "Asset('s3://b/\u00e9')\n", "ASCII"),
    ("long-uri", "Asset('x' * 3001)\n", "3001"),
    ("own-operator-by-position", "class Op(BashOperator):\n    def __init__(self, x, **kw):\n        super().__init__(**kw)\nOp('a', task_id='b')\n", "AirflowException: Use keyword"),
]  # fmt: skip
ROWS = [
    *((f"{row[0]}-{line}", line, *row[1:]) for row in BOTH_LINES for line in IMPORTS),
    *((row[0], "3.3", *row[1:]) for row in OF_3),
    *((row[0], "2.9", *row[1:]) for row in OF_2),
]


@pytest.mark.parametrize(("line", "code", "said"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_refused(line: str, code: str, said: str) -> None:
    verdict = judge_code(IMPORTS[line] + HEAD + code + DAG_OF_ONE, airflow=line)
    assert verdict.outcome is Outcome.FAILS, verdict.reason
    assert said in verdict.reason


LOADS = [
    ("nobody-takes", "def g():\n    raise ValueError('never')\n    yield 1\ng()\nmap(int, ['x'])\nzip([1], [], strict=True)\nfilter(lambda r: r['k'], [{}])\n(1 / 0 for _ in [1])\n"),
    ("taken-in-part", "def g():\n    yield 1\n    raise ValueError('late')\nnext(g())\nnext(r for r in [{'n': 1}, {}] if r['n'])\nany(r['n'] for r in [{'n': 1}, {}])\n"),
    ("parts-of-a-group", "try:\n    raise ExceptionGroup('g', [ValueError(1), KeyError(2)])\nexcept* ValueError:\n    pass\nexcept* KeyError:\n    pass\n"),
    ("set-on-a-class", "BashOperator.shout = lambda self: self.task_id\nwith DAG('p', schedule=None):\n    BashOperator(task_id='a', bash_command='b').shout().upper()\n"),
    ("two-operators", "class Op(BashOperator, EmptyOperator): pass\nwith DAG('p', schedule=None):\n    Op(task_id='a', bash_command='b')\n"),
    ("own-format", "class A:\n    def __format__(self, how):\n        return how\nf'{A():x}'.upper()\n"),
    ("copy-is-walked", "d = {'a': 1}\nfor k in list(d):\n    del d[k]\nfor k in d:\n    d['b'] = 1\n"),
    ("deep-but-finite", "def f(n):\n    return 0 if n == 0 else f(n - 1)\nf(20)\n"),
    ("changing-recursion", "left = [1, 2, 3]\ndef f(x):\n    if left:\n        left.pop()\n        f(x)\nf(1)\n"),
    ("frozen-sets-itself", "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass C:\n    a: int = 1\n    def __post_init__(self):\n        object.__setattr__(self, 'b', self.a)\nC().b\n"),
    ("known-option", "from airflow.configuration import conf\nconf.get('core', 'dags_folder').strip()\nconf.getint('core', 'parallelism')\n"),
    ("set-in-the-file", "import os\nos.environ['AIRFLOW__MINE__KEY'] = 'x'\nfrom airflow.configuration import conf\nconf.get('mine', 'key')\n"),
    ("models", K8S + "k8s.V1Volume(name='v', empty_dir=k8s.V1EmptyDirVolumeSource())\nk8s.V1EnvVar('a', 'b')\n"),
    ("pendulum-methods", "import pendulum\npendulum.now('UTC').subtract(days=1).start_of('day')\npendulum.duration(days=1).in_words()\n"),
    ("logger-methods", "import logging\nlog = logging.getLogger('a')\nlog.setLevel(logging.INFO)\nlog.handlers\nlog.propagate = False\n"),
    ("asset-uris", "Asset('s3://b/k')\nAsset('postgres://h/d/s/t')\nAsset('x-mine://a')\nAsset('plain name')\n"),
    ("pod-action", POD + "with DAG('p', schedule=None):\n    KubernetesPodOperator(task_id='k', name='n', image='i', on_finish_action='keep_pod')\n"),
]  # fmt: skip


@pytest.mark.parametrize("line", IMPORTS)
@pytest.mark.parametrize("code", [row[1] for row in LOADS], ids=[row[0] for row in LOADS])
def test_accepted(line: str, code: str) -> None:
    verdict = judge_code(IMPORTS[line] + HEAD + code + DAG_OF_ONE, airflow=line)
    assert verdict.outcome is Outcome.LOADS, verdict.reason
