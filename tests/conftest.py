"""Airflow's environment for the whole session, set before anything imports Airflow."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

_home = tempfile.mkdtemp(prefix="airflownet-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ.update(
    AIRFLOW_HOME=_home,
    AIRFLOW__CORE__DAGS_FOLDER=str(ROOT / "dags"),
    AIRFLOW__CORE__PLUGINS_FOLDER=str(ROOT / "plugins"),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__UNIT_TEST_MODE="False",
    AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING",
    PYTHONPATH=os.pathsep.join(str(ROOT / name) for name in ("include", "plugins")),
)
os.environ.pop("AIRFLOWNET_ARTIFACTS", None)
for name in ("include", "plugins", "dags", "tests"):
    if str(ROOT / name) not in sys.path:
        sys.path.insert(0, str(ROOT / name))


@pytest.fixture(scope="session")
def airflow_db() -> None:
    """A migrated SQLite database in a temporary home; every Airflow test shares it."""
    from airflow.utils.db import initdb

    initdb()


@pytest.fixture
def separate_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    monkeypatch.setenv("AIRFLOWNET_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"
