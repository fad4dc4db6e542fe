"""The two ways past a decision: a person's approval, or none needed.

What comes after them runs with `none_failed_min_one_success`, and must be directly downstream of the
question, because *Reject* skips that and no more. Where a task before the question may be skipped itself,
what comes after must have no other upstream task: its success would count as the one that is needed.
"""

from __future__ import annotations

import datetime

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param


def ask_before_paying_param() -> Param:
    """Returns the form's field that puts a person before what costs money."""
    return Param(
        False,
        type="boolean",
        title="Ask before paying",
        description_md="Wait for a person's approval before requests to Claude are submitted, be it for "
        "instructions or for grades. The recipe's `ask_before_paying` does the same for runs that nobody "
        "triggers.",
        section="Paid requests",
    )


def approval_or_none(
    task_ids: tuple[str, str], *, subject: str, body: str, waits_for: str, response_timeout_days: int = 2
) -> list[ApprovalOperator | EmptyOperator]:
    """Returns the question to a person and the way around it, in this order.

    Args:
        task_ids: of the two.
        subject: the question.
        body: what the person is shown; a Jinja template of our own words, into which the run's are filled.
        waits_for: completes "Waits for a person to ...".
        response_timeout_days: no answer for so long is a *Reject*: what nobody approves is not done.
    """
    ask, pass_by = task_ids
    return [
        ApprovalOperator(
            task_id=ask,
            subject=subject,
            body=body,
            response_timeout=datetime.timedelta(days=response_timeout_days),
            defaults=ApprovalOperator.REJECT,
            doc_md=f"Waits for a person to {waits_for}.",
        ),
        EmptyOperator(task_id=pass_by, doc_md="Nothing has to be approved."),
    ]
