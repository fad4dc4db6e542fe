from __future__ import annotations

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


def test_equal_requests_are_told_and_not_refused():
    report = leakage_report([*CLEAN, sample("x", "test", dag_code(60), request="ask 0")], 0.7, 5)
    assert report["n_equal_requests"] == 1
    assert report["clean"]
