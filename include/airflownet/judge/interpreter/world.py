"""What the walk asks about what lies outside the file: modules, their names, and what is built there."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Protocol

from airflownet.judge.interpreter.values import ApiInstance

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


class World(Protocol):
    """What exists outside the file on one Airflow line."""

    line: str
    """The Airflow line, for example ``3.3``."""
    is_environment: bool
    """Whether it is known of every module whether it is installed."""

    def builtin(self, name: str) -> Any:
        """Returns the builtin of that name, None when there is none."""

    def is_known_top(self, top: str) -> bool:
        """Whether a top-level module is Python's or Airflow's own, whatever lies beside the file."""

    def is_installed(self, name: str) -> bool:
        """Whether Airflow or a provider installs that module."""

    def hides(self, top: str) -> bool:
        """Whether what is certainly installed hides a package of the project's of that name."""

    def is_loaded(self, path: str, imports: AbstractSet[str]) -> bool:
        """Whether a module is there as an attribute of its package after these imports."""

    def is_known_module(self, name: str) -> bool:
        """Whether Airflow or an official provider has a module of that name."""

    def find_module(self, interpreter: Interpreter, name: str) -> Any:
        """Returns the module, or raises ModuleNotFoundError when it certainly does not exist."""

    def attribute(self, module: str, name: str) -> Any:
        """Returns what ``module.name`` is, None when it certainly does not exist."""

    def exports(self, module: str) -> tuple[str, ...] | None:
        """Returns what ``from module import *`` binds, None when it cannot be known."""

    def instance_member(self, value: ApiInstance, name: str) -> Any:
        """Returns ``value.name`` for an object of Airflow or a library."""

    def closed_class(self, value: ApiInstance) -> str:
        """Returns the class of an object that is neither called nor subscripted, empty for others."""


class Host(Protocol):
    """The program that the file configures: it holds what the file builds."""

    def release(self) -> None:
        """Lets go of what its objects know of each other."""

    def loop_is_open(self) -> None:
        """Notes that the number of rounds of a loop is not known."""
