"""The folders whose code a stage depends on when it loads or judges files, for ``run_stage(code=...)``."""

from __future__ import annotations

from typing import Final

LOADING: Final = (
    "judge/interpreter",
    "judge/libraries",
    "judge/airflow",
    "judge/loader",
    "judge/catalogue",
    "judge/project",
)
"""What ``load_source`` is made of."""
JUDGING: Final = (*LOADING, "judge/rules")
"""What ``judge_code`` is made of."""
