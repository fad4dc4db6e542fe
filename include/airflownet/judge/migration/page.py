"""The way to another line, as one page that needs nothing else: no script, no network, all text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources

from airflownet.judge.migration.file_migration import Fault, FileMigration, Migration, State
from airflownet.judge.migration.order_of_work import Cause, deprecations, order_of_work
from airflownet.judge.migration.text import place_of
from airflownet.judge.migration.wording import BY, MEANING, mended_lines, n_files, state_line, who_mends

_NOTHING_FROM_OUTSIDE = "default-src 'none'; style-src 'unsafe-inline'"


def migration_page(migration: Migration) -> str:
    """Returns the page."""
    style = resources.files(__package__).joinpath("page.css").read_text("utf-8")
    title = f"From Airflow {migration.old} to {migration.new}"
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_NOTHING_FROM_OUTSIDE}">',
        f"<title>{escape(title)}</title><style>{style}</style></head><body>",
        f"<h1>{escape(title)}</h1>",
        _counts(migration),
        "".join(f"<p>{escape(line)}</p>" for line in mended_lines(migration)),
        _causes("Order of work", "files blocked", order_of_work(migration), blocks=True),
        _causes("Deprecated", "files", deprecations(migration)),
        "<h2>Files</h2>",
        *(_file(file, migration) for state in State for file in migration.of(state)),
        "</body></html>",
    ]
    return "\n".join(part for part in parts if part)


def _counts(migration: Migration) -> str:
    rows = [
        f'<tr><td class="n {_css(state)}">{len(files)}</td>'
        f"<td>{escape(MEANING[state].format(old=migration.old, new=migration.new))}</td></tr>"
        for state in State
        if (files := migration.of(state))
    ]
    return f"<p>{n_files(len(migration.files))}</p><table>{''.join(rows)}</table>"


def _css(state: State) -> str:
    return state.value.split()[0]


def _causes(title: str, column: str, causes: Sequence[Cause], *, blocks: bool = False) -> str:
    if not causes:
        return ""
    rows = [
        f'<tr><td class="n">{len(cause.files)}</td><td class="n">{(blocks and cause.n_alone) or ""}</td>'
        f"<td><details><summary><code>{escape(cause.code)}</code> {escape(cause.message)}"
        f"{f' in <code>{escape(cause.module)}</code>' if cause.module else ''}</summary>"
        f"{'<br>'.join(escape(name) for name in cause.files)}</details></td>"
        f"<td>{escape(who_mends(cause))}</td></tr>"
        for cause in causes
    ]
    alone = "by it alone" if blocks else ""
    head = f'<th class="n">{column}</th><th class="n">{alone}</th><th>cause</th><th>who mends it</th>'
    return f"<h2>{title}</h2><table><tr>{head}</tr>{''.join(rows)}</table>"


def _file(file: FileMigration, migration: Migration) -> str:
    head = (
        f'<code>{escape(file.id)}</code> <span class="{_css(file.state)}">'
        f"{escape(state_line(file, migration))}</span>"
    )
    if file.note:
        head += f' <span class="soft">{escape(file.note)}</span>'
    if not (file.breaks or file.deprecated or file.left):
        return f"<p>{head}</p>"
    rows = [*_faults("breaks", file, file.breaks), *_faults("deprecated", file, file.deprecated)]
    rows += [
        f'<tr><td class="breaks">left</td><td></td><td><code>{escape(violation.code)}</code> '
        f"{escape(violation.message)}</td><td></td></tr>"
        for violation in file.left
    ]
    return f"<details><summary>{head}</summary><table>{''.join(rows)}</table></details>"


def _faults(word: str, file: FileMigration, faults: Iterable[Fault]) -> list[str]:
    return [
        f'<tr><td class="{word}">{word}</td><td>{escape(place_of(file, fault.violation))}</td>'
        f"<td><code>{escape(fault.violation.code)}</code> {escape(fault.violation.message)}</td>"
        f"<td>{escape(BY[fault.mends]) if fault.mends is not None else ''}</td></tr>"
        for fault in faults
    ]
