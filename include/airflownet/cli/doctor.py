"""``airflownet doctor``: what is present and what is missing, with a remedy for each."""

from __future__ import annotations

import dataclasses
import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from airflownet.toolchain.doctor.finding import Finding


class Format(StrEnum):
    """How the findings are written."""

    TEXT = "text"
    JSON = "json"


def doctor(
    output_format: Annotated[
        Format, typer.Option("--format", help="A table, or one JSON object for programs.")
    ] = Format.TEXT,
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave out what asks Airflow's database (pools, connections).")
    ] = False,
) -> None:
    """Tell what is present and what is missing; exit 1 when the demo cannot run yet."""
    from airflownet.toolchain.doctor.examine import examine, is_ready

    findings = examine(quick=quick)
    ready = is_ready(findings)
    if output_format is Format.JSON:
        rows = [dataclasses.asdict(finding) for finding in findings]
        typer.echo(json.dumps({"ready": ready, "findings": rows}, indent=2))
    else:
        _print_table(findings, ready)
    if not ready:
        raise typer.Exit(1)


def _print_table(findings: list[Finding], ready: bool) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    styles = {"present": "green", "missing": "bold red", "optional": "yellow"}
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in ("What", "State", "Found"):
        table.add_column(heading, overflow="fold")
    family = None
    for finding in findings:
        if finding.family != family:
            family = finding.family
            table.add_row(Text(family, style="bold"))
        cell = Text(finding.detail)
        if finding.remedy:
            cell.append(f"\n{finding.remedy}", style="dim" if finding.state == "optional" else "")
        table.add_row(f"  {finding.name}", Text(finding.state, styles[finding.state]), cell)
    console = Console()
    console.print(table)
    missing = sum(finding.state == "missing" for finding in findings)
    answer = (
        "Ready: `make demo` has all it needs." if ready else f"{missing} missing: see the remedies above."
    )
    console.print(Text(answer, "green" if ready else "bold red"))
