"""Verdicts for machines, with names and messages that need care."""

from __future__ import annotations

from pathlib import Path

import pytest

from airflownet.judge.report.machine_formats import github_lines, sarif_object, verdict_object
from airflownet.judge.rules.registry import ViolationInModule, all_rules
from airflownet.records import Outcome, Severity, Verdict, Violation


def verdict(id: str, outcome: Outcome = Outcome.FAILS, **fields: object) -> Verdict:
    values = {"message": "m", "line": 3, "column": 7, "severity": Severity.LOAD, **fields}
    violation = Violation("AFN201", "undefined-name", **values)  # type: ignore[arg-type]
    return Verdict(id, "3.3", outcome, "why", (), (violation,))


@pytest.mark.parametrize(
    ("one", "line"),
    [
        pytest.param(
            verdict("dags/a.py"),
            "::error file=dags/a.py,line=3,col=7,title=AFN201 undefined-name::m",
            id="plain",
        ),
        pytest.param(
            verdict("a,b:c%.py", message="50%\nof: a, b"),
            "::error file=a%2Cb%3Ac%25.py,line=3,col=7,title=AFN201 undefined-name::50%25%0Aof: a, b",
            id="escaped",
        ),
        pytest.param(
            verdict("a.py", line=0, column=0, severity=Severity.PRACTICE),
            "::notice file=a.py,line=1,title=AFN201 undefined-name::m",
            id="no-line",
        ),
    ],
)
def test_annotation(one: Verdict, line: str) -> None:
    assert list(github_lines(one)) == [line]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("dags/a.py", "dags/a.py"),
        ("a b%,c:.py", "a%20b%25%2Cc%3A.py"),
        ("/tmp/a b.py", "file:///tmp/a%20b.py"),
    ],
)
def test_sarif_paths_are_uri_references(path: str, uri: str) -> None:
    (result,) = sarif_object([verdict(path, line=0)])["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": uri}, "region": {"startLine": 1, "startColumn": 7}}


def test_sarif_tells_the_rules_and_why_an_outcome_is_unknown() -> None:
    (run,) = sarif_object([verdict("a.py"), verdict("b.py", Outcome.UNKNOWN)])["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.code for rule in all_rules()]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"] == {"text": "why"}
    assert note["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "b.py"}


def test_a_violation_in_a_module_is_shown_in_both_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    row = ("AFN201", "undefined-name", Severity.LOAD, "m", 3, 0, str(tmp_path / "lib" / "m.py"), 6, 2)
    one = Verdict("dags/d.py", "3.3", Outcome.FAILS, "why", (), (ViolationInModule(*row),))
    assert [line.rpartition(",title")[0] for line in github_lines(one)] == [
        "::error file=dags/d.py,line=3",
        "::error file=lib/m.py,line=6,col=2",
    ]
    (shown,) = verdict_object(one)["violations"]
    assert (shown["line"], shown["module"]) == (3, {"path": "lib/m.py", "line": 6, "column": 2})
    (result,) = sarif_object([one])["runs"][0]["results"]
    uris = [
        place["physicalLocation"]["artifactLocation"]["uri"]
        for place in (*result["locations"], *result["relatedLocations"])
    ]
    assert uris == ["lib/m.py", "dags/d.py"]
