"""The page "AirflowNet": what runs at present, and every finished evaluation beside the others."""

from __future__ import annotations

from collections.abc import Collection

from airflownet_provider.live_progress import running_section
from airflownet_provider.report_shelf import finished_evaluations
from airflownet_provider.run_leaderboard import leaderboard
from airflownet_provider.run_links import page_address
from airflownet_provider.web_page import page

RENEW_S = 15
"""How often the page asks for itself again while something runs."""


def overview_page(readable: Collection[str], order: str = "newest") -> str:
    """Returns the page.

    Args:
        readable: ids of the DAGs that the reader may see.
        order: a key of ``run_leaderboard.ORDERS``.
    """
    running = running_section(readable)
    entries = finished_evaluations(readable)
    finished = (
        leaderboard(entries, order, page_address("reports"))
        if entries
        else "<section><h2>Finished evaluations</h2><p>No evaluation has finished yet. Trigger the DAG "
        "<code>airflownet_pipeline</code>.</p></section>"
    )
    return page("Models and runs", running + finished, renew_s=RENEW_S if running else None)
