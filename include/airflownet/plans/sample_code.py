"""The code that a sample's answer stands for: the answer itself, or the file that its plan is rendered to."""

from __future__ import annotations

from functools import lru_cache

from airflownet.plans.reconciling.reconcile import reconcile
from airflownet.records import Sample


def code_of(sample: Sample) -> str:
    """Returns the code; of a plan that cannot be rendered its text, so that it is compared all the same."""
    answer = sample.messages[-1].content
    if sample.kind != "plan":
        return answer
    return rendered(answer, sample.airflow or "3.3")


@lru_cache(maxsize=4096)
def rendered(answer: str, airflow: str) -> str:
    """Returns the file of a plan's text; what must be given and is not is a constant to be filled in."""
    return reconcile(answer, airflow).code or answer
