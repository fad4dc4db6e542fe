"""On the path of every component of ``make cluster``: each worker is a machine with an address of its own.

All of them are this machine (Linux has 127.0.0.0/8 as loopback), but Airflow's records tell them apart.
"""

from __future__ import annotations

import os


def machine_address() -> str:
    """Returns the component's address; what Airflow asks for logs at."""
    return os.environ["AIRFLOWNET_CLUSTER_ADDRESS"]
