"""Conditions under which an ``__init__`` raises are read over its own parameters."""

# ruff: noqa: E501 - one case a row
from __future__ import annotations

import pytest

from airflownet.judge.catalogue.extraction.line import module_record
from airflownet.judge.catalogue.extraction.program import Program

CASES = [
    ("choice", "if x not in ('a', 'b'):\n    raise ValueError(f'bad {x}')", [["ValueError", "x not in ['a', 'b']", "f'bad {x}'"]]),
    ("module-constant", "if x not in ALLOWED:\n    raise ValueError('bad')", [["ValueError", "x not in ['a', 'b']", "'bad'"]]),
    ("class-constant", "if x not in self.KINDS:\n    raise ValueError('bad')", [["ValueError", "x not in ('k',)", "'bad'"]]),
    ("through-self", "self.x = x\nif not self.x and self.y:\n    raise TypeError", []),
    ("neither", "self.x, self.y = x, y\nif not x and not y:\n    raise TypeError('one')", [["TypeError", "not x and (not y)", "'one'"]]),
    ("default-filled-in", "x = x or 'a'\nif x == 'b':\n    raise ValueError", [["ValueError", "(x or 'a') == 'b'"]]),
    ("else-branch", "if x:\n    pass\nelse:\n    raise ValueError", [["ValueError", "not x"]]),
    ("after-return", "if x:\n    return\nif y:\n    raise ValueError", [["ValueError", "not x and y"]]),
    ("in-a-method", "self.x = x\nself._check()", [["ValueError", "x is None", "'no x'", "_check"]]),
    ("always", "raise RuntimeError('shut down')", [["RuntimeError", "True", "'shut down'"]]),
    ("assert", "assert x, 'no x'", [["AssertionError", "not x", "'no x'"]]),
    ("computed", "if look_up(x):\n    raise ValueError", []),
    ("reassigned", "x = look_up(x)\nif not x:\n    raise ValueError", []),
    ("caught", "try:\n    x = int(x)\nexcept ValueError:\n    raise TypeError\nif x:\n    raise ValueError", []),
    ("version", "from airflow import __version__", []),
    ("any-of", "if not any(v is not None for v in (x, y)):\n    raise ValueError", [["ValueError", "not any([x is not None, y is not None])"]]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_guards_of_an_init(body: str, expected: list[list[str]]) -> None:
    source = (
        "ALLOWED = {'b', 'a'}\nclass C:\n    KINDS = ('k',)\n"
        "    def _check(self):\n        if self.x is None:\n            raise ValueError('no x')\n"
        "    def __init__(self, x=None, y=None, **kwargs):\n"
    ) + "".join(f"        {line}\n" for line in body.splitlines())
    program = Program("3.3.2", {"apache-airflow": "3.3.2"}, (3, 11), {"m": (source.encode(), False)}, set())
    program.scope("m")
    record = module_record(program.scopes["m"])["n"]["C"][1]
    assert record["i"].get("c", []) == expected
