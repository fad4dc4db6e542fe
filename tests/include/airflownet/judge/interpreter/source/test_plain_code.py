"""What is called plain, Python's compiler takes; ordinary code is plain."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path

import pytest

import airflownet
from airflownet.judge.interpreter.source.plain_code import MOST_BLOCKS, MOST_NODES, is_plain

PLAIN = {
    "calls": "f(1, *a, b=2, **c)",
    "lambda": "f = lambda a, *b, c=1, **d: a",
    "comprehensions": "x = [{i: {j} for j in k} for i, k in y if i]",
    "text": "x = f'{a!r:>{b}} {c}'",
    "function": """@g(1)
def f(a, /, b: int, *c, d=1, **e) -> int:
    from os import path
    return a[1:2, ::3]
""",
    "try": """try:
    pass
except ValueError as e:
    raise X from e
except:
    pass
else:
    a = 1
finally:
    b += 1
""",
    "control": """if a:
    while b:
        c
elif d < e < f:
    assert a, b
else:
    with a as b, c:
        x: int = 1
""",
}
NOT_PLAIN = {
    "argument-twice": "f(a=1, b=g(a=1, a=2))",
    "parameter-twice": "def f():\n    def g(a, *a): pass",
    "lambda-parameter-twice": "x = [lambda a, *, a: 1]",
    "return": "if a:\n    return 1",
    "return-in-lambda-place": "for i in a:\n    return",
    "star": "x = [*a]",
    "bare-except-first": "try:\n    pass\nexcept:\n    pass\nexcept A:\n    pass",
    "import-star-in-function": "def f():\n    from os import *",
    "async-comprehension": "x = [i async for i in a]",
    "walrus": "x = (a := 1)",
    "break": "for i in a:\n    break",
    "class": "class A: pass",
    "yield": "def f():\n    yield 1",
    "future": "from __future__ import annotations",
    "many-blocks": "".join("    " * n + "for i in a:\n" for n in range(MOST_BLOCKS + 1))
    + "    " * (MOST_BLOCKS + 1)
    + "pass",
    "deep": "x = " + "+".join(["a"] * MOST_NODES),
}


@pytest.mark.parametrize("code", PLAIN.values(), ids=PLAIN)
def test_plain(code: str) -> None:
    (statement,) = ast.parse(code).body
    assert is_plain(statement)
    compile(code, "file.py", "exec")


@pytest.mark.parametrize("code", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_not_plain(code: str) -> None:
    (statement,) = ast.parse(code).body
    assert not is_plain(statement)


def test_pieces_of_real_code_that_are_called_plain_compile() -> None:
    n_plain = 0
    for path in sorted((Path(airflownet.__file__).parent / "judge").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            # A piece taken out of its function stands at module level, where less is allowed.
            if isinstance(node, ast.stmt) and is_plain(node):
                n_plain += 1
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    compile(ast.Module([node], []), str(path), "exec")
    assert n_plain > 5_000
