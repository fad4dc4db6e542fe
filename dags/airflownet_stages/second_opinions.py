"""What an LLM judge and people say of the answers, and the report with it, where the recipe asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from airflow.sdk import task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from airflownet_provider.hooks.llama_server_hook import LlamaServerHook
from airflownet_provider.operators.ask_about_pair import AskAboutPairOperator
from airflownet_provider.stage_run import log, stage_run
from airflownet_stages.approval import approval_or_none

GROUP = "second_opinions"
APPROVE = "approve_grading"
NO_APPROVAL = "grading_needs_no_approval"


@task.branch(
    doc_md="Goes by a person's approval when recipe or form asks for it and grading would cost money."
)
def plan_grading(evaluation: str) -> str:
    """Returns the task to go on with; pushes what grading can cost as XCom ``cost``."""
    from airflownet.llm_judge.stage import plan, told_cost

    with stage_run() as this:
        settings, place = this.recipe.grading, this.location("grading")
        is_asked = False
        if settings is not None and settings.judge == "claude" and this.asks_before_paying:
            is_asked = plan(settings, evaluation, place).n_requests > 0
            this.context["ti"].xcom_push("cost", told_cost(settings, evaluation, place))
        return f"{GROUP}.{APPROVE if is_asked else NO_APPROVAL}"


@task(doc_md="Puts the answers to an LLM judge, within its budget; skipped when the recipe has no `grading`.")
def grade(evaluation: str) -> str:
    """Returns the location of ``grades.parquet``'s folder; what it can cost is logged before it is spent."""
    from airflownet.llm_judge.stage import run, told_cost
    from airflownet_provider.claude_key import claude_key

    with stage_run() as this:
        settings = this.recipe.grading
        if settings is None:
            raise AirflowSkipException(f"the recipe {this.recipe.name} has no grading block")
        output = this.location("grading")
        if cost := told_cost(settings, evaluation, output):
            log.info("grading: %s", cost)
        is_claude = settings.judge == "claude"
        hook = None if is_claude else LlamaServerHook()
        return this.done(
            run(
                settings,
                evaluation,
                output,
                server=hook.remote_server() if hook and hook.is_remote else None,
                api_key=hook.api_key if hook else "",
                claude_api_key=claude_key() if is_claude else "",
                fresh=this.fresh,
            )
        )


@task(doc_md="Draws the pairs that people are shown, blinded; skipped without a block `people` or a pair.")
def draw_pairs(evaluation: str) -> list[dict[str, Any]]:
    """Returns one place for each pair, for ``AskAboutPairOperator``."""
    from airflownet.people.stage import draw_pairs as draw

    with stage_run() as this:
        settings = this.recipe.people
        if settings is None:
            raise AirflowSkipException(f"the recipe {this.recipe.name} has no people block")
        result = draw(settings, evaluation, this.location("people_pairs"), fresh=this.fresh)
        n_pairs, location = result.counts["kept"], this.done(result)
        if not n_pairs:
            raise AirflowSkipException(
                f"no prompt has different answers of {settings.first} and {settings.second}: nobody is asked"
            )
        shared = {"location": location, "of": n_pairs, "wait_hours": settings.wait_hours}
        return [{**shared, "pair": number} for number in range(n_pairs)]


@task(doc_md="Keeps what people answered, unblinded, with who said it and when.")
def keep_answers(places: list[dict[str, Any]], replies: Iterable[dict[str, Any]]) -> str:
    """Returns the location of ``answers.parquet``'s folder."""
    from airflownet.people.stage import keep_answers as keep

    with stage_run() as this:
        if this.recipe.people is None:
            raise AirflowSkipException("nobody was asked")
        given = {reply["pair"]: reply for reply in replies}
        in_order = [given.get(place["pair"]) for place in places]
        return this.done(keep(this.recipe.people, places[0]["location"], in_order, this.location("people")))


@task.report(
    doc_md="Writes the report again, with the second opinions.",
    trigger_rule="none_failed_min_one_success",  # skipped where there is none: the evaluation's own stands
)
def report(grading: str | None, people: str | None) -> str:
    """Returns the location of ``report.html``'s folder."""
    from airflownet.evaluation.second_opinions.stage import run

    with stage_run() as this:
        return this.done(
            run(
                this.recipe.evaluation,
                this.location("evaluation"),
                this.location("report"),
                grading=grading or "",
                people=people or "",
                fresh=this.fresh,
            )
        )


def grading_approval() -> list[Any]:
    """Returns the two ways past the decision: a person's approval, or none needed."""
    return approval_or_none(
        (APPROVE, NO_APPROVAL),
        subject="Pay for grades?",
        body=f"{{{{ ti.xcom_pull(task_ids='{GROUP}.plan_grading', key='cost') }}}}. "
        "Rejecting it skips the grades; the report comes without them.",
        waits_for="approve the cost",
    )


@task_group(group_id=GROUP, tooltip="An LLM judge and people, where asked for, and the report with both")
def second_opinions(evaluation: str) -> None:
    """Grades, asks, and writes the report again."""
    grading = grade.override(trigger_rule="none_failed_min_one_success")(evaluation)
    plan_grading(evaluation) >> grading_approval() >> grading
    places = draw_pairs(evaluation)
    asked = AskAboutPairOperator.partial(
        task_id="ask_a_person", doc_md="Waits in *Required actions* for a person's answer to three questions."
    ).expand(place=places)
    report(grading, keep_answers(places, asked.output))
