"""Work for processes of a pool: a module that they can import by name, whatever was collected before."""

from __future__ import annotations

import os
import signal
import time


def negative(item: int) -> int:
    return -item


def process_id(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def killed_at(item: int) -> int:
    if item == 100:
        os.kill(os.getpid(), signal.SIGKILL)
    return item
