"""Text or bytes to a syntax tree, as Python's own importer would, for any input."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings

from airflownet.judge.loader import limits


class Unparsable(Exception):  # noqa: N818 - "cannot be known", no error of the file
    """The file is too big or too deeply nested for the parser."""


def decode(code: bytes) -> str:
    """Returns the text of a source file, by its BOM or coding comment, else UTF-8.

    Raises:
        SyntaxError: the bytes are not what the encoding says.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(code).readline)
        return code.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise SyntaxError(f"(unicode error) {error}") from None


def parse(code: str) -> ast.Module:
    """Returns the syntax tree of what Python would compile.

    Raises:
        SyntaxError: Python refuses the text, or its compiler does.
        Unparsable: only a bigger parser could tell.
    """
    if len(code) > limits.MAX_SOURCE_BYTES:
        raise Unparsable(f"the file has {len(code):,} characters, the limit is {limits.MAX_SOURCE_BYTES:,}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
            compile(tree, "dag_file.py", "exec", dont_inherit=True, optimize=0)
    except SyntaxError as error:
        raise SyntaxError(error.msg, ("dag_file.py", error.lineno, error.offset, None)) from None
    except (RecursionError, MemoryError):
        raise Unparsable("the code is nested too deeply for Python's parser") from None
    except (ValueError, OverflowError, UnicodeError) as error:
        raise SyntaxError(str(error), ("dag_file.py", 0, 0, None)) from None
    return tree
