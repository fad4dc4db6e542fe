"""Verdicts for machines: JSON, SARIF 2.1.0 and GitHub annotations.

SARIF: OASIS standard "Static Analysis Results Interchange Format", version 2.1.0. Annotations: GitHub's
"Workflow commands", ``::error file=...,line=...::message``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from airflownet import __version__
from airflownet.judge.rules.registry import ViolationInModule, all_rules
from airflownet.records import Outcome, Severity, Verdict, Violation

_LEVELS = {
    Severity.LOAD: "error",
    Severity.SERIALIZE: "error",
    Severity.RUN: "error",
    Severity.DEPRECATED: "warning",
    Severity.PRACTICE: "note",
}


def verdict_object(verdict: Verdict) -> dict[str, Any]:
    """Returns the verdict with exactly the fields the command line promises.

    ``assumptions`` (what the outcome takes to be there), ``causes`` (why it is unknown) and ``uses`` (modules
    and files of the project) only where there are some.
    """
    return {
        "id": verdict.id,
        "airflow": verdict.airflow,
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "dags": [
            {"dag_id": dag.dag_id, "tasks": list(dag.tasks), "edges": [list(edge) for edge in dag.edges]}
            for dag in verdict.dags
        ],
        "violations": [
            {
                "code": violation.code,
                "rule": violation.rule,
                "severity": violation.severity.value,
                "message": violation.message,
                "line": violation.line,
                "column": violation.column,
                **_module_of(violation),
            }
            for violation in verdict.violations
        ],
        **{
            name: [{"kind": one.kind, "subject": one.subject, "reason": one.reason} for one in conditions]
            for name, conditions in (("assumptions", verdict.assumptions), ("causes", verdict.causes))
            if conditions
        },
        **({"uses": list(verdict.uses)} if verdict.uses else {}),
    }


def _module_of(violation: Violation) -> dict[str, Any]:
    """Where a violation is that is in a module which the file imports; nothing for others."""
    if not isinstance(violation, ViolationInModule):
        return {}
    place = {
        "path": violation.shown_path(),
        "line": violation.module_line,
        "column": violation.module_column,
    }
    return {"module": place}


def sarif_object(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Returns a SARIF log; each verdict's id is taken as the file's path.

    Why an outcome is unknown is a notification of the run.
    """
    rules = [
        {
            "id": rule.code,
            "name": rule.name,
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": f"{rule.doc.what} {rule.doc.why}"},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        }
        for rule in all_rules()
    ]
    results = [
        {
            "ruleId": violation.code,
            "level": _LEVELS[violation.severity],
            "message": {"text": violation.message},
            **_locations(verdict.id, violation),
        }
        for verdict in verdicts
        for violation in verdict.violations
    ]
    notes = [
        {"level": "warning", "message": {"text": v.reason}, "locations": [_location(v.id, 1, 1)]}
        for v in verdicts
        if v.outcome is Outcome.UNKNOWN
    ]
    driver = {"name": "airflownet", "version": __version__, "rules": rules}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }


def _locations(path: str, violation: Violation) -> dict[str, Any]:
    """Returns where it is; for a module of the project also where the file leads there."""
    own = _location(path, violation.line, violation.column)
    if not isinstance(violation, ViolationInModule):
        return {"locations": [own]}
    place = _location(violation.shown_path(), violation.module_line, violation.module_column)
    return {"locations": [place], "relatedLocations": [own]}


def _location(path: str, line: int, column: int) -> dict[str, Any]:
    region = {"startLine": max(line, 1), "startColumn": max(column, 1)}
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(path)}, "region": region}}


def _uri(path: str) -> str:
    """Returns a path as a URI reference; a relative one stays relative to where the judge was run."""
    return Path(path).as_uri() if Path(path).is_absolute() else quote(path.replace("\\", "/"))


def github_lines(verdict: Verdict) -> Iterator[str]:
    """Yields one annotation for each violation, and one for an unknown outcome."""
    for violation in verdict.violations:
        level = {"note": "notice"}.get(_LEVELS[violation.severity], _LEVELS[violation.severity])
        title = _property(f"{violation.code} {violation.rule}")
        places = [(verdict.id, violation.line, violation.column)]
        if isinstance(violation, ViolationInModule):
            places.append((violation.shown_path(), violation.module_line, violation.module_column))
        for path, line, column in places:
            place = f"file={_property(path)},line={max(line, 1)}" + (f",col={column}" if column else "")
            yield f"::{level} {place},title={title}::{_data(violation.message)}"
    if verdict.outcome is Outcome.UNKNOWN:
        yield f"::warning file={_property(verdict.id)},line=1,title=unknown::{_data(verdict.reason)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
