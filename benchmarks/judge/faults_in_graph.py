"""Faults in which DAGs and tasks a file builds and how they depend on each other, planted one at a time."""

from __future__ import annotations

from airflownet.dataset.faults.sites import Sites, inserted_after_imports, inserted_at_end


def long_cycle(sites: Sites) -> str | None:
    """Three tasks follow each other in a circle, by ``chain``."""
    for body, _, _ in sites.operator_calls:
        names = list(dict.fromkeys(name for other, _, name in sites.operator_calls if other is body and name))
        if len(names) >= 3:
            tasks = ", ".join([*names[:3], names[0]])
            changed = Sites.of(inserted_at_end(sites, body, f"chain_of_faults({tasks})"))
            return inserted_after_imports(changed, "from airflow.sdk import chain as chain_of_faults")
    return None


def text_as_task(sites: Sites) -> str | None:
    """A task is followed by a task_id instead of a task."""
    for body, _, variable in sites.operator_calls:
        if variable:
            return inserted_at_end(sites, body, f'{variable} >> "the_next_task"')
    return None
