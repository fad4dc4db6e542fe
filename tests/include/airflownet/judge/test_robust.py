"""Any text or bytes in, a verdict out: no exception, no hang, no growth without bound."""

# ruff: noqa: E501 - one case a line
from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflownet.judge.loader.load import NOT_FOLLOWED
from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome

MANY_TASKS = """from airflow.sdk import DAG
from airflow.providers.standard.operators.empty import EmptyOperator
with DAG('d') as d:
  ts=[EmptyOperator(task_id=f't{i}') for i in range(700)]
"""
HOSTILE = {
    "null": "a\0b",
    "surrogate": 'x="\ud800"',
    "brackets": "(" * 10_000,
    "nested-lists": "[" * 150 + "]" * 150,
    "huge-integer": "x=" + "9" * 5_000,
    "long-range": "for i in range(10**9):\n  pass",
    "loops-in-loops": "for i in range(19000):\n  for j in range(19000):\n    x=i*j",
    "endless": "while True:\n  pass",
    "power": "x=10**10**10",
    "repeat": 'x="a"*10**10',
    "replace": 's="aa"\nfor i in range(100):\n  s=s.replace("a",s)',
    "join": 's="a"\nfor i in range(100):\n  s=s.join([s,s,s])',
    "format-width": 'x="{:>1000000000}".format(1)',
    "nested-width": 'x="{0:{1}}".format(1,10**9)',
    "f-string-width": "w=10**9\nx=f'{1:>{w}}'",
    "percent-width": 'x="%1000000000d" % 1',
    "list-doubles": "l=[1]\nfor i in range(100):\n  l=l+l",
    "list-extends-itself": "l=[1]\nfor i in range(100):\n  l.extend(l)",
    "list-in-itself": "l=[]\nl.append(l)\nx=str(l)\ny=l==l\nz=f'{l}'",
    "recursion": "def f(x): return f(x)\nf(1)",
    "double-recursion": "def f():\n  f()\n  f()\nf()",
    "tree-of-tuples": "x=(1,)\nfor i in range(60):\n  x=(x,x)\ny=hash(x)\nw={x:1}\nz=x in [x]",
    "tree-of-dicts": "d={'a':1}\nfor i in range(100):\n  d={'a':d,'b':d}\nx=f'{d}'",
    "long-sum": "x=" + "+".join(["a"] * 20_000),
    "long-attribute": "x=a" + ".b" * 5_000,
    "long-elif": "if a:\n pass\n" + "elif a:\n pass\n" * 3_000,
    "many-nots": "x=" + "not " * 5_000 + "1",
    "comprehension": "[x " + "for x in range(100) " * 10 + "]",
    "generator": "def g():\n  while True:\n    yield 1\nlist(g())",
    "star": "f(*range(10**8))",
    "shift": "x=1<<10**9",
    "bytes": "x=bytes(10**10)",
    "diamonds": "class A0: pass\n"
    + "".join(f"class A{i}(A{i - 1},A{i - 1}): pass\n" for i in range(1, 60))
    + "A59().x",
    "slow-pattern": "import re\nre.sub('a*a*a*a*a*a*a*a*a*a*b', '', 'a' * 200)",
    "many-imports": "".join(f"import mod{i}\n" for i in range(5000)),
    "tree-as-schedule": "from airflow import DAG\nl=[1]\nfor i in range(70):\n  l=[l,l]\nDAG('x',schedule=[l])",
    "permutations": "import itertools\nlist(itertools.permutations(range(12)))",
    "wide-rows": "import itertools\nw=list(itertools.permutations(range(20000)))\nx=list(itertools.product(*[range(2)]*10000))\ny=list(itertools.combinations_with_replacement(range(20000),19999))",
    "sums-of-tuples": "x=[sum([(1,)*1000]*1000,()) for i in range(400)]",
    "strptime": "from datetime import datetime\ndatetime.strptime('x'*4000,'%Y'*2000)",
    "big-file": "x=1\n" * 2_500_000,
    "bad-encoding": "# -*- coding: nothing -*-",
    "undefined-encoding": b"# coding: undefined\nx=1",
    "slow-encoding": b"# coding: punycode\n" + b"a-" * 200_000,
    "big-bytes": b"\xff" * 10_000_000,
    "long-module": "import airflow" + ".a" * 60_000,
    "classes-below-classes": "class A0: pass\n"
    + "".join(f"class A{i}(A{i - 1}): pass\n" for i in range(1, 3_000))
    + "A2999().x",
    "translate": "x=','*190000\nx.translate({44:'a'*10000})",
    "long-text-methods": "x='ab'*90000\nwhile True:\n  y=x.replace('a','b').upper().split('b')",
    "big-default-args": "from airflow.sdk import DAG\nfrom airflow.providers.standard.operators.empty import EmptyOperator\nd={f'k{i}':i for i in range(10000)}\nwith DAG('a',default_args=d):\n  for i in range(3000): EmptyOperator(task_id=f't{i}')",
    "same-task-id": "from airflow.sdk import DAG, task\n@task\ndef f(): pass\nwith DAG('a'):\n  for i in range(10000): f()",
    "big-enum": "import enum\nclass E(enum.Enum):\n"
    + "".join(f"  A{i}={i}\n" for i in range(3_000))
    + "for i in range(3000): E(i)",
    "big-dataclass": "from dataclasses import dataclass\n@dataclass\nclass A:\n"
    + "".join(f"  a{i}: int = {i}\n" for i in range(3_000))
    + "for i in range(1000): A()",
    "unbound-format": "x=str.format('{:>999999999}',1)\ny=str.format('{0:{1}}',1,999999999)",
    "product": "import math\nx=math.prod([10**1000]*10000)",
    "indent": "import json\nx=json.dumps([1],indent=999999999)",
    "power-function": "x=pow(10,999999999)\ny=pow(10,-999999999)\nz=pow(3,10**4000,10**4000+1)",
    "round": "x=round(10**11,-999999999)",
    "one-long-text-many-times": "import json\ns='a'*199000\nl=[s]*19000\nx=json.dumps(l)\ny=''.join(l)\nz=str(l)\nw=f'{l}'\nv='%s' % (l,)",
    "many-long-texts": "x=[('a'*199000)+str(i) for i in range(10000)]",
    "ini-references": "import configparser\nc=configparser.ConfigParser()\nc.add_section('a')\nfor i in range(9):\n  c['a'][f'k{i}']=f'%(k{i+1})s'*10\nc['a']['k9']='z'*1000\nx=c.get('a','k0')",
    "decimals": "from decimal import Decimal\nx=Decimal('1e999999999')\ny=int(x)\nz=f'{x:f}'\nw=Decimal('1e300')\nfor i in range(100): w=w*w\nv=int(w)",
    "fractions": "from fractions import Fraction\nx=Fraction('1e999999999')\ny=Fraction(3,7)**999999999\nz=Fraction(3,7)\nfor i in range(100): z=z*z",
    "seeded-choices": "import random\nx=random.Random(1).choices([1],k=10**9)",
    "template": "import string\nx=string.Template('$a'*2400).substitute(a='b'*199000)",
    "patterns": "import re\nx=re.match('(?:(?:a{1,9}){1,9}){1,9}b','a'*99)\ny=re.search('(a?)'*25+'b','a'*100)\nz=re.sub('','x'*5000,'a'*5000)",
    "equal-instances": "class A:\n  def __init__(self,n): self.n=n\n  def __eq__(self,o): return self.n==o.n\n  def __hash__(self): return 1\nx=set([A(i) for i in range(3000)])",
    "deep-copies": "import copy\nx=[1]\nfor i in range(60): x=[x,x]\ny=copy.deepcopy(x)\nz=[]\nfor i in range(5000): z=[z]\nw=copy.deepcopy(z)",
    "yaml-brackets": "import yaml\nx=yaml.safe_load('['*9000)\ny=yaml.dump([['a'*199000]*19000])",
    "tabs": "import textwrap\nx=textwrap.wrap('a\\tb',tabsize=10**9)\ny=textwrap.fill('a '*2400,width=10,subsequent_indent='b'*5000)",
    "layout": "import pprint\nx=pprint.pformat([[1],[2]]*100,10**9)\nl=list(range(9000))\nfor i in range(1000): x=pprint.pformat(l)",
    "parents": "from pathlib import Path\nx=list(Path('a/'*90000).parents)\np=Path('a'*1000)\nfor i in range(15000): p=p/p",
    "path-patterns": "from pathlib import Path\np=Path('a'*4000)\nfor i in range(1000): p.match('*a'*1000+str(i))",
    "counter-elements": "from collections import Counter\nc=Counter({'a':10**9,'b':-10**9})\nx=list(c.elements())",
    "counter-numbers": "from collections import Counter\nc=Counter({'a':10**400,'b':1.5})\nx=c.total()\nc.update({'a':1.5})\ny=list(Counter(a=1.5).elements())",
    "sorter": "import graphlib\ns=graphlib.TopologicalSorter({1:[2]})\ns.prepare()\ns.add(3,4)\ns.add()\ns.done([1])",
    "csv-writers": "import csv,io\nw=csv.writer(io.StringIO(),delimiter='ab')\nw=csv.writer(io.StringIO())\nw.writerow(1)\nw.writerow()",
    "closed-stream": "import csv,io,yaml\ns=io.StringIO('a')\nw=csv.writer(s)\ns.close()\nx=list(csv.reader(s))\ny=yaml.safe_load(s)\nw.writerow([1])",
    "yaml-number": "import yaml\nx=yaml.safe_load('a: 1'+':1'*4900)\ny=yaml.dump(x)",
    "yaml-often": "import yaml\nfor i in range(3000): z=yaml.safe_load('['*990+']'*990)\nfor i in range(3000): z=yaml.safe_load('a: 1\\n'*1600)",
    "decimal-nan": "from decimal import Decimal\nx=Decimal('nan')\ny=x<1\nz=sorted([x,Decimal(1)])\nw={Decimal('snan'):1}",
    "choices-often": "import random\nr=random.Random(1)\nx=[r.choices([1.5,2],k=20000) for i in range(600)]",
    "longest-range": "x=range(10**30)\ny=len(x)\nz=[i for i in x]",
    "wide-fields": "s='{0:9999}'*500\nfor i in range(15000): x=s.format(1)",
    "digests": "import hashlib\nh=hashlib.md5()\nfor i in range(15000): h.update(b'a'*190000)\nx=h.hexdigest()",
    "json-often": "import json\nl=list(range(15000))\nfor i in range(15000): x=json.dumps(l)",
    "patterns-often": "import re\nfor i in range(15000): re.compile('(?:a{1,60}b|[a-z]{3,900})'*17+str(i))\nfor i in range(3000): re.match('a'*190000+str(i),'a')",
    "topics-of-toml": "import tomllib\nfor i in range(1000): x=tomllib.loads('a'+'.a'*2490+'=1')",
    "least-multiple": "import math\nl=[10**11+i for i in range(15000)]\nfor i in range(100): x=math.lcm(*l)",
    "tree-of-exception-groups": "e=ValueError()\nfor i in range(60):\n  e=ExceptionGroup('a',[e,e])\ntry:\n  raise e\nexcept* TypeError:\n  pass",
    "deep-exception-groups": "e=ValueError()\nfor i in range(5000):\n  e=ExceptionGroup('a',[e])\ntry:\n  raise e\nexcept* ValueError:\n  pass",
    "sorted-often": MANY_TASKS
    + "  for a,b in zip(ts[1:],ts):\n    a>>b\nfor i in range(3000): d.topological_sort()",
    "relatives-often": MANY_TASKS
    + "  for a in ts[:200]:\n    a>>ts[200:400]\nfor i in range(3000): ts[0].get_flat_relative_ids()",
    "export": "from airflow import DAG\nl=[1]\nfor i in range(60):\n  l=[l,l]\nDAG('x',params=l)\ny=DAG('z',tags=l)",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_code_gets_a_verdict_in_time(name: str) -> None:
    started = time.process_time()
    verdict = judge_code(HOSTILE[name])
    assert verdict.outcome in (Outcome.FAILS, Outcome.UNKNOWN, Outcome.LOADS)
    assert NOT_FOLLOWED not in verdict.reason
    assert time.process_time() - started < 2


KEPT = (
    "l[:]",
    "l.copy()",
    "dict(d)",
    "{**d}",
    "d.keys()",
    "copy.copy(l)",
    "Counter(l).copy()",
    "OrderedDict(d)",
)


@pytest.mark.parametrize("copied", KEPT)
def test_copies_that_a_loop_keeps_are_paid_for(copied: str) -> None:
    verdict = judge_code(
        "from airflow import DAG\nDAG('d')\nimport copy\nfrom collections import *\nl=list(range(15000))\nd=dict.fromkeys(l)\n"
        f"k=[{copied} for i in range(15000)]\n"
    )
    assert "steps of module-level code" in verdict.reason


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    assert NOT_FOLLOWED not in judge_code(data).reason


PIECES = st.sampled_from(
    ["with DAG('d') as dag:\n    ", "a = ", "BashOperator(", "task_id='a'", ")", "(", "[", "]", "{", "}", ":", "\n", "\n    ",
     " >> ", " << ", "@task\n", "@dag()\n", "def f(x):\n    ", "return ", "lambda: ", "f(", "*", "**", ",", "'x'", "1", "None",
     "for i in range(3):\n    ", "if ", "else:\n    ", "try:\n    ", "except Exception as e:\n    ", "class A(B):\n    ", "x", "yield ",
     "import os\n", "from airflow import DAG\n", "from airflow.operators.bash import BashOperator\n", "f'{x}'", ".expand(", ".partial(",
     "super().__init__(", "global x\n", "del x\n", "raise ", "assert ", "x[0]", "x += 1\n", "with TaskGroup('g'):\n    ", "not ", " in "]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_scraps_of_dags(code: str) -> None:
    assert NOT_FOLLOWED not in judge_code(code).reason


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text(code: str) -> None:
    assert NOT_FOLLOWED not in judge_code(code).reason
