"""Bytes of a Python file to text, as the interpreter would read them (PEP 263)."""

from __future__ import annotations

import io
import tokenize


def decode_python(data: bytes) -> str | None:
    """Returns the text without its byte order mark, newlines as they are; None when it is not text.

    UTF-8 unless the first two lines name another encoding. A NUL byte makes the file undecodable.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return None
    return None if "\0" in text else text
