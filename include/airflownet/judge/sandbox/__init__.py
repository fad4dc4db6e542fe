"""The import judge: the same question put to a real Airflow, in a process that can do no harm."""

from __future__ import annotations

from airflownet.judge.sandbox.import_judge import ImportJudge, SandboxLimits

__all__ = ["ImportJudge", "SandboxLimits"]
