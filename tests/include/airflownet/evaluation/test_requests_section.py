from __future__ import annotations

import json
from pathlib import Path

from airflownet.evaluation.requests_section import read_requests_section

WRITTEN = {
    "instructions": 2,
    "dropped": {},
    "views": [
        {
            "writer": "describer",
            "view": "data_processing",
            "n": 2,
            "median_words": 12.5,
            "max_words": 20,
            "round_trip": 0.75,
            "unscored": 0,
        }
    ],
    "first_verbs": {"build": 2},
    "duplicate_texts": 0,
    "round_trip_method": "stated",
    "cost": {},
}


def test_stages_that_did_not_run_give_no_table(tmp_path: Path) -> None:
    assert read_requests_section({}) == ()
    assert read_requests_section({"instructions": tmp_path, "magpie": tmp_path}) == ()


def test_the_instructions_are_told_by_view(tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text(json.dumps(WRITTEN))
    first, verbs = read_requests_section({"instructions": tmp_path})
    assert first.rows == (("describer", "data processing", "2", "12.5", "20", "0.750", "0"),)
    assert verbs.rows == (("build", "2"),)
    assert all(len(row) == len(table.header) for table in (first, verbs) for row in table.rows)
