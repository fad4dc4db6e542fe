"""What the report says in words, the same as text and as a page."""

from __future__ import annotations

from airflownet.judge.migration.file_migration import FileMigration, Mends, Migration, State
from airflownet.judge.migration.order_of_work import Cause

RUFF_COMMAND = "ruff check --select AIR3 --preview --fix --unsafe-fixes"
MIGRATE_COMMAND = "airflownet generate --migrate FILE --airflow {}"
BY = {Mends.RUFF: "ruff", Mends.MIGRATE: "generate --migrate", Mends.HAND: "by hand"}
MEANING = {
    State.BREAKS: "break on {new}",
    State.FAILS_ALREADY: "fail already on {old}",
    State.UNKNOWN: "cannot be known for {new}",
    State.DEPRECATED: "load, with what {new} calls deprecated",
    State.READY: "ready for {new}",
}


def n_files(number: int) -> str:
    """Returns ``1 file``, ``2 files``."""
    return f"{number} file{'s' if number != 1 else ''}"


def state_line(file: FileMigration, migration: Migration) -> str:
    """Returns where a file stands, and who mends it."""
    said = {
        State.BREAKS: f"breaks on Airflow {migration.new}",
        State.FAILS_ALREADY: f"fails on {migration.old} already",
        State.UNKNOWN: f"unknown on Airflow {migration.new}",
        State.DEPRECATED: f"loads on Airflow {migration.new}",
        State.READY: f"ready for Airflow {migration.new}",
    }[file.state]
    if file.mends is Mends.HAND and file.state is State.FAILS_ALREADY:
        return said
    if file.mends is Mends.HAND:
        said += "; needs a person or a model"
    elif file.mends is not None:
        said += f"; {BY[file.mends]} makes it load"
        if file.changed_modules:
            said += f", with {', '.join(file.changed_modules)} mended as well"
    return said


def who_mends(cause: Cause) -> str:
    """Returns who takes a cause away; the number of files where it is not the same in all."""
    if len(cause.mends) == 1 and cause.mends[0][1] == len(cause.files):
        return BY[cause.mends[0][0]]
    return ", ".join(f"{BY[who]} in {number}" for who, number in cause.mends)


def mended_lines(migration: Migration) -> list[str]:
    """Returns what mends itself of the files that break, a sentence each; why it is not known otherwise."""
    breaks = migration.of(State.BREAKS)
    if not breaks:
        return []
    if migration.not_tried:
        return [f"What mends itself was not tried: {migration.not_tried}."]
    by_ruff, by_both = migration.n_mended(Mends.RUFF), migration.n_mended(Mends.MIGRATE)
    total = n_files(len(breaks))
    command = MIGRATE_COMMAND.format(migration.new)
    return [
        f"ruff alone makes {by_ruff} of {total} load: {RUFF_COMMAND}",
        f"`{command}` makes {by_both} more load, without a model",
        f"{migration.n_mended(Mends.HAND)} need a person or a model",
    ]
