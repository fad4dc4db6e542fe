"""Python's builtin functions on abstract values."""

from __future__ import annotations

from typing import Final

from airflownet.judge.libraries.builtins.containers import CONTAINER_BUILTINS
from airflownet.judge.libraries.builtins.iterators import ITERATOR_BUILTINS
from airflownet.judge.libraries.builtins.objects import OBJECT_BUILTINS
from airflownet.judge.libraries.builtins.scalars import SCALAR_BUILTINS
from airflownet.judge.libraries.builtins.table import Call

BUILTIN_CALLS: Final[dict[str, Call]] = {
    **CONTAINER_BUILTINS,
    **ITERATOR_BUILTINS,
    **SCALAR_BUILTINS,
    **OBJECT_BUILTINS,
}
"""By the builtin's name."""
