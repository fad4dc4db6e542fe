"""How a walk ends early: an exception of the file, or the end of the interpreter's patience."""

from __future__ import annotations

from typing import Any

from airflownet.judge.interpreter.failures import ModulePlace


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
