"""Which of our tasks run at present and how far they are, as the task state store knows."""

from __future__ import annotations

import html
import json
from collections.abc import Collection
from typing import Any

from airflownet_provider.run_links import page_address

MOST_TASKS = 50
RUNNING = ("running", "deferred", "restarting", "up_for_retry")


def running_tasks(readable: Collection[str]) -> list[dict[str, Any]]:
    """Returns the tasks that run and have reported, the latest report first.

    Args:
        readable: ids of the DAGs that the reader may see.
    """
    from airflow.models.task_state_store import TaskStateStoreModel as Store
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import and_, select

    same = and_(
        Store.dag_id == TaskInstance.dag_id,
        Store.run_id == TaskInstance.run_id,
        Store.task_id == TaskInstance.task_id,
        Store.map_index == TaskInstance.map_index,
    )
    query = (
        select(
            TaskInstance.dag_id,
            TaskInstance.run_id,
            TaskInstance.task_id,
            TaskInstance.map_index,
            TaskInstance.state,
            Store.value,
            Store.updated_at,
        )
        .join(Store, same)
        .where(Store.key == "progress", TaskInstance.state.in_(RUNNING), Store.dag_id.in_(list(readable)))
        .order_by(Store.updated_at.desc())
        .limit(MOST_TASKS)
    )
    with create_session() as session:
        return [dict(row._mapping) for row in session.execute(query)]


def progress_of(value: str) -> dict[str, Any]:
    """Returns what a task kept, empty when it is not what ours keep."""
    try:
        data = json.loads(value)
    except (ValueError, TypeError):
        return {}
    return data if isinstance(data, dict) else {}


def progress_bar(progress: dict[str, Any]) -> str:
    """Returns a bar as HTML, empty when the whole is not known."""
    done, total = progress.get("done"), progress.get("total")
    if isinstance(done, int | float) and isinstance(total, int | float) and total:
        return f'<progress value="{done}" max="{total}" aria-label="Progress"></progress>'
    return ""


def running_section(readable: Collection[str]) -> str:
    """Returns what runs as a section of a page; empty when nothing does."""
    rows = "".join(_row(task) for task in running_tasks(readable))
    if not rows:
        return ""
    return (
        '<section id="running"><h2>Running now</h2><div class="scroll"><table><thead><tr>'
        '<th scope="col">Task</th><th scope="col">How far</th>'
        f'<th scope="col">Last heard of</th></tr></thead><tbody>{rows}</tbody></table></div></section>'
    )


def _row(task: dict[str, Any]) -> str:
    progress = progress_of(task["value"])
    address = page_address("progress", task["dag_id"], task["run_id"], task["task_id"])
    number = "" if task["map_index"] < 0 else f" [{task['map_index']}]"
    whose = html.escape(f"{task['dag_id']}, {task['run_id']}, {task['state']}")
    heard = f"{task['updated_at']:%H:%M:%S} UTC" if task["updated_at"] else ""
    return (
        f'<tr><th scope="row"><a href="{html.escape(address)}">{html.escape(task["task_id"])}</a>{number}'
        f'<br><span class="muted">{whose}</span></th>'
        f'<td class="text">{progress_bar(progress)}{html.escape(str(progress.get("text", "")))}</td>'
        f"<td>{heard}</td></tr>"
    )
