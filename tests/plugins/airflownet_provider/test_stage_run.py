"""Where a task finds its inputs: what a task before it made, the form, the event that woke the run."""

from __future__ import annotations

import pytest

from airflownet.recipe import load_recipe
from airflownet_provider.stage_run import StageRun

FORM = {"mining": "/form"}
EVENT = {"mining": "/event"}


@pytest.mark.parametrize(
    ("form", "event", "place"),
    [
        pytest.param({}, {}, "/root/laptop/mining", id="this-run"),
        pytest.param({}, EVENT, "/event", id="the-event"),
        pytest.param(FORM, EVENT, "/form", id="the-form-first"),
        pytest.param({"mining": None}, EVENT, "/event", id="an-empty-field-says-nothing"),
    ],
)
def test_where_an_input_is_looked_for(form, event, place):
    run = StageRun(load_recipe("laptop"), "laptop", "/root", form, {}, event)  # type: ignore[typeddict-item]
    assert run.place("mining") == place
    assert run.input("mining", "/made") == "/made"
