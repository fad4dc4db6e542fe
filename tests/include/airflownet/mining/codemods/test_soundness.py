"""Which names a file uses without binding them."""

from __future__ import annotations

import pytest

from airflownet.mining.codemods.soundness import unbound_names


@pytest.mark.parametrize(
    ("text", "unbound"),
    [
        ("a = 1\nprint(a, __file__)\n", set()),
        ("print(a)\n", {"a"}),
        ("def f():\n    return a\n", {"a"}),
        ("def f(a):\n    def g():\n        return a\n    return g\n", set()),
        ("[x for x in y]\n", {"y"}),
        ("class A:\n    b = 1\n    c = [b for _ in ()]\n", {"b"}),
        ("def f():\n    global a\n    a = 1\nprint(a)\n", set()),
        ("from x import *\nprint(a)\n", set()),
        ("import a.b\nprint(a)\n", set()),
        ("try:\n    pass\nexcept E as e:\n    print(e)\n", {"E"}),
        ("f = lambda a: a + b\n", {"b"}),
    ],
)
def test_unbound_names(text, unbound):
    assert unbound_names(text) == unbound
