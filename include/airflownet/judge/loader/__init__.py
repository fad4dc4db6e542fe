"""The static loader: what Airflow would hold after importing a file, without running it."""

from __future__ import annotations

from airflownet.judge.interpreter.raised import Failure
from airflownet.judge.interpreter.unknown import UNKNOWN, Unknown
from airflownet.judge.loader.load import load_source
from airflownet.judge.loader.loaded_file import DagModel, LoadedFile, Symbol, TaskModel

__all__ = ["UNKNOWN", "DagModel", "Failure", "LoadedFile", "Symbol", "TaskModel", "Unknown", "load_source"]
