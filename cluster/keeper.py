"""Starts again what has ended, as compose's ``restart: unless-stopped`` does.

Scheduler, DAG processor and triggerer end when their database is gone for longer than a moment.
"""

from __future__ import annotations

import os
import sys
import threading
import time

from airflownet.errors import AirflowNetError
from cluster import processes
from cluster.plan import CLONE, Plan
from cluster.running import KEEPER, names_of, start_component

LOOK_EVERY_S = 2.0


def start_keeper(plan: Plan) -> None:
    """Starts the process that keeps the others."""
    environment = {
        "PYTHONPATH": os.pathsep.join([str(CLONE / "include"), str(CLONE)]),
        "AIRFLOWNET_CLUSTER_DIR": plan.folder,
    }
    processes.start(plan, KEEPER, [sys.executable, "-m", "cluster", "keep"], environment)


def keep(plan: Plan, ended: threading.Event | None = None) -> None:
    """Looks after the cluster until the process is ended, or the event is set."""
    ended = ended or threading.Event()
    while not ended.is_set():
        for name in names_of(plan):
            if processes.find(plan, name) is None and not processes.is_held(plan, name):
                _say(f"{name} has ended: started again")
                try:
                    start_component(plan, name)
                except AirflowNetError as error:  # tried again at the next look
                    _say(str(error))
        ended.wait(LOOK_EVERY_S)


def _say(text: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()
