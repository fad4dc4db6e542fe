"""What Python computes at module level is followed: the task ids that come out are the ones Airflow finds."""

# ruff: noqa: E501 - one file a row
from __future__ import annotations

import pytest

from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

HEAD = """\
from datetime import datetime, timedelta
from airflow.sdk import DAG, TaskGroup, dag, task
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
"""
WITHIN = 'with DAG("q", schedule=None):\n    for n in names:\n        EmptyOperator(task_id=n)\n'

NAMES = [
    ("enum-members", "from enum import Enum\nclass E(Enum):\n    A = 'a'\n    B = 'b'\nnames = [m.value for m in E if m is not E.A]\n", "b"),
    ("enum-index", "from enum import Enum\nclass E(str, Enum):\n    A = 'a'\n    B = 'b'\n    @property\n    def after(self):\n        return list(E)[list(E).index(self) + 1]\nnames = [E.A.after.value, E['A'].name, str(len(E))]\n", "b A 2"),
    ("enum-of-text", "from enum import Enum\nclass E(str, Enum):\n    A = 'a'\nnames = ['x' + E.A, {'a': 'found'}[E.A], 'same' if E.A == 'a' else 'other']\n", "xa found same"),
    ("enum-init", "from enum import Enum\nclass P(Enum):\n    A = ('x', 2)\n    def __init__(self, label, size):\n        self.label = label * size\nnames = [P.A.label]\n", "xx"),
    ("enum-alias", "from enum import Enum\nclass P(Enum):\n    A = 1\n    B = 1\nnames = [m.name for m in P] + [P.B.name + '2']\n", "A A2"),
    ("str-enum-text", "from enum import StrEnum\nclass P(StrEnum):\n    A = 'k'\nnames = [f'{P.A}']\n", "k"),
    ("dataclass-tools", "from dataclasses import dataclass, replace, asdict, fields\n@dataclass\nclass C:\n    a: str\n    b: int = 2\nc = replace(C('x'), b=3)\nnames = [f'{k}{v}' for k, v in asdict(c).items()] + [f.name for f in fields(C)]\n", "ax b3 a b"),
    ("dataclass-equality", "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: str\nnames = ['equal' if C('x') == C('x') else 'other', 'in' if C('y') in [C('y')] else 'out']\n", "equal in"),
    ("named-tuple", "from typing import NamedTuple\nclass J(NamedTuple):\n    a: str\n    b: str = 'z'\nj = J('x')._replace(b='y')\nnames = [*j, j[0] + j.b, *j._asdict(), str(len(j))]\n", "x y xy a b 2"),
    ("namedtuple-defaults", "from collections import namedtuple\nJ = namedtuple('J', 'a b', defaults=['k'])\nnames = [J('x').b]\n", "k"),
    ("topological", "from graphlib import TopologicalSorter\nnames = list(TopologicalSorter({'b': {'a'}, 'c': {'b'}}).static_order())\n", "a b c"),
    ("count-and-cycle", "import itertools\nc = itertools.count(3)\nnames = [f't{next(c)}', f't{next(c)}'] + [a + b for a, b in zip('pq', itertools.cycle('xyz'))]\n", "t3 t4 px qy"),
    ("islice-takewhile", "import itertools\nnames = [f'i{n}' for n in itertools.islice(itertools.count(5), 2)] + [f'w{n}' for n in itertools.takewhile(lambda n: n < 2, itertools.count())]\n", "i5 i6 w0 w1"),
    ("starmap-accumulate", "import itertools\nnames = list(itertools.starmap(lambda a, b: a + b, [('a', 'b')])) + list(itertools.accumulate(['p', 'q']))\n", "ab p pq"),
    ("cache-with-arguments", "from functools import lru_cache\n@lru_cache(maxsize=None)\ndef f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)\nnames = [f'f{f(8)}']\n", "f21"),
    ("operator-functions", "import operator\nfrom functools import reduce\nnames = [reduce(operator.add, ['a', 'b', 'c'])]\n", "abc"),
    ("keyed-extremes", "names = [max(['aa', 'b'], key=len), min(['aa', 'b'], key=len), max([], default='none')]\n", "aa b none"),
    ("sort-with-key", "names = ['ccc', 'a', 'bb']\nnames.sort(key=len, reverse=True)\n", "ccc bb a"),
    ("set-methods", "s = {'a', 'b', 'c'}\ns.discard('zz')\ns.remove('a')\nnames = sorted(s.difference({'b'}))\n", "c"),
    ("list-remove", "names = ['a', 'b']\nnames.remove('a')\n", "b"),
    ("text-methods", "names = ['7'.zfill(3), 'a-b'.translate(str.maketrans({'-': '_'})), 'x'.center(3, '_')]\n", "007 a_b _x_"),
    ("dict-from-keys", "names = list(dict.fromkeys(['a', 'b', 'a']))\n", "a b"),
    ("digest", "import hashlib\nnames = [hashlib.md5(b'abc').hexdigest()[:4]]\n", "9001"),
    ("isinstance-of-own", "class A: pass\nclass B(A): pass\nnames = ['yes' if isinstance(B(), A) else 'no', type(B()).__name__, 'sub' if issubclass(B, A) else 'not']\n", "yes B sub"),
    ("truth-of-own", "class A: pass\nclass L:\n    def __len__(self):\n        return 2\nnames = ['true' if A() else 'false', str(len(L()))]\n", "true 2"),
    ("text-of-own", "class A:\n    def __str__(self):\n        return 'me'\nnames = [f'{A()}', str(A()) + '2']\n", "me me2"),
    ("iter-and-contains", "class A:\n    def __iter__(self):\n        yield from ['a', 'b']\n    def __contains__(self, item):\n        return item == 'k'\nnames = [*A(), 'has' if 'k' in A() else 'lacks']\n", "a b has"),
    ("singleton", "class S:\n    one = None\n    def __new__(cls):\n        if cls.one is None:\n            cls.one = super().__new__(cls)\n            cls.one.n = 'k'\n        return cls.one\nnames = [S().n, 'same' if S() is S() else 'two']\n", "k same"),
    ("metaclass-registry", "class M(type):\n    known = {}\n    def __new__(m, name, bases, ns):\n        cls = super().__new__(m, name, bases, ns)\n        M.known[name.lower()] = cls\n        return cls\nclass Job(metaclass=M): pass\nclass Load(Job): pass\nnames = list(M.known)\n", "job load"),
    ("class-by-call", "A = type('A', (), {'name': 'k', 'get': lambda self: self.name})\nnames = [A().get()]\n", "k"),
    ("dict-subclass", "class C(dict):\n    def __getattr__(self, k):\n        return self[k]\nc = C(a='x')\nc['b'] = 'y'\nnames = [c.a, c.b, c.get('z', 'none'), str(len(c))]\n", "x y none 2"),
    ("dict-missing", "class C(dict):\n    def __missing__(self, k):\n        return 'no_' + k\nnames = [C()['k']]\n", "no_k"),
    ("list-subclass", "class S(list):\n    @property\n    def top(self):\n        return self[-1]\n    def push(self, x):\n        super().append(x)\n        return self\nnames = S(['a']).push('b')\nnames.push(names.top + '2')\n", "a b b2"),
    ("sorted-by-own-order", "class A:\n    def __init__(self, n):\n        self.n = n\n    def __lt__(self, o):\n        return self.n < o.n\nnames = [a.n for a in sorted([A('c'), A('a'), A('b')], reverse=True)][:1]\n", "c"),
    ("compiled-pattern", "import re\nP = re.compile(r'^(\\w+)_(\\d+)$')\nm = P.match('job_7')\nnames = [m[1] + m.group(2), P.sub('z', 'q_1')]\n", "job7 z"),
    ("csv-text", "import csv, io\nrows = csv.DictReader(io.StringIO('a,b\\n1,x\\n2,y\\n'))\nnames = [r['b'] + r['a'] for r in rows]\n", "x1 y2"),
    ("toml-text", "import tomllib\nnames = list(tomllib.loads('k = 1'))\n", "k"),
    ("yaml-anchors", "import yaml\nc = yaml.safe_load('base: &b {n: x}\\nj: {<<: *b, m: y}\\n')\nnames = [c['j']['n'] + c['j']['m']]\n", "xy"),
    ("read-only-dict", "from types import MappingProxyType\nnames = list(MappingProxyType({'a': 1}))\n", "a"),
    ("chain-map", "from collections import ChainMap\nc = ChainMap({'x': 'p'}, {'x': 'q', 'y': 'r'})\nnames = [c['x'], c['y']]\n", "p r"),
    ("match-mapping", "def f(c):\n    match c:\n        case {'kind': 'a', 'n': str(n), **rest}:\n            return n + ''.join(rest)\n        case [first, *others]:\n            return first\n        case int() | None:\n            return 'number'\n        case _:\n            return 'other'\nnames = [f({'kind': 'a', 'n': 'x', 'z': 1}), f(['l', 'm']), f(3), f({'kind': 'b'})]\n", "xz l number other"),
    ("match-record", "from dataclasses import dataclass\n@dataclass\nclass P:\n    a: str\n    b: int\ndef f(p):\n    match p:\n        case P('x', b=2):\n            return 'first'\n        case P(a=name):\n            return name\nnames = [f(P('x', 2)), f(P('y', 2))]\n", "first y"),
    ("list-grows-in-its-loop", "names = ['a']\nfor n in names:\n    if len(names) < 3:\n        names.append(n + 'x')\n", "a ax axx"),
    ("next-within-its-loop", "it = iter('abcd')\nnames = []\nfor x in it:\n    names.append(x + next(it))\n", "ab cd"),
    ("neighbours", "it = iter('abcd')\nnames = [a + b for a, b in zip(it, it)]\n", "ab cd"),
    ("items-by-number", "class A:\n    def __getitem__(self, i):\n        if i > 1:\n            raise IndexError\n        return f'g{i}'\nnames = list(A())\n", "g0 g1"),
    ("methods-of-operations", "d = {}\nd.__setitem__('k', 'v')\nnames = [d.__getitem__('k'), 'a'.__add__('b')]\n", "v ab"),
    ("endless-generator", "def g():\n    n = 0\n    while True:\n        yield f't{n}'\n        n += 1\ni = g()\nnames = [next(i), next(i)]\n", "t0 t1"),
    ("nullcontext", "from contextlib import nullcontext\nwith nullcontext('k') as k:\n    names = [k]\n", "k"),
    ("locals-of-function", "def f(a, b='y'):\n    return list(locals().values())\nnames = f('x')\n", "x y"),
    ("configuration-fallback", "from airflow.configuration import conf\nnames = [conf.get('mine', 'key', fallback='k')]\n", "k"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), [row[1:] for row in NAMES], ids=[row[0] for row in NAMES])
def test_names_that_python_computes(code: str, expected: str) -> None:
    verdict = judge_code(HEAD + code + WITHIN)
    assert verdict.outcome is Outcome.LOADS, verdict.reason
    assert sorted(verdict.dags[0].tasks) == sorted(expected.split())
