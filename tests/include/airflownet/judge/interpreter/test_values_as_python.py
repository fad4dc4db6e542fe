"""What the interpreter computes is what Python computes: each snippet is run by both, its names compared."""

# ruff: noqa: E501 - one snippet a row
from __future__ import annotations

import ast
from typing import Any

import pytest

from airflownet.judge.interpreter.conversion import to_python
from airflownet.judge.interpreter.values import is_exact
from airflownet.judge.loader.load import new_walk
from airflownet.judge.loader.worlds import world_of

SNIPPETS = [
    ("ini-text", "import configparser\nc = configparser.ConfigParser()\nc.read_string('[a]\\nx = 1\\ny = %(x)s2\\n[b]\\nz=yes\\n')\na = c.sections(); b = c['a']['y']; d = c.getint('a', 'x'); e = c['b'].getboolean('z'); f = c.has_section('q'); g = dict(c['a']); h = c.get('a', 'nope', fallback='fb'); i = 'x' in c['a']; j = {**c['b']}; k = [(s, k, v) for s in c.sections() for k, v in c.items(s)]"),
    ("ini-changed", "import configparser\nc = configparser.ConfigParser(interpolation=None)\nc.read_dict({'s': {'k': 'v'}})\nc['n'] = {'a': '%b'}\nc.set('s', 'k', 'w')\na = c['n']['a']; b = c.get('s', 'k'); d = len(c)"),
    ("ini-errors", "import configparser\nc = configparser.ConfigParser()\ntry: c.get('zz', 'a')\nexcept configparser.NoSectionError as err: p = err.section; q = str(err)\ntry: c['zz']\nexcept KeyError as err: r = err.args[0]"),
    ("decimals", "from decimal import Decimal, ROUND_DOWN\na = str(Decimal('1.10') + Decimal('2')); b = str((Decimal(10) / 3).quantize(Decimal('0.01'))); c = int(Decimal('3.9')); d = f\"{Decimal('3.14159'):.2f}\"; e = str(sum([Decimal('0.1')] * 3)); f = Decimal(1) < 2; g = str(max(Decimal(1), Decimal(3)))"),
    ("fractions", "from fractions import Fraction\na = str(Fraction(3, 6)); b = (Fraction(1, 3) + Fraction(1, 6)).numerator; c = int(Fraction(7, 2)); d = float(Fraction(1, 4))"),
    ("uuids", "import uuid\na = str(uuid.uuid5(uuid.NAMESPACE_URL, 'x')); b = uuid.UUID('12345678123456781234567812345678').hex; c = uuid.uuid3(uuid.NAMESPACE_DNS, 'a').hex[:4]"),
    ("checksums", "import hashlib\nh = hashlib.sha1(); h.update(b'a'); h.update(b'b'); a = h.hexdigest(); b = int(hashlib.md5(b'k').hexdigest(), 16) % 7; c = hashlib.new('md5', b'x').hexdigest(); d = hashlib.md5(b'x', usedforsecurity=False).hexdigest()"),
    ("seeded-numbers", "import random\nr = random.Random(42)\na = r.choice(['a', 'b', 'c']); b = r.randint(1, 100); c = r.sample([1, 2, 3], k=2)"),
    ("urls", "import urllib.parse as up\nu = up.urlparse('https://u:p@h.io:81/a/b?x=1&y=2&x=3#f'); a = u.netloc; b = u.hostname; c = u.port; d = up.parse_qs(u.query); e = u.geturl(); f = u._replace(scheme='ftp').geturl(); g = u[1]; h, *_rest = up.urlsplit('s://x/y')"),
    ("counter", "from collections import Counter\nc = Counter('abca'); c.update(['z', 'a']); a = c.most_common(1); b = c['nope']; d = (c - Counter('ab'))['a']; e = sorted(c.elements()); f = 'nope' in c; g = sum(c.values()); c['q'] += 2; h = c['q']"),
    ("ordered-dict", "from collections import OrderedDict\no = OrderedDict([('a', 1), ('b', 2), ('c', 3)]); o.move_to_end('a'); a = list(o); b = o.popitem(last=False); o.move_to_end('a', last=False); c = list(o)"),
    ("deque", "from collections import deque\nd = deque([1, 2, 3]); d.rotate(1); a = list(d); d.extendleft([7, 8]); b = list(d); c = d.popleft()"),
    ("combinations", "import itertools as it\na = list(it.product('ab', repeat=2)); b = list(it.zip_longest([1, 2], ['a'], fillvalue='-')); c = list(it.combinations_with_replacement('ab', 2)); r, s = it.tee([1, 2]); d = list(r) + list(s)"),
    ("heap", "import heapq, bisect\nh = [3, 1, 2]; heapq.heapify(h); a = heapq.heappop(h); heapq.heappush(h, 0); b = h[0]; l = [1, 3]; bisect.insort(l, 2); c = heapq.nlargest(1, ['a', 'bb'], key=len); d = heapq.nsmallest(2, [3, 1, 2])"),
    ("sorter-by-steps", "from graphlib import TopologicalSorter\nts = TopologicalSorter({'b': ['a'], 'c': ['b']}); ts.prepare(); out = []\nwhile ts.is_active():\n    for n in ts.get_ready():\n        out.append(n); ts.done(n)"),
    ("patterns", "import re\nm = re.search(r'(?P<a>\\d+)-(\\w+)', 'x 12-ab y'); a = m['a']; b = m.group(2); c = m.span(); d = m.groupdict(); e = re.sub(r'(\\w+)@(\\w+)', r'\\2.\\1', 'me@x'); f = [x.group() for x in re.finditer('[ab]', 'cab')]; g = re.compile('x', re.I).sub('y', 'aXb'); h = re.sub('a', lambda q: q.group().upper(), 'banana', count=2); i = re.subn('a', 'b', 'aa'); j = re.sub(r'(?<!^)(?=[A-Z])', '_', 'CamelCaseName').lower(); k = re.match(r'^(?P<k>[a-z]+)_(?P<y>\\d{4})-(?P<m>\\d\\d)\\.csv$', 'sales_2024-01.csv').groups(); l = re.findall(r'\\{\\{\\s*(\\w+)\\s*\\}\\}', 'a {{ b }} {{c}}'); m2 = re.split(r'[,;]\\s*', 'a, b;c')"),
    ("copies", "import copy\nx = {'a': [1, {'b': 2}]}; y = copy.deepcopy(x); y['a'][1]['b'] = 9; y.pop('a'); a = x['a'][1]['b']; z = copy.copy(x); z['c'] = 1; b = 'c' in x; z['a'].append(5); c = len(x['a'])\nclass K:\n    def __init__(self): self.v = [1]\nk = K(); k2 = copy.deepcopy(k); k2.v.append(2); d = k.v; k3 = copy.copy(k); k3.v.append(7); e = k.v"),
    ("paths", "from pathlib import Path, PurePosixPath\np = Path('/opt/airflow') / 'dags' / 'a.b.py'; a = p.stem; b = p.suffixes; c = [str(x) for x in p.parents]; d = str(p.parents[1]); e = str(p.resolve()); f = sorted([Path('b'), Path('a')])[0].name; g = len(p.parents)"),
    ("absolute-path", "import os\na = os.path.abspath('/x/../y'); b = os.path.relpath('/a/b', '/a'); c = os.path.dirname(os.path.realpath('/p/q/r.py'))"),
    ("environment", "import os\na = os.environ.setdefault('AFN_TEST_A', 'v'); b = os.environ['AFN_TEST_A']; os.environ.update({'AFN_TEST_B': '2'}); c = os.environ['AFN_TEST_B']; d = 'AFN_TEST_B' in os.environ; e = 'AFN_TEST_NOT_SET' in os.environ"),
    ("zones", "from zoneinfo import ZoneInfo\nfrom datetime import datetime, timedelta, timezone\nt = datetime(2024, 7, 1, 12, tzinfo=ZoneInfo('Europe/Berlin')); a = t.utcoffset().total_seconds(); b = t.astimezone(timezone.utc).hour; c = t.isoformat(); d = (t + timedelta(days=200)).isoformat(); e = ZoneInfo('UTC').key"),
    ("calendar", "import calendar, datetime as dt\na = calendar.month_name[3]; b = calendar.day_abbr[0]; c = dt.date(2024, 12, 30).isocalendar().week; y, w, _d = dt.date(2024, 12, 30).isocalendar(); d = dt.date(2024, 1, 1).timetuple().tm_yday"),
    ("texts", "import textwrap, string\na = textwrap.wrap('one two three', width=7); b = textwrap.shorten('hello big world', 10, placeholder='.'); c = string.capwords('a b'); d = string.Template('$z').template"),
    ("tables", "import csv, io\no = io.StringIO(); w = csv.writer(o); w.writerow([1, 'a,b']); w.writerows([['x', 'y']]); a = o.getvalue(); b = [dict(r) for r in csv.DictReader(io.StringIO('x,y\\n1,2\\n'))]; c = [l.strip() for l in io.StringIO('p\\nq\\n')]; d = io.StringIO('l1\\nl2').read()"),
    ("json-of-dates", "import json, datetime\na = json.dumps({'d': datetime.date(2024, 1, 1)}, default=str); b = json.dumps({'b': 1, 'a': (1, None)}, sort_keys=True)"),
    ("unbound-methods", "a = list(map(str.upper, ['a', 'b'])); b = str.join('-', ['x', 'y']); c = dict.get({'a': 1}, 'b', 2); d = sorted(['b', 'A'], key=str.lower)"),
    ("json-error", "import json\ntry: json.loads('{')\nexcept json.JSONDecodeError as err: a = err.pos; b = str(err); c = type(err).__name__\ntry: json.loads('[1,')\nexcept ValueError as err: d = err.msg"),
    ("own-exceptions", "class E1(Exception): pass\nclass E2(E1):\n    def __init__(self, code): super().__init__('msg', code); self.code = code\ntry: raise E2(7)\nexcept E1 as e: a = e.code; b = e.args; c = str(e); d = type(e).__name__\ntry: raise ValueError('hello')\nexcept Exception as e: f = str(e); g = f'{e}'\ntry: {}['z']\nexcept KeyError as e: h = e.args[0]"),
    ("dispatch", "from functools import singledispatch\n@singledispatch\ndef f(x): return 'other'\n@f.register\ndef _(x: int): return f'int{x}'\n@f.register(list)\ndef _l(x): return '_'.join(map(f, x))\na = f([1, 'x', True]); b = f(None)"),
    ("total-ordering", "import functools\n@functools.total_ordering\nclass T:\n    def __init__(self, n): self.n = n\n    def __eq__(self, o): return self.n == o.n\n    def __lt__(self, o): return self.n < o.n\na = T(2) >= T(1); b = T(1) <= T(1); c = T(2) > T(3); d = max([T(1), T(3)]).n"),
    ("cache-tools", "from functools import lru_cache\n@lru_cache(maxsize=None)\ndef f(n): return n * 2\na = f(2); f.cache_clear(); b = f.__name__"),
    ("ordered-dataclass", "from dataclasses import dataclass, field, fields, replace\n@dataclass(order=True)\nclass E:\n    s: int = field(init=False, repr=False)\n    name: str = 'x'\n    n: int = field(default=0, compare=False)\n    def __post_init__(self): self.s = -self.n\na = [e.name for e in sorted([E('a', 1), E('b', 5), E('c', 3)])]; b = E('a', 2) > E('b', 1); c = [f.name for f in fields(E) if f.init]; d = repr(E('q')); e = replace(E('a', 1), name='z').s; f = E('a', 0) == E('a')"),
    ("dataclass-parameters", "from dataclasses import dataclass, KW_ONLY, InitVar\n@dataclass\nclass P:\n    a: int\n    scale: InitVar[int] = 2\n    _: KW_ONLY\n    b: int = 2\n    def __post_init__(self, scale): self.a *= scale\np = P(1, 5, b=3); x = p.a + p.b; y = P(3).a; r = repr(p)"),
    ("named-tuples", "from collections import namedtuple\nT = namedtuple('T', 'a b c', defaults=(7,))\nt = T(1, 2); a = T._make([1, 2, 3]).c; b = T._fields; c = sorted([T(2, 1), T(1, 5)])[0].b; d = t.index(2); e = t + (4,); f = t == (1, 2, 7); g = {T(1, 2): 'k'}[T(1, 2)]; h = max([T(1, 1), T(3, 0)]).a; i = T._field_defaults"),
    ("typed-dict", "from typing import TypedDict\nclass O(TypedDict, total=False):\n    retries: int\no = O(retries=3); a = o['retries']; b = o.get('pool', 'p'); c = {**o}"),
    ("protocol", "from typing import Protocol, runtime_checkable\n@runtime_checkable\nclass R(Protocol):\n    name: str\n    def run(self): ...\nclass A:\n    name = 'a'\n    def run(self): pass\nclass B:\n    name = 'b'\na = isinstance(A(), R); b = isinstance(B(), R)"),
    ("descriptors", "class D:\n    def __set_name__(self, o, n): self.n = '_' + n\n    def __get__(self, i, o=None): return self if i is None else getattr(i, self.n)\n    def __set__(self, i, v): setattr(i, self.n, v * 2)\nclass H:\n    a = D(); b = D()\n    def __init__(self): self.a, self.b = 1, 5\nh = H(); r = h.a; s = h.b; h.a = 10; t = h.a"),
    ("names-of-an-instance", "class H:\n    def __init__(self, **kw): self.__dict__.update(kw)\nh = H(a=1, b='x'); r = h.a; s = sorted(vars(h)); vars(h)['c'] = 3; t = h.c"),
    ("class-decorators", "class Count:\n    def __init__(self, f): self.f = f; self.n = 0\n    def __call__(self, *a): self.n += 1; return self.f(*a)\n@Count\ndef sq(x): return x * x\na = sq(3) + sq(4); b = sq.n\ndef single(cls):\n    made = {}\n    def get(*a):\n        if cls not in made: made[cls] = cls(*a)\n        return made[cls]\n    return get\n@single\nclass S:\n    def __init__(self): self.n = 2\ns = S(); s.n += 1; c = S().n"),
    ("subclasses", "class R: pass\nclass S(R): pass\nclass T(S): pass\na = [c.__name__ for c in R.__subclasses__()]"),
    ("exits-that-take-errors", "log = []\nclass M:\n    def __enter__(self): return self\n    def __exit__(self, t, v, tb): log.append(t.__name__ if t else 'ok'); return t is ValueError\nwith M(): raise ValueError('x')\nwith M(): pass\ntry:\n    with M(): raise KeyError('x')\nexcept KeyError: log.append('out')"),
    ("iterators-of-the-file", "class It:\n    def __init__(self, n): self.n = n\n    def __iter__(self): return self\n    def __next__(self):\n        if self.n <= 0: raise StopIteration\n        self.n -= 1\n        return self.n\na = list(It(3)); b = [x for x in It(2)]; c, *d = It(3); e = dict(zip('ab', It(2)))"),
    ("missing-attributes", "class C:\n    def __getattr__(self, n):\n        if n.startswith('g'): return 1\n        raise AttributeError(n)\na = hasattr(C(), 'z'); b = getattr(C(), 'q', 5); c = C().gg; d = hasattr(C(), 'g')"),
    ("positional-patterns", "class P:\n    __match_args__ = ('x', 'y')\n    def __init__(self, x, y): self.x, self.y = x, y\ndef w(p):\n    match p:\n        case P(0, y): return f'y{y}'\n        case P(x=1): return 'one'\n        case P(): return 'p'\nr = [w(P(0, 5)), w(P(1, 1)), w(P(9, 9))]"),
    ("number-enumerations", "from enum import IntEnum, auto\nclass L(IntEnum):\n    LOW = auto(); MID = auto(); HIGH = 10\na = f'{L.MID:02d}'; b = list(range(L.MID)); c = 'abc'[L.LOW]; d = L.HIGH > L.LOW; e = [x.value for x in sorted(L, reverse=True)]"),
    ("flags", "import enum\nclass F(enum.Flag):\n    R = 1; W = 2; X = 4; RW = 3\na = bool(F.RW & F.W); b = F.R in F.RW; c = bool(F.X & F.RW); d = (F.R | F.X).value; e = (F.R | F.W).name"),
    ("enumerations-of-text", "import enum\nclass S(str, enum.Enum):\n    A = 'a'; B = 'b'\na = '-'.join(S); b = [*map(str.upper, S)]; c = '_'.join(S.__members__); d = 'x'.startswith(S.A)"),
    ("sets-of-instances", "class B:\n    def __init__(self, n): self.n = n\n    def __eq__(self, o): return self.n == o.n\n    def __hash__(self): return hash(self.n)\na = len({B(5), B(3), B(5)}); b = len(set([B(1), B(1)])); c = {B(1): 'x'}[B(1)]"),
    ("views-as-sets", "d = {'a': 1, 'b': 2}; a = sorted(d.keys() & {'b', 'z'}); b = sorted(d.keys() - {'b'}); c = sorted({1, 2} ^ {2, 3})\ns = {1, 2, 3}; s.intersection_update({1, 9}); e = s"),
    ("slices-assigned", "a = [1, 2, 3]; a[0:2] = [7]; b = len(a); a[:] = ['x']"),
    ("shown-instances", "class A:\n    def __init__(self, v): self.v = v\n    def __repr__(self): return f'A({self.v})'\na = f'{A(5)!r:>6}'; b = f'{A(1)}'; c = str(A(2))"),
    ("lazy-generators", "from itertools import count, islice\ng = (x * x for x in count(1)); a = [next(g) for _ in range(3)]; b = list(islice((x for x in count() if x % 2), 2))"),
    ("namespaces", "import types\nns = types.SimpleNamespace(a=1, b='x'); ns.c = 3; a = ns.a + ns.c; b = hasattr(ns, 'zz'); c = sorted(vars(ns))"),
    ("identity-as-key", "class A: pass\nx, y = A(), A()\n_d = {id(x): 'x', id(y): 'y'}; a = _d[id(y)]; b = len(_d)"),
    ("objects-as-mappings", "class S:\n    def keys(self): return ['a', 'b']\n    def __getitem__(self, k): return k * 2\na = dict(S()); b = {**S()}\ndef f(**kw): return sorted(kw.items())\nc = f(**S())"),
    ("cached-objects", "from functools import lru_cache, cache\nclass S: pass\n@lru_cache(maxsize=1)\ndef s(): return S()\n@cache\ndef k(n, m=0): return S()\na = s() is s(); b = k(1) is k(1); c = k(1) is k(2); d = k(1, m=2) is k(1, m=2); k.cache_clear()"),
    ("slices-of-iterators", "from itertools import islice\nit = iter(range(7)); out = []\nwhile part := list(islice(it, 3)): out.append(part)\ng = (x for x in 'abc'); a = list(islice(g, 1)); b = list(g)"),
    ("method-order", "class A: pass\nclass B(A): pass\nclass C(A): pass\nclass D(B, C): pass\na = [k.__name__ for k in D.__mro__]"),
    ("operand-that-decides", "import os\nx = os.path.exists('/surely/not/there') and False; a = not x; b = 1 if (os.path.exists('/surely/not/there') or True) else 2"),
    ("attributes-deleted", "class K:\n    kind = 'k'\nk = K(); k.kind = 'own'; a = k.kind; del k.kind; b = k.kind\ntry: del k.kind\nexcept AttributeError: c = 'none'"),
    ("types-told-apart", "def env(v, cast=str): return 'flag' if cast is bool else cast(v)\na = env('5', int); b = env('1', bool); c = env('a,b', lambda s: s.split(','))"),
    ("python-version", "import sys\na = sys.version_info >= (3, 8); b = sys.version_info[0]; c = sys.version_info < (3,); d = sys.version_info.major"),
]  # fmt: skip


def _plain(value: Any) -> bool:
    if type(value) in (list, tuple, set):
        return all(map(_plain, value))
    if type(value) is dict:
        return all(map(_plain, value)) and all(map(_plain, value.values()))
    return type(value) in (str, int, float, bool, bytes, type(None))


@pytest.mark.parametrize("snippet", [pytest.param(code, id=name) for name, code in SNIPPETS])
def test_the_names_are_those_that_python_binds(snippet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AFN_TEST_A", "AFN_TEST_B"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    real: dict[str, Any] = {"__name__": __name__}
    exec(compile(snippet, "snippet", "exec", dont_inherit=True), real)
    interpreter = new_walk(world_of("3.3"), ast.parse(snippet), "/x/dag.py")
    interpreter.run()
    assert [failure.message for failure in interpreter.failures] == []
    found = interpreter.module.names
    expected = {name: value for name, value in real.items() if not name.startswith("_") and _plain(value)}
    assert expected
    assert {name: to_python(found[name]) for name in expected if is_exact(found[name])} == expected
