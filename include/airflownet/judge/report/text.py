"""The judge's answer for people: code frames, colours, a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console

from airflownet.judge.report.causes import best_remedy, by_cause, short_reason
from airflownet.judge.report.terminal_markup import escape
from airflownet.judge.rules.registry import ViolationInModule
from airflownet.records import Condition, Outcome, Severity, Verdict, Violation
from airflownet.terminal_text import printable

_OUTCOME_STYLES = {Outcome.LOADS: "bold green", Outcome.FAILS: "bold red", Outcome.UNKNOWN: "bold yellow"}
_SEVERITY_STYLES = {
    Severity.LOAD: "red",
    Severity.SERIALIZE: "magenta",
    Severity.RUN: "magenta",
    Severity.DEPRECATED: "yellow",
    Severity.PRACTICE: "cyan",
}
_MAX_LINE = 160
_TAB_WIDTH = 4


def print_verdict(console: Console, path: str, code: str, verdict: Verdict) -> None:
    """Prints one file's verdict, each violation with the line it is about."""
    style = _OUTCOME_STYLES[verdict.outcome]
    n_tasks = sum(len(dag.tasks) for dag in verdict.dags)
    detail = ""
    if verdict.outcome is Outcome.LOADS:
        n_dags = len(verdict.dags)
        dags = "1 DAG" if n_dags == 1 else f"{n_dags} DAGs"
        detail = f"{dags}, {n_tasks} task{'s' if n_tasks != 1 else ''}"
        if verdict.assumptions:
            detail += f"; provided that {_provided(verdict.assumptions)}"
    elif verdict.outcome is Outcome.UNKNOWN:
        detail = short_reason(verdict)
    elif not verdict.violations:
        detail = verdict.reason
    console.print(
        f"[bold]{escape(path)}[/]  [{style}]{verdict.outcome}[/] on Airflow {escape(verdict.airflow)}"
        + (f"  [dim]{escape(detail)}[/]" if detail else ""),
        highlight=False,
    )
    lines = code.splitlines()
    for violation in verdict.violations:
        _print_violation(console, path, lines, violation)
    if verdict.violations:
        console.print()


_PROVIDED = {
    "package": "{} imports",
    "variable": "Variable {} is there",
    "connection": "connection {} is there",
    "environment": "{} is set",
    "path": "{} is on sys.path",
    "dag": "{}() builds a DAG",
}
_MOST_SHOWN = 4


def _provided(assumptions: Sequence[Condition]) -> str:
    shown = [_PROVIDED.get(one.kind, "{}").format(one.subject) for one in assumptions]
    more = f" and {len(shown) - _MOST_SHOWN} more" if len(shown) > _MOST_SHOWN else ""
    return ", ".join(shown[:_MOST_SHOWN]) + more


def _print_violation(console: Console, path: str, lines: list[str], violation: Violation) -> None:
    style = _SEVERITY_STYLES[violation.severity]
    line_number, column = violation.line, violation.column
    place = f"{path}:{line_number}:{column}" if line_number else path
    if isinstance(violation, ViolationInModule):
        line_number, column = violation.module_line, violation.module_column
        place = f"{violation.shown_path()}:{line_number}:{column}"
        lines = _lines_of(violation.module_path)
    console.print(
        f"  [{style}]{violation.code} {violation.rule}[/] {escape(violation.message)}"
        f"  [dim]{escape(place)}[/]",
        highlight=False,
    )
    if 0 < line_number <= len(lines):
        line = printable(lines[line_number - 1].rstrip()[:_MAX_LINE])
        text, number = line.expandtabs(_TAB_WIDTH), str(line_number)
        console.print(f"    [dim]{number} |[/] {escape(text)}", highlight=False)
        if column and column <= len(line) + 1:
            before = line[: column - 1].expandtabs(_TAB_WIDTH)
            indent = " " * (len(number) + 3 + cell_len(before))
            console.print(f"    {indent}[{style}]^[/]", highlight=False)


def _lines_of(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8", "replace").splitlines()
    except OSError:
        return []


def print_summary(console: Console, verdicts: Iterable[Verdict]) -> None:
    """Prints the counts by outcome, the most frequent codes, and what is unknown by cause.

    The last line is the one thing that would settle most.
    """
    verdicts = list(verdicts)
    outcomes: Counter[str] = Counter()
    codes: Counter[tuple[str, str]] = Counter()
    for verdict in verdicts:
        outcomes[verdict.outcome.value] += 1
        codes.update({(violation.code, violation.rule) for violation in verdict.violations})
    total = sum(outcomes.values())
    counts = ", ".join(f"{outcomes[name]} {name}" for name in ("loads", "fails", "unknown") if outcomes[name])
    console.print(f"[bold]{total} file{'s' if total != 1 else ''}:[/] {counts}", highlight=False)
    for (code, rule), count in codes.most_common(8):
        console.print(f"  {code} {rule}: {count}", highlight=False)
    if codes:
        console.print("  [dim]airflownet judge --explain CODE tells more of a rule[/]", highlight=False)
    _print_causes(console, verdicts)


def _print_causes(console: Console, verdicts: Sequence[Verdict]) -> None:
    causes = by_cause(verdicts)
    if not causes:
        return
    console.print("[bold]Unknown, by cause:[/]", highlight=False)
    for text, n_files in causes[:_MOST_CAUSES]:
        console.print(f"  {_files(n_files)}: {escape(text)}", highlight=False)
    if len(causes) > _MOST_CAUSES:
        console.print(f"  [dim]and {len(causes) - _MOST_CAUSES} more causes[/]", highlight=False)
    remedy = best_remedy(verdicts)
    if remedy is not None:
        n_files = remedy.n_files or remedy.n_touched
        others = "" if remedy.n_files else ", with other causes"
        console.print(
            f"[bold]Would settle most:[/] {_files(n_files)}{others}: {escape(remedy.text)}", highlight=False
        )


_MOST_CAUSES = 10


def _files(n_files: int) -> str:
    return f"{n_files} file{'s' if n_files != 1 else ''}"
