"""The static loader: what Airflow would hold after importing a file, without running it."""

from __future__ import annotations

from airflownet.judge.loader.load import load_source
from airflownet.judge.loader.model import (
    UNKNOWN,
    DagModel,
    Failure,
    LoadedFile,
    Symbol,
    TaskModel,
    Unknown,
)

__all__ = ["UNKNOWN", "DagModel", "Failure", "LoadedFile", "Symbol", "TaskModel", "Unknown", "load_source"]
