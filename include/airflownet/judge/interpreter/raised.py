"""How the import of a file ends, or the walk through it: by an exception, or at a limit of the walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


class ModulePlace(NamedTuple):
    """A place in a module of the project that the file imports."""

    path: str
    shown: str
    """The path below its root, for example ``common/helpers.py``."""
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that ends the import of the file, or of one DAG in it."""

    kind: str
    """What rules look for: ``unknown-module``, ``undefined-name``, ``cycle`` ..."""
    exception: str
    """Exception class Airflow would show, for example ``ModuleNotFoundError``."""
    message: str
    subject: str = ""
    """The module, name, argument, task id ... it is about."""
    line: int = 0
    column: int = 0
    module: ModulePlace | None = None
    """Where it is, when not in the file itself: ``line`` is then the one of the file that leads there."""


class Raised(Exception):  # noqa: N818 - it stands for an exception of the file, it is no error of ours
    """The file would raise here.

    Attributes:
        exception: name of the exception class, for example ``NameError``.
        message: what Python or Airflow would say.
        kind: which rule tells it, for example ``undefined-name``.
        subject: the module, name, argument or task id it is about.
        value: the exception object where the file itself raised it.
        uncertain: True when it depends on something outside the file: a package that may be installed,
            an environment variable, a connection.
        python_error: the exception where Python itself raised it.
        line, column: 1-based, in the file itself; 0 until the interpreter fills them in.
        module: where in a module of the project it is; None in the file itself.
    """

    def __init__(
        self,
        exception: str,
        message: str,
        kind: str = "exception",
        subject: str = "",
        value: Any = None,
        *,
        uncertain: bool = False,
    ) -> None:
        super().__init__(message)
        self.exception = exception
        self.message = message
        self.kind = kind
        self.subject = subject
        self.value = value
        self.uncertain = uncertain
        self.python_error: Exception | None = None
        self.line = 0
        self.column = 0
        self.module: ModulePlace | None = None


class EnoughYielded(Exception):  # noqa: N818 - nothing is wrong: a generator may never end
    """A generator function has yielded as many items as are taken of one.

    Attributes:
        scope: the namespace of the function.
    """

    def __init__(self, scope: Any) -> None:
        super().__init__()
        self.scope = scope


class Exhausted(Exception):  # noqa: N818 - a limit was reached, nothing is wrong
    """The walk took more steps, depth or memory than the limits allow."""
