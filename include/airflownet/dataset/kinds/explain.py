"""Explain rows: a DAG, and what it does, told from the graph that the judge's loader sees.

Every sentence of the answer is a fact of the file: ids, schedule, operators, order. Files whose graph the
loader had to guess are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from airflownet.dataset.kinds.context import Context
from airflownet.dataset.kinds.requests import EXPLAIN, block, phrasing, target
from airflownet.dataset.row import Offer, Row, origin_of
from airflownet.judge.loader import DagModel, Symbol, TaskModel, Unknown, load_source
from airflownet.records import Outcome

_MOST_TASKS = 25


def explain_rows(context: Context) -> Iterator[Offer]:
    """Yields one offer for each usable file."""
    for file in context.usable:
        answer = explanation(load_source(file.content, context.settings.airflow).dags)
        if not answer:
            yield "graph-not-certain"
            continue
        words = phrasing(EXPLAIN, file.id)
        yield Row(
            kind="explain",
            origin=origin_of(file),
            member=context.members[file.id],
            request=f"{words}\n\n{block(file.content, 'python')}\n\n{target(context.settings.airflow)}",
            answer=answer,
            code=file.content,
            outcome=Outcome.LOADS.value,
        )


def explanation(dags: Sequence[DagModel]) -> str:
    """Returns what the DAGs do in plain words; empty when ids, tasks or edges are not certain."""
    parts = [_told(dag) for dag in dags]
    if not parts or not all(parts):
        return ""
    head = "" if len(parts) == 1 else f"The file defines {len(parts)} DAGs.\n\n"
    return head + "\n\n".join(parts) + "\n"


def _told(dag: DagModel) -> str:
    certain = dag.is_complete and dag.tasks and not isinstance(dag.dag_id, Unknown)
    if not certain or len(dag.tasks) > _MOST_TASKS or any(isinstance(t.task_id, Unknown) for t in dag.tasks):
        return ""
    operators = Counter(task.operator for task in dag.tasks)
    kinds = ", ".join(f"{count} × `{name}`" for name, count in sorted(operators.items()))
    n_tasks = len(dag.tasks)
    lines = [
        f"`{dag.dag_id}` {_schedule(dag)}. It has {n_tasks} task{'s' if n_tasks > 1 else ''} ({kinds}):",
        "",
        *(_task(task) for task in dag.tasks),
        "",
        _order(dag),
    ]
    return "\n".join(lines)


def _schedule(dag: DagModel) -> str:
    if "schedule" not in dag.arguments or dag.arguments["schedule"] is None:
        return "runs only when it is triggered"
    schedule = dag.arguments["schedule"]
    if isinstance(schedule, str):
        return f"runs on the schedule `{schedule}`"
    if isinstance(schedule, Symbol):
        return f"runs on a schedule given as `{schedule.path.rsplit('.', 1)[-1]}`"
    return "runs when its assets are updated" if isinstance(schedule, (list, tuple)) else "runs on a schedule"


def _task(task: TaskModel) -> str:
    mapped = ", once for each of its inputs (mapped)" if task.is_mapped else ""
    group = f", in the group `{task.group}`" if task.group else ""
    first = task.docstring.strip().split("\n")[0].strip().rstrip(".") if task.docstring else ""
    return f"- `{task.task_id}` ({task.operator}){group}{mapped}" + (f": {first}" if first else "")


def _order(dag: DagModel) -> str:
    if not dag.edges:
        return "The tasks do not depend on each other." if len(dag.tasks) > 1 else "Nothing else runs in it."
    downstream = {down for _, down in dag.edges}
    first = [f"`{task.task_id}`" for task in dag.tasks if task.task_id not in downstream]
    arrows = ", ".join(f"`{up}` before `{down}`" for up, down in dag.edges)
    return f"It starts with {' and '.join(first)}. The order is: {arrows}."
