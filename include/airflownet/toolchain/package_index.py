"""The package index that pip is configured to use, opened with the same address, proxy and certificate.

Nothing in this project knows an index's address: with no configuration it is the pypi-simple library's
own default. Configuration is read as pip reads it: ``PIP_INDEX_URL``, else ``pip config``
(https://pip.pypa.io/en/stable/topics/configuration/).
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from pypi_simple import PyPISimple

PIP_CONFIG_TIMEOUT_S = 30


def configured(option: str) -> str | None:
    """Returns the value of one pip option (``index-url``, ``cert``) or None.

    The environment variable wins over the configuration files, and the ``install`` section over the
    ``global`` one, as in pip.
    """
    value = os.environ.get("PIP_" + option.upper().replace("-", "_"))
    if value:
        return value
    in_files = _options_in_files(os.environ.get("PIP_CONFIG_FILE"))
    return in_files.get(f"install.{option}") or in_files.get(f"global.{option}")


@functools.cache
def _options_in_files(config_file: str | None) -> dict[str, str]:  # noqa: ARG001
    """Asks pip once; PIP_CONFIG_FILE is part of the answer's key because pip reads it."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=PIP_CONFIG_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    found = (re.fullmatch(r"([\w.-]+)='(.*)'", line.strip()) for line in answer.stdout.splitlines())
    return {match[1]: match[2] for match in found if match}


@contextmanager
def open_index() -> Iterator[PyPISimple]:
    """Yields a client of the configured index; the caller's requests share one connection pool."""
    session = requests.Session()
    if certificate := configured("cert"):
        session.verify = certificate
    address = configured("index-url")
    client = (
        PyPISimple(endpoint=_with_slash(address), session=session) if address else PyPISimple(session=session)
    )
    with client:
        yield client


def _with_slash(address: str) -> str:
    return address if address.endswith("/") else address + "/"
