"""What the data-quality gate measures of the rows."""

from __future__ import annotations

import pytest

from airflownet.dataset.row_statistics import quality_values
from airflownet.funnel import Funnel
from airflownet.records import Message, Sample


def sample(kind: str, request: str) -> Sample:
    told = (Message("system", "s"), Message("user", request), Message("assistant", "x = 1"))
    return Sample(
        f"{kind}-{request}",
        "f",
        "train",
        kind,
        told,
        "d",
        "i",
        "brief",
        "r",
        "1",
        "p",
        "MIT",
        "3.3",
        "loads",
        (),
    )


@pytest.mark.parametrize(
    ("rows", "share"),
    [
        pytest.param([("create", "a"), ("create", "b")], 0.0, id="none-equal"),
        pytest.param([("create", "a"), ("create", "a")], 1.0, id="one-request-for-two-rows-of-a-kind"),
        pytest.param([("create", "a"), ("plan", "a")], 0.0, id="one-dag-as-code-and-as-plan"),
    ],
)
def test_equal_requests_are_those_of_one_kind(rows: list[tuple[str, str]], share: float) -> None:
    samples = [sample(kind, request) for kind, request in rows]
    assert quality_values(samples, [], Funnel())["equal_request_share"] == share
