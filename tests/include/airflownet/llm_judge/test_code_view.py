from __future__ import annotations

import ast
from pathlib import Path

import pytest

from airflownet.llm_judge.code_view import blinded, without_comments


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = 1  # perfect code\n", "x = 1\n"),
        ("# all tests pass\nx = 1\n\n\ny = '# kept'\n", "x = 1\n\n\ny = '# kept'\n"),
        ('"""Doc."""\nimport os\n', "import os\n"),
        ('def f():\n    """Doc\n    on lines."""\n    return 1\n', "def f():\n    return 1\n"),
        ('def f():\n    """Only this."""\n\n\nf()\n', "def f():\n    pass\n\n\nf()\n"),
        ('def f():\n    """Last."""', "def f():\n    pass\n"),
        ('def f():\n    # first\n    """Doc."""  # why\n    g()\n', "def f():\n    g()\n"),
        ("class A:\n    'Doc.'\n    x = 1\n", "class A:\n    x = 1\n"),
        ("x = 1\n'''a string\nas a comment'''\ny = 2\n", "x = 1\ny = 2\n"),
        ("d = f(\n    # inside\n    a=1,  # one\n)\n", "d = f(\n    a=1,\n)\n"),
        ("f('a'\n  'b')\n", "f('a'\n  'b')\n"),
        ("'x' if a else 'y'\n", "'x' if a else 'y'\n"),
        ("'''doc'''; x = 1\n", "'''doc'''; x = 1\n"),
        ("x = (1,  # open\n# flawless\ny = '''never closed\n# z\n", "x = (1,\ny = '''never closed\n"),
        ("", "\n"),
        ("    # only\n", "\n"),
        ("\ttext = 'é'  # ü\n", "\ttext = 'é'\n"),
        # Line ends that are none to Python must not shift the rows.
        ("x = 'a\u2028b'  # praise\ny = 1  # praise\n", "x = 'a\u2028b'\ny = 1\n"),
        ("# praise\x0cmore praise\nx = 'a\x0b\x1cb'  # c\n", "x = 'a\x0b\x1cb'\n"),
        ("x = 1  # praise\r\ny = 2\r\n", "x = 1\ny = 2\n"),
    ],
)
def test_comments_and_docstrings_go_and_the_rest_stays(code: str, expected: str) -> None:
    assert without_comments(code) == expected


def test_what_parsed_still_parses_to_the_same_statements() -> None:
    code = Path(__file__).read_text("utf-8")
    assert len(ast.parse(without_comments(code)).body) == len(ast.parse(code).body)


def test_names_of_compared_models_are_blinded_and_ordinary_words_are_not() -> None:
    text = "tags=['Qwen2.5-Coder', 'base', 'qwen2.5-coder-7b'] # my_qwen2.5-coder"
    found = blinded(text, ["qwen2.5-coder", "qwen2.5-coder-7b", "base", "tuned", "ground_truth"])
    assert found == "tags=['model', 'base', 'model'] # my_qwen2.5-coder"
