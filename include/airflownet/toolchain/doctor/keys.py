"""Keys of outside services: whether they are set, never what they are."""

from __future__ import annotations

import os
from collections.abc import Iterator

from airflownet.toolchain.doctor.finding import Finding, State

FAMILY = "Keys"
KEYS = {
    "ANTHROPIC_API_KEY": "only instructions and grades by Claude ask for it: export ANTHROPIC_API_KEY=... "
    "(in Airflow: the connection anthropic_default)",
    "GITHUB_TOKEN": "only mining from GitHub asks for it: export GITHUB_TOKEN=...",
}


def find_keys() -> Iterator[Finding]:
    """Yields present or absent for each key."""
    for name, remedy in KEYS.items():
        if os.environ.get(name):
            yield Finding(FAMILY, name, State.PRESENT, "set (not shown)")
        else:
            yield Finding(FAMILY, name, State.OPTIONAL, "not set", remedy)
