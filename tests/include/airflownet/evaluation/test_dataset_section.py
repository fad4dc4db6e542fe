"""The report's section on the dataset, from files as the dataset stage writes them."""

from __future__ import annotations

import json

import pytest

from airflownet.evaluation.dataset_section import read_dataset_section
from airflownet.evaluation.plots.dataset_rows import draw_dataset_content, draw_dataset_lengths

PAIR = {"splits": "train/test", "jaccard": 0.41, "first": "<b>a.py</b>", "second": "b.py"}
LEAKAGE = {
    "threshold": 0.7,
    "worst": [PAIR],
    "instructions": {"n_pairs": 12, "n_exact": 0, "n_near": 0, "max_jaccard": 0.5, "worst": [PAIR]},
    "semantic": {"n_held_out": 3, "median_cosine": 0.6, "max_cosine": 0.9,
                 "worst": [{"cosine": 0.9, "train": "x", "held_out": "y", "split": "test"}]},
    "random_split": {"rule": "90/5/5 over shuffled rows", "n_rows": 700, "n_shuffles": 5, "n_test_rows": 175,
                     "exact_share": 0.8114, "near_share": 0.82, "family_share": 0.83, "threshold": 0.7},
}  # fmt: skip


def test_the_section_tells_what_a_random_split_had_leaked(tmp_path):
    (tmp_path / "leakage.json").write_text(json.dumps(LEAKAGE))
    (tmp_path / "changes.json").write_text(json.dumps({"version": "1.2.0"}))
    section = read_dataset_section(tmp_path)
    assert "81% of the test rows would have their exact answer in train" in section.random_split
    assert section.facts[0].value == "1.2.0"
    assert [(p.measure, p.splits, p.similarity) for p in section.pairs] == [
        ("code", "train/test", 0.41),
        ("requests", "train/test", 0.41),
        ("meaning", "train/test", 0.9),
    ]


@pytest.mark.parametrize("content", [{"clean": True}, [1]], ids=["without-requests", "not-a-mapping"])
def test_an_older_leak_check_gives_no_section(tmp_path, content):
    (tmp_path / "leakage.json").write_text(json.dumps(content))
    assert read_dataset_section(tmp_path) is None
    assert draw_dataset_content(tmp_path, tmp_path) is None


def counts(*names):
    return {name: {"train": 5, "validation": 1, "test": 2} for name in names}


def test_plots_are_drawn_the_same_twice(tmp_path):
    statistics = {
        "operators": counts("@task", "BashOperator", "A" * 60),
        "providers": counts("google"),
        "features": {},
        "airflow_lines": counts("3.3"),
        "licences": counts("Apache-2.0"),
        "kinds": counts("create"),
        "code_lines": {"train": [10, 20, 30], "validation": [15], "test": []},
        "request_words": {"train": [5, 6], "validation": [7], "test": [8]},
    }
    (tmp_path / "statistics.json").write_text(json.dumps(statistics))
    for folder in ("one", "two"):
        content = draw_dataset_content(tmp_path, tmp_path / folder)
        lengths = draw_dataset_lengths(tmp_path, tmp_path / folder)
        assert "operators: @task" in content.alt
        assert "train 20" in lengths.alt
    names = sorted(path.name for path in (tmp_path / "one").glob("*.png"))
    assert len(names) == 4
    assert all((tmp_path / "one" / n).read_bytes() == (tmp_path / "two" / n).read_bytes() for n in names)
