"""Text or bytes to a syntax tree, as Python's own importer would, for any input."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from airflownet.judge.interpreter import limits

_SLOW_ENCODINGS = frozenset({"idna", "punycode"})
"""Their time grows with the square of the length."""
_MOST_SLOW_BYTES = 50_000
_MOST_DOTS = 1_000
_LARGE = 150_000
"""Characters; what is shorter is parsed and walked in less than a second, whatever it is."""
_MOST_STATEMENTS = 20_000
_MOST_BRACKETS = 40_000
_SHORT = 10_000
"""Characters; no name in a text of that length keeps the parser for a tenth of a second."""
_DOTTED = re.compile(rf"(?:\w{{1,20}}+[ \t]?+\.[ \t]?+){{{_MOST_DOTS}}}")
"""A dotted name for which Python's parser needs time that grows with the square of its length."""


class Unparsable(Exception):  # noqa: N818 - "cannot be known", no error of the file
    """The file is too big or too deeply nested for the parser."""


def decode(code: bytes) -> str:
    """Returns the text of a source file, by its BOM or coding comment, else UTF-8.

    Raises:
        SyntaxError: the bytes are not what the encoding says.
        Unparsable: decoding would take too long.
    """
    if len(code) > 4 * limits.MAX_SOURCE_BYTES:
        raise Unparsable(f"the file has {len(code):,} bytes, the limit is {4 * limits.MAX_SOURCE_BYTES:,}")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(code).readline)
        if encoding in _SLOW_ENCODINGS and len(code) > _MOST_SLOW_BYTES:
            raise Unparsable(f"a file of {len(code):,} bytes in {encoding} takes too long to decode")
        return code.decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise SyntaxError(f"(unicode error) {error}") from None


def check_cookie(text: str) -> None:
    """Raises SyntaxError for a coding comment of a text that no Python can decode by."""
    head = "\n".join(text.split("\n", 2)[:2])
    tokenize.detect_encoding(io.BytesIO(head.encode(errors="replace")).readline)


def parse(code: str) -> ast.Module:
    """Returns the syntax tree of what Python would compile.

    Raises:
        SyntaxError: Python refuses the text, or its compiler does.
        Unparsable: only a bigger parser could tell.
    """
    tree = parse_only(code)
    compile_tree(tree)
    return tree


def parse_only(code: str) -> ast.Module:
    """Returns the syntax tree; the compiler may still refuse it.

    Raises:
        SyntaxError: Python's parser refuses the text.
        Unparsable: only a bigger parser could tell.
    """
    if len(code) > limits.MAX_SOURCE_BYTES:
        raise Unparsable(f"the file has {len(code):,} characters, the limit is {limits.MAX_SOURCE_BYTES:,}")
    if len(code) > _LARGE and _is_dense(code):
        raise Unparsable(f"the file has {len(code):,} characters of very short statements")
    if len(code) > _SHORT and code.count(".") > _MOST_DOTS and "import" in code and _DOTTED.search(code):
        raise Unparsable(f"a name has more than {_MOST_DOTS:,} dots")
    with _python_errors():
        return ast.parse(code.removeprefix("\ufeff"))


def _is_dense(code: str) -> bool:
    """Whether a large file holds more statements and brackets than a table that somebody pasted has."""
    n_statements = code.count("\n") + code.count(";")
    return n_statements > _MOST_STATEMENTS or sum(map(code.count, "([{")) > _MOST_BRACKETS


def compile_tree(tree: ast.Module) -> None:
    """Raises what Python's compiler raises for a tree.

    Raises:
        SyntaxError: it refuses the tree.
        Unparsable: only a bigger compiler could tell.
    """
    with _python_errors():
        compile(tree, "dag_file.py", "exec", dont_inherit=True, optimize=0)


@contextmanager
def _python_errors() -> Iterator[None]:
    """What parser and compiler raise, as the two kinds of error that there are here; without warnings."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except SyntaxError as error:
        place = ("dag_file.py", error.lineno, error.offset, None)
        raise type(error)(error.msg, place) from None  # IndentationError and TabError keep their names
    except (RecursionError, MemoryError):
        raise Unparsable("the code is nested too deeply for Python's parser") from None
    except (ValueError, OverflowError, UnicodeError) as error:
        raise SyntaxError(str(error), ("dag_file.py", 0, 0, None)) from None
