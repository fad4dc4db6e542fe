"""The code that a sample's answer stands for: the answer itself, or the file that its plan is rendered to."""

from __future__ import annotations

from functools import lru_cache

from airflownet.plans.model import PlanError
from airflownet.plans.plan_text import from_text
from airflownet.plans.rendering.render import render
from airflownet.records import Sample


def code_of(sample: Sample) -> str:
    """Returns the code; of a plan that cannot be rendered its text, so that it is compared all the same."""
    answer = sample.messages[-1].content
    if sample.kind != "plan":
        return answer
    return _rendered(answer, sample.airflow or "3.3")


@lru_cache(maxsize=4096)
def _rendered(answer: str, airflow: str) -> str:
    try:
        return render(from_text(answer), airflow)
    except PlanError:
        return answer
