"""Conditions under which an ``__init__`` raises are read over its own parameters."""

# ruff: noqa: E501 - one case a row
from __future__ import annotations

import pytest

from airflownet.judge.catalogue.builder.line import module_record
from airflownet.judge.catalogue.builder.program import Program

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
    ("loop-over-written-items", "for name, value in (('x', x), ('y', y)):\n    if value is None:\n        raise ValueError(f'no {name}')", [["ValueError", "x is None", "f\"no {'x'}\""], ["ValueError", "y is None", "f\"no {'y'}\""]]),
    ("loop-continues", "for value in (x, y):\n    if not value:\n        continue\n    raise ValueError", [["ValueError", "x"], ["ValueError", "y"]]),
    ("loop-leaves", "for value in (x, y):\n    if not value:\n        break\n    raise ValueError", []),
    ("method-with-arguments", "self._refuse(x, limit=3)", [["ValueError", "x > 3", "", "_refuse"]]),
    ("method-on-the-right", "self.x = self._refuse(y)", [["ValueError", "y > 9", "", "_refuse"]]),
    ("method-maybe-called", "self.x = self._refuse(y) if x else None", []),
    ("given-to-the-base", "if 'z' in kwargs:\n    raise TypeError", [["TypeError", "given('z')"]]),
    ("looked-up-for-the-base", "if kwargs.get('z') is not None:\n    raise TypeError", [["TypeError", "(z if given('z') else None) is not None"]]),
    ("kwargs-changed", "kwargs.update(z=1)\nif 'z' in kwargs:\n    raise TypeError", []),
    ("kwargs-item-set", "kwargs['z'] = 1\nif 'z' in kwargs:\n    raise TypeError", []),
    ("attribute-of-the-base", "super().__init__(**kwargs)\nif self.z:\n    raise TypeError", [["TypeError", "z"]]),
    ("attribute-before-the-base", "if self.z:\n    raise TypeError", []),
    ("converted-by-the-base", "super().__init__(**kwargs)\nif self.retries:\n    raise TypeError", []),
    ("errors-collected", "bad = []\nif not x:\n    bad.append('x')\nif bad:\n    raise ValueError", [["ValueError", "[_] if not x else []"]]),
    ("counted", "if len([v for v in (x, y) if v]) > 1:\n    raise ValueError", [["ValueError", "sum([x, y]) > 1"]]),
    ("items-handed-on", "both = [x, y]\nif not exactly_one(*both):\n    raise ValueError", [["ValueError", "not exactly_one(x, y)"]]),
    ("iterated", "self.x = [str(v) for v in x]", [["TypeError", "no_iter(x)", "f\"'{type_name(x)}' object is not iterable\""]]),
    ("iterated-when-given", "self.x = list(x) if x else []", [["TypeError", "x and no_iter(x)", "f\"'{type_name(x)}' object is not iterable\""]]),
    ("method-of-a-value", "self.x = x.lower()", [["AttributeError", "lacks(x, 'lower')", "f\"'{type_name(x)}' object has no attribute 'lower'\""]]),
    ("method-of-the-base's", "super().__init__(**kwargs)\nself.z.update({})", []),
    ("number", "self.x = int(x)", [["TypeError", "no_number(x, 'int')", "f\"int() argument must be a number, not '{type_name(x)}'\""]]),
    ("order-asked", "if x > 3:\n    self.x = 3", [["TypeError", "tried(x > 3)", "''"]]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_guards_of_an_init(body: str, expected: list[list[str]]) -> None:
    source = (
        "ALLOWED = {'b', 'a'}\nclass C:\n    KINDS = ('k',)\n"
        "    def _check(self):\n        if self.x is None:\n            raise ValueError('no x')\n"
        "    @staticmethod\n    def _refuse(value, limit=9):\n        if value > limit:\n            raise ValueError\n"
        "    def __init__(self, x=None, y=None, **kwargs):\n"
    ) + "".join(f"        {line}\n" for line in body.splitlines())
    program = Program("3.3.2", {"apache-airflow": "3.3.2"}, (3, 11), {"m": (source.encode(), False)}, set())
    program.scope("m")
    record = module_record(program.scopes["m"])["n"]["C"][1]
    assert record["i"].get("c", []) == expected
