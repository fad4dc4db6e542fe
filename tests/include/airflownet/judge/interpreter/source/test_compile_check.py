"""What Python's compiler refuses is refused, wherever it stands; what it takes is not."""

from __future__ import annotations

import itertools
import textwrap
import warnings

import pytest

from airflownet.judge import judge
from airflownet.judge.loader import load_source

STATEMENTS = {
    "argument-twice": "f(a=1, b=2, a=3)",
    "argument-twice-within": "x = [f(g(a=1, a=2))]",
    "starred-alone": "x = *y",
    "starred-subject": "print(**{}, *[1]) if y else *y",
    "two-stars": "*a, *b = y",
    "nested-stars": "(a, (*b, *c)), d = y",
    "star-fine": "a, *b = [1, 2]",
    "starred-arguments-fine": "print(*[1], **{})",
    "debug": "__debug__ = 1",
    "debug-keyword": "print(__debug__=1)",
    "debug-attribute": "y.__debug__ = 1",
    "return": "return 1",
    "yield": "x = [1, (yield)]",
    "await": "x = f(await y)",
    "async-comprehension": "x = [i async for i in y]",
    "async-with": "async with y: pass",
    "break": "break",
    "continue": "continue",
    "walrus-in-class-comprehension": "class A:\n    x = [a := i for i in y]",
    "walrus-in-iterable": "x = [i for i in (a := y)]",
    "walrus-fine": "x = (a := 1)",
    "repeated-parameter": "def f(a, a): pass",
    "repeated-lambda-parameter": "x = f(lambda a, a: 1)",
    "nonlocal": "nonlocal x",
    "nonlocal-unbound": "def f():\n    nonlocal q\n    q = 1",
    "global-late": "def f():\n    x = 1\n    global x",
    "global-after-use": "x = 1\nglobal x",
    "global-annotated": "def f():\n    global x\n    x: int = 1",
    "star-import-in-function": "def f():\n    from os import *",
    "late-future": "from __future__ import annotations",
    "unknown-future": "from __future__ import braces_of_another_kind",
    "bare-except-first": "try:\n    pass\nexcept:\n    pass\nexcept ValueError:\n    pass",
    "unreachable-case": "match y:\n    case _:\n        pass\n    case 1:\n        pass",
    "case-binds-twice": "match y:\n    case [a, a]:\n        pass",
    "short-circuit": "x = y and f(a=1, a=2)",
    "comparison": "x = 1 > 2 > f(a=1, a=2)",
    "conditional-expression": "x = 1 if True else f(a=1, a=2)",
    "after-failure": "x = nothing_of_that_name + f(a=1, a=2)",
    "deep-but-fine": "x = " + "[" * 60 + "]" * 60,
    "too-many-blocks": "\n".join("    " * n + "for i in [1]:" for n in range(21))
    + "\n"
    + "    " * 21
    + "pass",
    "fine": "x = f(a=1, b=[i for i in y], c=lambda a: a, d={**{}, 'a': 1}, e=f'{y!r:>{3}}')",
}
PLACES = {
    "module": "{}",
    "with-dag": "with DAG('a') as dag:\n    {}",
    "with-item-before": "with DAG('a', **f(a=1)) as dag, y:\n    x = 1\n    {}\n    z = 2",
    "branch-taken": "if True:\n    x = 1\n    {}\n    z = 2",
    "branch-not-taken": "if False:\n    {}\nelse:\n    z = 2",
    "branch-unknown": "if y:\n    {}\nelse:\n    pass",
    "loop": "for i in [1, 2]:\n    z = i\n    {}",
    "empty-loop": "for i in []:\n    {}",
    "else-of-loop": "for i in [1]:\n    pass\nelse:\n    {}",
    "try": "try:\n    {}\nexcept ValueError:\n    z = 1",
    "handler": "try:\n    z = 1\nexcept ValueError:\n    {}",
    "function": "def g():\n    {}",
    "called-function": "def g():\n    {}\ng()",
    "task": "@task\ndef g():\n    {}\ng()",
    "class": "class B:\n    {}",
}
START = "from airflow import DAG\nfrom airflow.sdk import task\n\ndef f(*a, **k): return k\n\ny = f()\n"


@pytest.mark.parametrize("place", PLACES)
def test_refused_exactly_where_python_refuses(place: str) -> None:
    wrong = []
    for name, start in itertools.product(STATEMENTS, ("", START)):
        body = (
            textwrap.indent(STATEMENTS[name], " " * 4).strip()
            if "    {}" in PLACES[place]
            else STATEMENTS[name]
        )
        code = f"{start}{PLACES[place].format(body)}\n"
        found, expected = load_source(code).syntax_error, python_says(code)
        if (found.msg if found else None, found.lineno if found else None) != expected:
            wrong.append((name, bool(start), found, expected))
    assert wrong == []


def python_says(code: str) -> tuple[str | None, int | None]:
    """Python's own message and line, None for what it compiles."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(code, "dag_file.py", "exec", dont_inherit=True)
        except SyntaxError as error:
            return error.msg, error.lineno
    return None, None


def test_a_plain_file_is_not_compiled_again(monkeypatch) -> None:
    compiled = []
    monkeypatch.setattr(
        "airflownet.judge.interpreter.source.compile_check.compile_tree",
        lambda tree: compiled.append(len(tree.body)),
    )
    plain = (
        "from __future__ import annotations\nfrom airflow.sdk import DAG\nx = 1\ndef f(a, *, b: int = 1):\n"
        "    for i in a:\n        print(*a, **{'b': b})\n    return [i for i in a if i]\n"
    )
    code = plain + "with DAG('a', schedule=None) as dag:\n    y = [x, 'b']\n"
    assert judge(code).outcome == "loads"
    assert compiled == []
    assert judge(code + "class A:\n    a = 1\n").outcome == "loads"
    assert compiled == [2]  # the class, after the import from ``__future__``


@pytest.mark.parametrize(
    ("code", "in_order"),
    [
        pytest.param('"""Text."""\nfrom __future__ import annotations\nx = 1\n', True, id="after-docstring"),
        pytest.param(
            "x = 1\nfrom __future__ import annotations\n", False, id="after-a-statement-that-is-left-out"
        ),
        pytest.param("'a'\n'b'\nfrom __future__ import annotations\n", False, id="after-a-second-text"),
    ],
)
def test_future_imports_stay_where_they_are(code: str, in_order: bool) -> None:
    assert (load_source(code).syntax_error is None) is in_order
