"""Values of one field of many records to one Arrow array, straight into Arrow's buffers.

The array is the one that ``pyarrow.array`` gives of the same values. That function imports pandas where it is
installed, to ask whether it was given some of it: a third of a second and 50 MB in each process that writes a
table. Source of the layout: https://arrow.apache.org/docs/format/Columnar.html
"""

from __future__ import annotations

import array
import dataclasses
import enum
import functools
import itertools
import operator
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def arrow_array(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Returns the values of a field as an array of that type.

    Args:
        values: scalars, enums, records or tuples of them; None where a value is missing.
        kind: string, int64, float64, bool, or list and struct of them, as ``tables.schema_of`` makes them.

    Raises:
        AttributeError, TypeError, OverflowError, pyarrow.ArrowException: a value is not of the type.
    """
    import pyarrow as pa

    if any(map(_is_none, values)):
        if pa.types.is_struct(kind):
            return _structs_with_gaps(values, kind)
        return pa.array([plain(value) for value in values], kind)
    if pa.types.is_string(kind):
        return _strings(values)
    if pa.types.is_int64(kind) or pa.types.is_float64(kind):
        numbers = array.array("q" if pa.types.is_int64(kind) else "d", values)
        return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(numbers)])
    if pa.types.is_boolean(kind) and all(type(value) is bool for value in values):
        return pa.Array.from_buffers(kind, len(values), [None, _bits(values)])
    if pa.types.is_list(kind):
        items = list(itertools.chain.from_iterable(values))
        offsets = pa.Array.from_buffers(pa.int32(), len(values) + 1, [None, _offsets(map(len, values))])
        return pa.ListArray.from_arrays(offsets, arrow_array(items, kind.value_type), type=kind)
    if pa.types.is_struct(kind):
        fields = [kind.field(i) for i in range(kind.num_fields)]
        inner = [arrow_array([getattr(v, field.name) for v in values], field.type) for field in fields]
        return pa.StructArray.from_arrays(inner, fields=fields)
    return pa.array([plain(value) for value in values], kind)


def _structs_with_gaps(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Records of which some are missing: below a gap stands an empty value, which a bit says is none."""
    import pyarrow as pa

    fields = [kind.field(i) for i in range(kind.num_fields)]
    inner = [
        arrow_array([_empty(f.type) if v is None else getattr(v, f.name) for v in values], f.type)
        for f in fields
    ]
    validity = _bits([value is not None for value in values])
    return pa.Array.from_buffers(kind, len(values), [validity], children=inner)


def _empty(kind: pa.DataType) -> Any:
    import pyarrow as pa

    if pa.types.is_string(kind):
        return ""
    return () if pa.types.is_list(kind) else None if pa.types.is_struct(kind) else 0


_is_none = functools.partial(operator.is_, None)


def plain(value: Any) -> Any:
    """Returns a record, an enum or a tuple of them as plain dicts, lists and scalars."""
    kind = type(value)
    if kind is str or kind is int or kind is float or value is None:
        return value
    if dataclasses.is_dataclass(kind):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(kind)}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    return value.value if isinstance(value, enum.Enum) else value


def _strings(values: list[Any]) -> pa.Array:
    import pyarrow as pa

    try:
        encoded = [value.encode() for value in values]  # a StrEnum's encodes its value
    except AttributeError:
        encoded = [plain(value).encode() for value in values]
    content = pa.py_buffer(b"".join(encoded))
    return pa.StringArray.from_buffers(len(values), _offsets(map(len, encoded)), content)


def _bits(values: list[bool]) -> pa.Buffer:
    import pyarrow as pa

    bits = bytearray((len(values) + 7) // 8)
    for i, value in enumerate(values):
        if value:
            bits[i >> 3] |= 1 << (i & 7)
    return pa.py_buffer(bytes(bits))


def _offsets(lengths: Iterable[int]) -> pa.Buffer:
    import pyarrow as pa

    return pa.py_buffer(array.array("i", itertools.accumulate(lengths, initial=0)))
