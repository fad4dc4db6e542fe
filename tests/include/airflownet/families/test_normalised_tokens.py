from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflownet.families.fast_tokens import fast_tokens
from airflownet.families.normalised_tokens import exact_tokens, normalised_tokens

SAME = {
    "comments": ("x = 1  # one\n# two\ny = 2\n", "x = 1\ny = 2\n"),
    "docstring": ('"""Doc."""\ndef f():\n    """Doc."""\n    return 1\n', "def f():\n    return 1\n"),
    "bare-string-at-the-end": ('x = 1\n"note"', "x = 1\n"),
    "quotes": ("x = 'a'\ny = '''b'''\n", 'x = "a"\ny = "b"\n'),
    "prefixes": ("x = u'a'\ny = r'b'\n", "x = 'a'\ny = 'b'\n"),
    "pieces-of-a-string": ('x = ("a" "b"\n     "c")\n', "x = 'abc'\n"),
    "layout": ("f(a,\n  b,\n)\n", "f(a, b)\n"),
    "brackets": ("x = (a + b)\n", "x = a + b\n"),
    "blank-lines": ("x = 1\n\n\n\ny = 2\n", "x = 1\ny = 2\n"),
    "f-string-quotes": ("x = f'a{b}'\n", 'x = F"a{b}"\n'),
    "windows-newlines": ("x = 1\r\ny = 2\r\n", "x = 1\ny = 2\n"),
}
DIFFERENT = {
    "names": ("x = 1\n", "y = 1\n"),
    "numbers": ("x = 1\n", "x = 2\n"),
    "strings": ("x = 'a'\n", "x = 'b'\n"),
    "string-or-name": ("x = 'a'\n", "x = a\n"),
    "operators": ("a >> b\n", "a << b\n"),
    "f-strings": ("x = f'{a}'\n", "x = f'{b}'\n"),
    "argument-strings-stay": ("f('a')\n", "f()\n"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_same_code(one, other):
    assert normalised_tokens(one) == normalised_tokens(other) != []


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_different_code(one, other):
    assert normalised_tokens(one) != normalised_tokens(other)


def test_an_f_string_is_one_token():
    assert normalised_tokens('x = f"{a + f(1)} and {b!r:>{width}}"\n') == [
        "x",
        "=",
        "'{a + f(1)} and {b!r:>{width}}",
    ]


def test_text_that_is_not_python_gives_its_words():
    assert normalised_tokens("(unclosed 'text") == ["(unclosed", "'text"]


PIECES = st.sampled_from(
    ["x", "1.5e3", "0x1f", "'a'", '"b"', "f'{a}'", 'f"{b!r}"', "'''d\n'''", "# c\n", "\n", "\r\n", " ",
     "    ", "(", ")", "[", "]", "{", "}", ",", ":", "=", "==", "->", "**=", "...", ".", "\\\n", "\t", "'",
     '"', "$", "é", "def f():", "r'\\n'", "b'x'", "'\\''", "12_3j", "012", "1if", "lambda"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=300, deadline=None)
def test_the_fast_path_agrees_with_the_standard_tokenizer(code):
    assert normalised_tokens(code) == exact_tokens(code)


def test_ordinary_code_takes_the_fast_path():
    code = 'def f(a, b=1.5):\n    """Doc."""\n    return f"{a} and {b}"\n\n\nf("x")\n'
    assert fast_tokens(code) is not None
