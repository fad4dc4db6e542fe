"""Puts two answers before a person, blinded, with three questions, in Airflow's human-in-the-loop form."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param

from airflownet.people.blinded_pairs import CHOICES, NEITHER, QUESTIONS

if TYPE_CHECKING:
    from airflow.sdk import Context

KEEP, SKIP = "Keep my answers", "Skip this pair"


class AskAboutPairOperator(HITLOperator):
    """Waits in *Required actions* until a person has answered, or the pair's time is over.

    Returns ``{"pair", "params_input", "responded_at", "responded_by_user"}``; ``params_input`` is empty when
    the pair was skipped or nobody answered in time. The pair is read when the task runs: an answer's code
    neither travels through XCom nor is it ever a template.

    Args:
        place: ``{"location", "pair", "of", "wait_hours"}``: the folder with ``pairs.parquet``, the number of
            the pair in it, how many there are, and how long it waits.
    """

    template_fields: Sequence[str] = ()

    def __init__(self, *, place: dict[str, Any], params: Any = None, **kwargs: Any) -> None:  # noqa: ARG002
        # `params` is what Airflow hands to each operator of a DAG with a form; a person is asked ours alone.
        super().__init__(
            subject="Which answer is better?",
            options=[KEEP, SKIP],
            defaults=[SKIP],  # what stands when the time is over
            params={
                criterion: Param(NEITHER, type="string", enum=list(CHOICES), title=question)
                for criterion, question in QUESTIONS.items()
            },
            **kwargs,
        )
        self.place = place

    def execute(self, context: Context) -> None:
        """Shows the pair."""
        from airflownet.locations import local_copy
        from airflownet.people.blinded_pairs import BlindedPair
        from airflownet.people.stage import PAIRS
        from airflownet.tables import read_table

        number = self.place["pair"]
        pairs = list(read_table(local_copy(self.place["location"]) / PAIRS, BlindedPair))
        self.subject = f"Which answer is better? ({number + 1} of {self.place['of']})"
        self.body = pairs[number].body
        self.response_timeout = datetime.timedelta(hours=self.place["wait_hours"])
        super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Returns what the person said."""
        reply = super().execute_complete(context, event)
        kept = reply["chosen_options"] == [KEEP]
        return {
            "pair": self.place["pair"],
            "params_input": dict(reply["params_input"]) if kept else {},
            "responded_at": reply["responded_at"].isoformat(),
            "responded_by_user": dict(reply["responded_by_user"] or {}) if kept else {},
        }
