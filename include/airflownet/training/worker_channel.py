"""Worker side: JSON lines to the parent, death with the parent, and errors with their kind.

Imports only the standard library and, inside functions, what the training environment holds.
"""

from __future__ import annotations

import json
import logging
import os
import platform
import resource
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

POLL_S = 1.0


class MisconfiguredError(Exception):
    """Settings, data or base model that cannot be trained; carries the remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class Channel:
    """Writes events to the parent; everything else that prints goes to the log."""

    def __init__(self) -> None:
        self._file = os.fdopen(os.dup(1), "w", buffering=1)
        os.dup2(2, 1)
        self._started = time.monotonic()

    def send(self, event: str, value: Any) -> None:
        """Sends one event with its value."""
        self._file.write(json.dumps({"event": event, "value": value}) + "\n")

    def progress(self, step: float, of: float, note: str, **facts: float) -> None:
        """Reports a state of the work; ``facts`` are further numbers, kept until they are given again."""
        event = {"event": "progress", "step": step, "of": of, "note": note, "facts": facts}
        self._file.write(json.dumps(event) + "\n")


def die_with_parent() -> None:
    """Ends this process group when the parent has gone: its end of the pipe at stdin closes.

    The parent's id is watched too, for a pipe that a third process still holds open.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            ready, _, _ = select.select([0], [], [], POLL_S)
            if ready and not os.read(0, 1):
                break
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def peak_memory_bytes() -> int:
    """Returns the largest resident size this process has had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if platform.system() == "Darwin" else peak * 1024


def _kind(error: BaseException) -> str:
    if isinstance(error, MisconfiguredError):
        return "configuration"
    names = {kind.__name__ for kind in type(error).__mro__}
    text = str(error).lower()
    if isinstance(error, MemoryError) or "OutOfMemoryError" in names or "can't allocate memory" in text:
        return "out_of_memory"
    return "crash"


def serve(work: Callable[[dict[str, Any], Channel], dict[str, Any]]) -> None:
    """Runs ``work(spec, channel)`` for the spec file named on the command line and sends its result."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    channel = Channel()
    die_with_parent()
    # Library code may ignore an exception from a handler; the finished checkpoints are all that is kept.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(143))
    try:
        channel.send("result", work(json.loads(Path(sys.argv[1]).read_text()), channel))
    except BaseException as error:
        traceback.print_exc()
        failure = {"kind": _kind(error), "message": f"{type(error).__name__}: {error}".strip()[:2000]}
        if isinstance(error, MisconfiguredError):
            failure |= {"message": str(error), "remedy": error.remedy}
        channel.send("failure", failure)
        sys.exit(1)
