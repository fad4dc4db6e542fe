from __future__ import annotations

from dataclasses import replace

import pytest

from airflownet.dataset.leakage import leakage_report
from airflownet.records import Message, Sample

from .conftest import dag_code


def sample(
    name: str, split: str, code: str, *, family: str | None = None, request: str | None = None
) -> Sample:
    messages = (
        Message("system", "s"),
        Message("user", request or f"ask {name}"),
        Message("assistant", code),
    )
    return Sample(
        name, family or name, split, "create", messages, name, name, "brief", "demo", "1.0", f"{name}.py",
        "Apache-2.0", "3.3", "loads", (),
    )  # fmt: skip


CLEAN = [sample(f"{n}", split, dag_code(n)) for n, split in enumerate(["train"] * 5 + ["validation", "test"])]


def test_a_clean_split():
    report = leakage_report(CLEAN, 0.7, 5)
    assert report["clean"]
    assert report["n_pairs"] == 5 + 5 + 1
    assert report["max_jaccard"] < 0.7


LEAKS = {
    "equal": (sample("x", "test", dag_code(0)), "n_exact"),
    "equal-in-validation": (sample("x", "validation", dag_code(0)), "n_exact"),
    "reformatted": (sample("x", "test", "# other\n" + dag_code(0).replace('"', "'")), "n_near"),
    "near": (sample("x", "test", dag_code(0) + "later = 1\n"), "n_near"),
    "family-in-two-splits": (sample("x", "test", dag_code(50), family="0"), "n_shared_keys"),
}


@pytest.mark.parametrize(("leak", "counted"), LEAKS.values(), ids=LEAKS)
def test_a_planted_leak_is_found(leak, counted):
    report = leakage_report([*CLEAN, leak], 0.7, 5)
    assert not report["clean"]
    assert report[counted] >= 1


def test_the_worst_pair_comes_first_and_names_both_files():
    report = leakage_report([*CLEAN, sample("x", "test", dag_code(0) + "later = 1\n")], 0.7, 5)
    worst = report["worst"][0]
    assert (worst["splits"], worst["first"], worst["second"]) == (
        "train/test",
        "demo 1.0 0.py",
        "demo 1.0 x.py",
    )
    assert worst["jaccard"] == report["max_jaccard"] > 0.7


REQUESTS = {
    "equal": "Please load the orders of every shop at night and tell the owners when one of them fails.",
    "near": "Please load the orders of every shop at night and tell the owners when any of them fails.",
}


@pytest.mark.parametrize("request_text", REQUESTS.values(), ids=REQUESTS)
def test_a_request_that_is_in_two_splits_is_a_leak(request_text):
    rows = [sample("p", "train", dag_code(61), request=REQUESTS["equal"]),
            sample("x", "test", dag_code(60), request=request_text)]  # fmt: skip
    report = leakage_report([*CLEAN, *rows], 0.7, 5)
    assert not report["clean"]
    assert report["n_near"] == report["n_exact"] == 0
    assert report["instructions"]["n_near"] == 1
    assert report["instructions"]["worst"][0]["jaccard"] >= 0.7


def test_code_inside_a_request_is_compared_too():
    broken = f"Fix it:\n\n```python\n{dag_code(0)}```\n"
    row = replace(sample("x", "test", dag_code(60), request=broken), kind="repair")
    report = leakage_report([*CLEAN, row], 0.7, 5)
    assert report["n_near"] >= 1
    assert report["worst"][0]["second"].startswith("request of ")


def test_prose_answers_are_not_compared_as_code():
    row = replace(sample("x", "test", dag_code(60), request=f"```python\n{dag_code(61)}```"), kind="explain")
    other = replace(row, id="y", split="train", dag_file_id="y", path="y.py", family_id="y",
                    messages=(*CLEAN[0].messages[:2], row.messages[2]))  # fmt: skip
    assert leakage_report([*CLEAN, row, other], 0.7, 5)["n_exact"] == 0
