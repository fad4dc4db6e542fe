"""The modelled functions of Python and of libraries: one table, by dotted path.

To model a function of a library, write a file here that is named after the module, and in it::

    @models("csv.reader")
    def rows(interpreter: Interpreter, args: list[Any], kwargs: dict[str, Any]) -> Any:
        ...

``args`` and ``kwargs`` are abstract values (``interpreter/values.py``). The answer is one too: ``UNKNOWN``
wherever it is not sure, ``MISSING`` to leave the call to what the catalogue knows of its signature. What
Python would raise is raised as ``Raised``. Nothing else has to be told: every file here is imported.

A function without effects that is really called on known values is one word in ``pure_functions.py``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from airflownet.judge.interpreter.lazy import TAKES_LAZY
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter

Model = Callable[..., Any]
"""Called with the walk, the positional and the named arguments."""

MODELS: Final[dict[str, Model]] = {}
"""Dotted path, for builtins the name alone -> what a call gives."""
TAKES_OPEN: Final[set[str]] = set()
"""Paths of models that are told, by ``is_open``, that a ``**`` of unknown content was passed too."""


def models(*paths: str, takes_open: bool = False, takes_lazy: bool = False) -> Callable[[Model], Model]:
    """Enters what calling the functions of these paths gives.

    Args:
        paths: dotted paths, for builtins the name alone.
        takes_open: whether the model is told that a ``**`` of unknown content was passed too.
        takes_lazy: whether it takes iterators as they are (``interpreter/lazy.py``), not the items they make.

    Raises:
        ValueError: one of them is modelled already.
    """

    def register(model: Model) -> Model:
        register_all(dict.fromkeys(paths, model))
        if takes_open:
            TAKES_OPEN.update(paths)
        if takes_lazy:
            TAKES_LAZY.update(paths)
        return model

    return register


def register_all(table: Mapping[str, Model]) -> None:
    """Enters several at once.

    Raises:
        ValueError: one of them is modelled already.
    """
    if taken := sorted(MODELS.keys() & table.keys()):
        raise ValueError(f"{taken[0]} is modelled twice")
    MODELS.update(table)


def modelled(
    interpreter: Interpreter, path: str, args: list[Any], kwargs: dict[str, Any], *, is_open: bool
) -> Any:
    """Returns what calling a function of a library gives, ``MISSING`` where it is not modelled."""
    model = MODELS.get(path)
    if model is None:
        return MISSING
    if path in TAKES_OPEN:
        return model(interpreter, args, kwargs, is_open=is_open)
    return model(interpreter, args, kwargs)


def import_models() -> None:
    """Imports every file of this storey, each of which enters what it models."""
    folder = Path(__file__).parent
    package = __name__.rpartition(".")[0]
    for module in pkgutil.walk_packages([str(folder)], f"{package}."):
        importlib.import_module(module.name)


def need(args: list[Any], name: str, minimum: int = 1) -> None:
    """Raises Python's error for fewer arguments than the minimum."""
    if len(args) < minimum:
        raise Raised(
            "TypeError",
            f"{name} expected at least {minimum} argument, got {len(args)}",
            "missing-argument",
            name,
        )
