"""Python's builtin functions on abstract values."""

from __future__ import annotations

from typing import Final

from airflownet.judge.loader.builtin_containers import CONTAINER_BUILTINS
from airflownet.judge.loader.builtin_iterators import ITERATOR_BUILTINS
from airflownet.judge.loader.builtin_objects import OBJECT_BUILTINS
from airflownet.judge.loader.builtin_scalars import SCALAR_BUILTINS
from airflownet.judge.loader.builtin_table import Call

BUILTIN_CALLS: Final[dict[str, Call]] = {
    **CONTAINER_BUILTINS,
    **ITERATOR_BUILTINS,
    **SCALAR_BUILTINS,
    **OBJECT_BUILTINS,
}
"""By the builtin's name."""
