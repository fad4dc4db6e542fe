"""Progress of long work: a bar on a terminal, a log line every few seconds elsewhere.

``with progress("Downloading", total=12, unit="archives") as bar: bar.advance()``. A listener given to
``listen`` hears every report as well; Airflow tasks use it to keep live progress in the task state store.
"""

from __future__ import annotations

import contextlib
import contextvars
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

log = logging.getLogger(__name__)

SECONDS_BETWEEN_LINES = 5.0


@dataclass(frozen=True, slots=True)
class Report:
    """One state of one piece of work."""

    description: str
    done: float
    total: float | None
    unit: str
    note: str
    elapsed_s: float
    facts: Mapping[str, float] = field(default_factory=dict)
    """Further numbers by name, such as ``tokens_per_s``."""

    def line(self) -> str:
        """Returns the report as one line of text, with the time left when the total is known."""
        text = f"{self.description}: {self.done:,.0f}"
        if self.total:
            text += f"/{self.total:,.0f}"
        text += f" {self.unit}" if self.unit else ""
        if self.total and 0 < self.done < self.total:
            text += f", {self.elapsed_s / self.done * (self.total - self.done):.0f} s left"
        return text + (f" ({self.note})" if self.note else "")


Listener = Callable[[Report], None]
_listener: contextvars.ContextVar[Listener | None] = contextvars.ContextVar("progress_listener", default=None)


@contextlib.contextmanager
def listen(listener: Listener) -> Iterator[None]:
    """Sends every report within the block to the listener too, at most one every few seconds."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


@dataclass
class Bar:
    """Advanced by the work; draws itself."""

    description: str
    total: float | None
    unit: str
    done: float = 0.0
    note: str = ""
    facts: Mapping[str, float] = field(default_factory=dict)
    _draw: Callable[[Report], None] = field(default=lambda _report: None)
    _started: float = field(default_factory=time.monotonic)
    _last_report: float = field(default=0.0)

    def advance(self, count: float = 1.0, note: str | None = None) -> None:
        """Adds to what is done; ``note`` replaces the text at the end."""
        self.update(self.done + count, note)

    def update(self, done: float, note: str | None = None) -> None:
        """Sets what is done."""
        self.done = done
        self.note = self.note if note is None else note
        report = self.report()
        self._draw(report)
        now = time.monotonic()
        if now - self._last_report >= SECONDS_BETWEEN_LINES:
            self._last_report = now
            if (listener := _listener.get()) is not None:
                listener(report)

    def report(self) -> Report:
        """Returns the present state."""
        elapsed_s = time.monotonic() - self._started
        return Report(self.description, self.done, self.total, self.unit, self.note, elapsed_s, self.facts)


class _Display:
    """One drawing for all open bars, of whichever thread: two drawings would overwrite each other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drawing: Progress | None = None
        self._open_bars = 0

    @contextlib.contextmanager
    def bar(self, description: str, total: float | None, unit: str) -> Iterator[Bar]:
        with self._lock:
            drawing = self._drawing = self._drawing or _start_drawing()
            self._open_bars += 1
        task = drawing.add_task(description, total=total, unit=unit, note="")
        bar = Bar(description, total, unit)
        bar._draw = lambda report: drawing.update(task, completed=report.done, note=report.note)
        try:
            yield bar
        finally:
            with self._lock:
                self._open_bars -= 1
                if self._open_bars == 0:
                    drawing.stop()
                    self._drawing = None
                else:
                    drawing.update(task, visible=False)


_display = _Display()


def _start_drawing() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    drawing = Progress(*columns, console=Console(stderr=True))
    drawing.start()
    return drawing


@contextlib.contextmanager
def progress(description: str, total: float | None = None, unit: str = "") -> Iterator[Bar]:
    """Yields a bar for one piece of work; the last state is reported when the block ends."""
    if sys.stderr.isatty():
        with _display.bar(description, total, unit) as bar:
            yield bar
    else:
        last_line = time.monotonic()

        def draw(report: Report) -> None:
            nonlocal last_line
            if time.monotonic() - last_line >= SECONDS_BETWEEN_LINES:
                last_line = time.monotonic()
                log.info("%s", report.line())

        bar = Bar(description, total, unit)
        bar._draw = draw
        yield bar
        report = bar.report()
        log.info("%s in %.1f s", report.line(), report.elapsed_s)
    if (listener := _listener.get()) is not None:
        listener(bar.report())
