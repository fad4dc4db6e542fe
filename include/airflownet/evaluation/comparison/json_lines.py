"""Rows of a JSONL file, plain or gzipped, and their fields under the names that people use."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from airflownet.errors import InputError

_MOST_CHARS_OF_A_LINE = 20_000_000


def json_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yields (line number, object) of every line that is not blank; ``NaN`` and ``Infinity`` are null.

    Half a surrogate pair, which no UTF-8 file can hold, is a question mark.

    Raises:
        InputError: there is no such file, it is no UTF-8 text, or a line is no JSON object.
    """
    remedy = "give a file with one JSON object a line (JSONL), plain or .gz"
    try:
        with _opened(path) as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                if len(line) > _MOST_CHARS_OF_A_LINE:
                    raise InputError(f"{path} line {number} has more than 20 million characters", remedy)
                row = _row(line, f"{path} line {number}", remedy)
                if not isinstance(row, dict):
                    raise InputError(f"{path} line {number} is no JSON object", remedy)
                yield number, row
    except FileNotFoundError:
        raise InputError(f"there is no file {path}", remedy) from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder", remedy) from None
    except (UnicodeDecodeError, EOFError, OSError, zlib.error) as error:
        raise InputError(f"{path} cannot be read: {error}", remedy) from None


def _row(line: str, place: str, remedy: str) -> Any:
    try:
        row = json.loads(line, parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        reason = f"{error.msg} at character {error.pos + 1:,}"
        raise InputError(f"{place} is not JSON: {reason}", remedy) from None
    except (RecursionError, ValueError):  # nested thousands deep; an integer of thousands of digits
        raise InputError(f"{place} is JSON that no program wants to read", remedy) from None
    if "\\ud" in line.lower():
        row = json.loads(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))
    return row


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def first_text(row: Mapping[str, Any], fields: Sequence[str], *, or_number: bool = True) -> str:
    """Returns the first of the fields that holds text or a number (an id, a version), empty if none does."""
    for field in fields:
        value = row.get(field)
        if isinstance(value, str) and value.strip():
            return value
        if or_number and isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
    return ""
