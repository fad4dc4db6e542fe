"""Standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path

from airflownet.errors import InputError


class OutputFile:
    """Where a command writes its lines; ``stream`` is open within the ``with`` block."""

    def __init__(self, output: Path | None) -> None:
        self.output = output
        self.partial = None if output is None else output.with_name(output.name + ".partial")
        self.stream = sys.stdout

    def __enter__(self) -> OutputFile:
        """Opens the file under a temporary name.

        Raises:
            InputError: it cannot be written.
        """
        if self.partial is not None:
            try:
                self.partial.parent.mkdir(parents=True, exist_ok=True)
                self.stream = self.partial.open("w", encoding="utf-8")
            except OSError as error:
                raise InputError(
                    f"{self.output} cannot be written: {error.strerror or error}", "give another --output"
                ) from None
        return self

    def line(self, text: str) -> None:
        """Writes one line."""
        self.stream.write(text + "\n")

    def __exit__(self, kind: object, *_: object) -> None:
        """Gives the file its name when nothing was raised, removes it otherwise."""
        if self.partial is None or self.output is None:
            return
        self.stream.close()
        if kind is None:
            self.partial.replace(self.output)
        else:
            self.partial.unlink(missing_ok=True)
