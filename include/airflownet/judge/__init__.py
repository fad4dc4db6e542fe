"""The judge: would the stated Airflow version load this DAG file, and what is wrong with it.

>>> from airflownet.judge import judge
>>> judge("from airflow.sdk import dag", airflow="3.3").outcome
<Outcome.FAILS: 'fails'>
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflownet.judge.verdict import judge, judge_code

__all__ = ["judge", "judge_code"]


def __getattr__(name: str) -> object:
    # Lazy: parts of the judge are imported on their own, and the verdict imports all of them.
    if name in __all__:
        from airflownet.judge import verdict

        return getattr(verdict, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
