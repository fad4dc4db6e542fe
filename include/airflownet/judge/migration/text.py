"""The way to another line, for people in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from airflownet.judge.migration.file_migration import Fault, FileMigration, Mends, Migration, State
from airflownet.judge.migration.order_of_work import Cause, deprecations, order_of_work
from airflownet.judge.migration.wording import BY, MEANING, mended_lines, n_files, state_line, who_mends
from airflownet.judge.report.terminal_markup import escape
from airflownet.judge.rules.registry import ViolationInModule
from airflownet.records import Violation

_STYLES = {
    State.BREAKS: "bold red",
    State.FAILS_ALREADY: "red",
    State.UNKNOWN: "bold yellow",
    State.DEPRECATED: "yellow",
    State.READY: "bold green",
}
_MOST_CAUSES = 15


def print_migration(console: Console, migration: Migration) -> None:
    """Prints each file that is not ready, then the counts, the order of work and what mends itself."""
    for file in migration.files:
        if file.state is not State.READY:
            _print_file(console, file, migration)
    _say(console, f"[bold]From Airflow {escape(migration.old)} to {escape(migration.new)}[/]")
    _say(console, f"[bold]{n_files(len(migration.files))}:[/]")
    for state in State:
        if files := migration.of(state):
            meaning = MEANING[state].format(old=migration.old, new=migration.new)
            _say(console, f"  [{_STYLES[state]}]{len(files)}[/] {escape(meaning)}")
    _print_causes(
        console, "Order of work, by files that a cause blocks", order_of_work(migration), blocks=True
    )
    _print_causes(console, "Deprecated, by files", deprecations(migration))
    for line in mended_lines(migration):
        _say(console, escape(line))


def _print_file(console: Console, file: FileMigration, migration: Migration) -> None:
    note = f"  [dim]{escape(file.note)}[/]" if file.note else ""
    style = _STYLES[file.state]
    _say(console, f"[bold]{escape(file.id)}[/]  [{style}]{escape(state_line(file, migration))}[/]{note}")
    for fault in file.breaks:
        _print_fault(console, "breaks", "red", file, fault)
    for fault in file.deprecated:
        _print_fault(console, "deprecated", "yellow", file, fault)
    for violation in file.left:
        _say(console, f"  [magenta]left[/] {_said(violation)}")


def _print_fault(console: Console, word: str, style: str, file: FileMigration, fault: Fault) -> None:
    who = f"  [dim]({BY[fault.mends]})[/]" if fault.mends not in (None, Mends.HAND) else ""
    place = place_of(file, fault.violation)
    _say(console, f"  [{style}]{word}[/] {_said(fault.violation)}  [dim]{escape(place)}[/]{who}")


def _said(violation: Violation) -> str:
    return f"{escape(violation.code)} {escape(violation.message)}"


def place_of(file: FileMigration, violation: Violation) -> str:
    """Returns ``path:line`` of a violation: the module's where it is in one."""
    if isinstance(violation, ViolationInModule):
        return f"{violation.shown_path()}:{violation.module_line}"
    return f"{file.id}:{violation.line}" if violation.line else file.id


def _print_causes(console: Console, title: str, causes: Sequence[Cause], *, blocks: bool = False) -> None:
    if not causes:
        return
    _say(console, f"[bold]{title}:[/]")
    for cause in causes[:_MOST_CAUSES]:
        alone = f" ({cause.n_alone} by it alone)" if cause.n_alone and blocks else ""
        where = f" in {cause.module}" if cause.module else ""
        who = f"  [dim]({escape(who_mends(cause))})[/]" if cause.mends else ""
        _say(
            console,
            f"  {n_files(len(cause.files))}{alone}: {escape(f'{cause.code} {cause.message}{where}')}{who}",
        )
    if len(causes) > _MOST_CAUSES:
        _say(console, f"  [dim]and {len(causes) - _MOST_CAUSES} more; all are in --format json and html[/]")


def _say(console: Console, markup: str) -> None:
    console.print(markup, highlight=False, soft_wrap=True)
