"""The result as a table for terminals and task logs."""

from __future__ import annotations

import io

from airflownet.evaluation.number_format import (
    MODEL_NAMES,
    confidence_level,
    interval,
    p_value,
    percent,
    points,
    points_interval,
)
from airflownet.evaluation.summary import OUTCOMES, Summary


def terminal_table(summary: Summary, *, width: int = 100, colour: bool = False) -> str:
    """Returns the verdict and the outcomes as text, ``width`` columns wide.

    Args:
        summary: of a finished evaluation.
        width: columns; at least 80 keeps the table on one line per model.
        colour: True adds ANSI colours; Airflow's task logs want plain text.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    st = summary.statistics
    level = confidence_level(summary.confidence)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("model", no_wrap=True)
    table.add_column("loads", justify="right", style="bold")
    table.add_column(f"{level} interval", no_wrap=True)
    for name in OUTCOMES:
        table.add_column(name, justify="right")
    table.add_column("n", justify="right")
    for model in st.models:
        loads = model.rate("loads")
        counts = [f"{model.rate(name).count:,}" for name in OUTCOMES]
        table.add_row(MODEL_NAMES[model.model], percent(loads.rate), interval(loads), *counts, f"{model.n:,}")
    comparison = st.comparison
    table.add_section()
    table.add_row(
        "Difference",
        points(comparison.difference),
        points_interval(comparison),
        *[""] * (len(OUTCOMES) + 1),
    )
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=width,
        force_terminal=colour,
        no_color=not colour,
        highlight=False,
        legacy_windows=False,
    )
    console.print(Text(summary.title, style="dim"))
    console.print(Text(summary.headline, style="bold"))
    console.print(Text(summary.verdict))
    console.print(table)
    discordant = (
        f"{comparison.n_pairs:,} pairs: {comparison.both} both load, {comparison.first_only} only "
        f"fine-tuned, {comparison.second_only} only base, {comparison.neither} neither; exact McNemar "
        f"{p_value(comparison.mcnemar_p)}. Unknown and missing count as not loading."
    )
    console.print(Text(discordant, style="dim"))
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"
