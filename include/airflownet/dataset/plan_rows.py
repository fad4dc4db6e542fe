"""Rows whose answer is the plan of a DAG, beside or instead of those whose answer is its code.

The request is the one of the create row. A plan that cannot be said at all, or whose rendered file does not
load on the dataset's line, makes no row. Nor does one whose rendered file is near one that is held out: one
DAG in two files, with operators and with TaskFlow, is one plan, which families of code do not know. Each such
row is counted with its reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from airflownet.dataset.limits import Limits
from airflownet.dataset.row import Row, chat
from airflownet.dataset.settings import DatasetSettings
from airflownet.families.cross_similarity import Collection
from airflownet.families.shingles import code_shingles
from airflownet.parallel import Workers
from airflownet.plans import Plan, plan_of, reconcile, to_text
from airflownet.plans.argument_order import in_order
from airflownet.plans.as_asked import as_asked
from airflownet.plans.catalogue_names import names_of
from airflownet.plans.reading.plan_of import LOSSES_OF_TASKS
from airflownet.plans.sample_code import rendered
from airflownet.records import Outcome

TRAINED = ("train", "validation")
"""Splits that get plans; the test split asks, and is compared with code."""


@dataclass(frozen=True, slots=True)
class PlanRows:
    """What became of the create rows."""

    rows: list[Row]
    """The rows of the dataset: as they were, and with plans, by the setting ``form``."""
    dropped: dict[str, int]
    """Rows that got no plan, by reason."""


def with_plans(rows: Sequence[Row], limits: Limits, settings: DatasetSettings, workers: Workers) -> PlanRows:
    """Returns the rows in the form that the settings ask for; in the order of the create rows."""
    if settings.form == "code":
        return PlanRows(list(rows), {})
    files = {row.origin.id: row.code for row in rows if row.member.split in TRAINED}
    tasks = [(code, settings.airflow) for code in files.values()]
    plans = dict(zip(files, workers.map(plan_that_loads, tasks), strict=True))
    kept: list[Row] = []
    dropped: Counter[str] = Counter()
    for row in rows:
        if row.member.split not in TRAINED or settings.form == "both":
            kept.append(row)
        if row.member.split not in TRAINED:
            continue
        offer = _row(row, plans[row.origin.id], limits, settings)
        if isinstance(offer, str):
            dropped[f"plan:{offer}"] += 1
        else:
            kept.append(offer)
    near = _near_held_out(kept, settings)
    for row in kept:
        if id(row) in near:
            dropped["plan:near-held-out"] += 1
    kept = [row for row in kept if id(row) not in near]
    return PlanRows(kept, dict(sorted(dropped.items())))


def _near_held_out(kept: Sequence[Row], settings: DatasetSettings) -> set[int]:
    """Returns the identities of plan rows near a file held out: train to both, validation to test."""
    shingles = {id(row): code_shingles(_code(row, settings), settings.shingle_tokens) for row in kept}
    near: set[int] = set()
    for side, against in (("train", ("validation", "test")), ("validation", ("test",))):
        held_out = [row for row in kept if row.member.split in against]
        others = [shingles[id(row)] for row in held_out]
        plans = {row.code: plan_that_loads((row.code, settings.airflow)) for row in held_out}
        others += [
            code_shingles(reconcile(plan, settings.airflow).code, settings.shingle_tokens)
            for plan in plans.values()
            if isinstance(plan, Plan)
        ]
        collection = Collection(others)
        for row in kept if others else ():
            is_asked = row.kind == "plan" and row.member.split == side
            if is_asked and float(collection.jaccards(shingles[id(row)]).max()) >= settings.leakage_threshold:
                near.add(id(row))
    return near


def _code(row: Row, settings: DatasetSettings) -> str:
    return rendered(row.answer, settings.airflow) if row.kind == "plan" else row.code


def _row(row: Row, plan: Plan | str, limits: Limits, settings: DatasetSettings) -> Row | str:
    if isinstance(plan, str):
        return plan
    asked = as_asked(plan, row.request)
    answer = to_text(in_order(asked, names_of(settings.airflow)))
    made = replace(row, kind="plan", answer=answer)
    if limits.control(answer):
        return "control-token"
    return made if limits.fits(chat(made, settings)) else "too-many-tokens"


def plan_that_loads(task: tuple[str, str]) -> Plan | str:
    """Returns the plan of (code, line), or why there is none whose rendered file loads."""
    code, airflow = task
    read = plan_of(code, airflow)
    if read.plan is None:
        return read.losses[0]
    lost = next((reason for reason in read.losses if reason in LOSSES_OF_TASKS), "")
    if lost or not all(dag.tasks for dag in read.plan.dags):
        return lost or "dag-without-tasks"
    outcome = reconcile(read.plan, airflow).outcome
    return read.plan if outcome == Outcome.LOADS.value else f"rendered-file-{outcome}"


__all__ = ["TRAINED", "PlanRows", "plan_that_loads", "with_plans"]
