"""How far one task is, for the web interface: what the task state store knows, renewing itself."""

from __future__ import annotations

import html
from typing import Any

from airflownet_provider.live_progress import progress_bar, progress_of
from airflownet_provider.run_links import page_address
from airflownet_provider.web_page import page

RENEW_S = 5
RUNNING = ("queued", "running", "restarting", "deferred", "up_for_retry", "up_for_reschedule", "scheduled")


def progress_page(dag_id: str, run_id: str, task_id: str) -> str | None:
    """Returns the page; None when there is no such task instance."""
    from airflow.models.task_state_store import TaskStateStoreModel
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        this = (TaskInstance.dag_id == dag_id, TaskInstance.run_id == run_id, TaskInstance.task_id == task_id)
        found = session.execute(select(TaskInstance.map_index, TaskInstance.state).where(*this)).all()
        store = TaskStateStoreModel
        kept = session.execute(
            select(store.map_index, store.value, store.updated_at).where(
                store.dag_id == dag_id,
                store.run_id == run_id,
                store.task_id == task_id,
                store.key == "progress",
            )
        ).all()
    if not found:
        return None
    progress = {index: (progress_of(value), updated_at) for index, value, updated_at in kept}
    parts = [
        _part(index, str(state or "waiting"), *progress.get(index, ({}, None))) for index, state in found
    ]
    renew = RENEW_S if any(str(state) in RUNNING for _, state in found) else None
    report = page_address("reports", dag_id, run_id)
    links = (
        f'<p class="muted">Run {html.escape(run_id)}. '
        f'<a href="{html.escape(report)}">Its report</a>, once it has one.</p>'
    )
    body = links + "".join(f"<section>{part}</section>" for part in parts)
    return page(f"{task_id}: progress", body, renew_s=renew, home=page_address("reports"))


def _part(map_index: int, state: str, progress: dict[str, Any], updated_at: Any) -> str:
    name = "" if map_index < 0 else f"<h2>{map_index}</h2>"
    lines = [f"<p><b>{html.escape(state)}</b></p>"]
    if not progress:
        lines.append("<p>Nothing was reported yet.</p>")
    if progress:
        lines.append(progress_bar(progress))
        lines.append(f"<p>{html.escape(str(progress.get('text', '')))}</p>")
        rows = "".join(
            f"<tr><td>{html.escape(str(key))}</td><td>{html.escape(str(value))}</td></tr>"
            for key, value in progress.items()
            if key != "text"
        )
        heard = f"{updated_at:%Y-%m-%d %H:%M:%S} UTC" if updated_at else "not yet"
        lines.append(f"<table>{rows}</table><p>Last heard of: {heard}</p>")
    return name + "".join(lines)
