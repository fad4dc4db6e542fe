"""Lists of records to Parquet and back; the schema comes from the dataclass alone.

``write_table(path, DagFile, rows)`` gives the same bytes for the same rows and pyarrow version.
Source of the format: Apache Parquet, zstd compression, through pyarrow.
"""

from __future__ import annotations

import dataclasses
import enum
import itertools
import types
import typing
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from airflownet.columns import arrow_array, plain

if TYPE_CHECKING:
    import pyarrow as pa

Record = TypeVar("Record")

ROWS_TOGETHER = 1_000


@cache
def _fields(record_type: Any) -> tuple[tuple[str, Any], ...]:
    hints = typing.get_type_hints(record_type)
    return tuple((field.name, hints[field.name]) for field in dataclasses.fields(record_type))


@cache
def _optional(record_type: Any) -> frozenset[str]:
    missing = dataclasses.MISSING
    return frozenset(
        field.name
        for field in dataclasses.fields(record_type)
        if field.default is not missing or field.default_factory is not missing
    )


def _arrow_type(hint: Any) -> pa.DataType:
    import pyarrow as pa

    scalars: dict[Any, pa.DataType] = {
        str: pa.string(),
        int: pa.int64(),
        float: pa.float64(),
        bool: pa.bool_(),
    }
    if hint in scalars:
        return scalars[hint]
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return pa.string()
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return pa.struct([pa.field(name, _arrow_type(inner)) for name, inner in _fields(hint)])
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple and arguments and (arguments[-1] is Ellipsis or len(set(arguments)) == 1):
        return pa.list_(_arrow_type(arguments[0]))
    if origin in (typing.Union, types.UnionType) and type(None) in arguments and len(arguments) == 2:
        return _arrow_type(next(argument for argument in arguments if argument is not type(None)))
    raise TypeError(f"no Parquet type for {hint!r}")


@cache
def schema_of(record_type: Any) -> pa.Schema:
    """Returns the Arrow schema of a record class, fields in declared order."""
    import pyarrow as pa

    return pa.schema([pa.field(name, _arrow_type(hint)) for name, hint in _fields(record_type)])


def to_row(value: Any) -> Any:
    """Returns the record as plain dicts, lists and scalars."""
    return plain(value)


def _from_value(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return hint(value)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return from_row(hint, value)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return tuple(_from_value(arguments[0], item) for item in value)
    if origin in (typing.Union, types.UnionType):
        return _from_value(next(a for a in arguments if a is not type(None)), value)
    return value


def from_row(record_type: type[Record], row: dict[str, Any]) -> Record:
    """Returns the record that ``to_row`` was given.

    A field that the row lacks takes its default: rows of an earlier version stay readable.

    Raises:
        KeyError: a field without a default is not in the row.
    """
    key: Any = record_type  # a class is hashable, which mypy does not see through the type variable
    optional = _optional(key)
    return record_type(
        **{
            name: _from_value(hint, row[name])
            for name, hint in _fields(key)
            if name in row or name not in optional
        }
    )


def write_table(path: Path, record_type: type[Record], records: Iterable[Record]) -> int:
    """Writes the records to one Parquet file (zstd) in the given order; returns their number."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    key: Any = record_type
    schema, count = schema_of(key), 0
    temporary = path.with_name(path.name + ".partial")
    with pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
        left = iter(records)
        while chunk := list(itertools.islice(left, ROWS_TOGETHER)):
            columns = [arrow_array([getattr(row, f.name) for row in chunk], f.type) for f in schema]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
            count += len(chunk)
    temporary.replace(path)
    return count


def read_table(path: Path, record_type: type[Record]) -> Iterator[Record]:
    """Yields the records of one Parquet file in stored order, in bounded memory."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=1000):
            for row in batch.to_pylist():
                yield from_row(record_type, row)
