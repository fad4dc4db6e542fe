"""What the catalogue answers with: modules, classes, functions, signatures and resolutions.

Everything here is plain data read from the text of the published wheels; nothing was imported. All
objects are immutable and safe to keep. Dotted paths are final ones: where the thing is defined.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from airflownet.judge.catalogue.members import Attribute, ClassInfo, Deprecation, FunctionInfo, Kind

__all__ = [
    "Attribute",
    "ClassInfo",
    "Deprecation",
    "FunctionInfo",
    "Kind",
    "Module",
    "Package",
    "Resolution",
    "TaskDecorator",
]


@dataclass(frozen=True, slots=True)
class Module:
    """One importable module of Airflow or an official provider."""

    path: str
    is_package: bool
    names: tuple[str, ...]
    """Every name that ``from module import name`` finds, submodules and lazy names included, sorted."""
    submodules: tuple[str, ...]
    """Last parts of the submodules' paths, sorted."""
    exports: tuple[str, ...]
    """What ``from module import *`` binds, sorted."""
    distribution: str
    """For example ``apache-airflow-providers-amazon``."""
    has_dynamic_names: bool = False
    """True when a ``__getattr__`` that could not be read may offer more names."""
    import_error: str = ""
    """Why importing the module raises on this line although the file is there; empty when it imports."""
    deprecation: str = ""
    """Text of the warning that importing the module gives, empty when it gives none."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What ``module.name`` stands for on one Airflow line."""

    kind: Kind
    path: str
    """Where the thing is defined; for ``MISSING`` the path that was asked for or that broke."""
    target: object = None
    """``Module``, ``ClassInfo``, ``FunctionInfo`` or ``Attribute`` by ``kind``; None for the others."""
    instance_of: str = ""
    """For ``VARIABLE``: dotted path of the class it is an instance of, when known."""
    deprecated: Deprecation | None = None
    reason: str = ""
    """For ``MISSING``: why, when there is more to say than that it is not there."""

    def __bool__(self) -> bool:
        """Returns False for ``MISSING``."""
        return self.kind is not Kind.MISSING


@dataclass(frozen=True, slots=True)
class TaskDecorator:
    """One ``@task.<name>``."""

    name: str
    path: str
    """The decorator function, from the provider's ``task-decorators`` or core's collection."""
    operator: str
    """Path of the operator class behind it, empty when it could not be read."""
    distribution: str
    """The distribution that offers it, for example ``apache-airflow-providers-docker``."""


@dataclass(frozen=True, slots=True)
class Package:
    """One third-party or official distribution and the top-level modules it brings."""

    distribution: str
    modules: tuple[str, ...]
    required_by: tuple[str, ...] = field(default=())
    """Official distributions that install it; those that do so only with an extra end in ``[extra]``."""
    installed: bool = True
    """False for what only an extra installs."""
