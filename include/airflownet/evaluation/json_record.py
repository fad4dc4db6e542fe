"""A record with the version of its format, as a JSON file: ``summary.json``, ``comparison.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from airflownet.errors import ArtifactError
from airflownet.tables import from_row, to_row

Record = TypeVar("Record")
_REMEDY = "run `airflownet evaluate` again, or give the folder of a finished evaluation"


def write_json_record(path: Path, record: Any) -> None:
    """Writes a record that has a field ``format``; the same record gives the same bytes."""
    path.write_text(json.dumps(to_row(record), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_json_record(path: Path, record_type: type[Record], version: int) -> Record:
    """Returns the record that ``write_json_record`` was given.

    Args:
        path: of the file.
        record_type: its dataclass.
        version: the ``format`` that is read.

    Raises:
        ArtifactError: the file is missing, is not JSON, or was written by another version.
    """
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        if row.get("format") != version:
            raise ArtifactError(
                f"{path} has format {row.get('format')!r}, this version reads {version}", _REMEDY
            )
        return from_row(record_type, row)
    except (FileNotFoundError, NotADirectoryError):
        raise ArtifactError(f"{path} does not exist", _REMEDY) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        named = record_type.__name__.lower()
        raise ArtifactError(f"{path} is not a {named} of this version: {error}", _REMEDY) from None
