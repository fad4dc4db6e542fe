"""Dataset: families of near-identical DAGs, split so that none crosses, with the proof; the gate; the Hub."""

from __future__ import annotations

import logging

from airflow.sdk import BaseHook, Param, task

from airflownet_provider.stage_run import StageRun, stage_run

log = logging.getLogger("airflownet.stage")

HUB_CONNECTION = "huggingface_default"


@task(doc_md="Assembles the dataset and proves that its splits do not leak.")
def assemble(dag_files: str = "", verdicts: str = "", instructions: str = "") -> str:
    """Returns the location of the dataset's folder."""
    from airflownet.dataset.stage import run

    with stage_run() as this:
        mixture = this.recipe.dataset.mixture
        wants_generated = bool(mixture.magpie or mixture.replay)
        return this.done(
            run(
                this.recipe.dataset,
                this.input("mining", dag_files),
                this.input("judging", verdicts),
                this.input("instructions", instructions),
                this.location("dataset"),
                previous=_given(this, "previous"),
                synthetic=_given(this, "synthetic") or (this.input("magpie") if wants_generated else None),
                answers=_given(this, "answers"),
                fresh=this.fresh,
            )
        )


@task(
    doc_md="Holds the dataset against the thresholds of the recipe; names each value that misses its limit."
)
def check_quality(dataset: str) -> str:
    """Returns the location of the dataset, when every threshold is met."""
    from airflownet.artifacts import StageResult
    from airflownet.dataset.quality_gate import require_quality
    from airflownet.locations import read_manifest

    with stage_run() as this:
        for check in require_quality(dataset, this.recipe.dataset.quality):
            log.info("%s: met", check.line())
        return this.done(StageResult("quality gate", dataset, read_manifest(dataset)["counts"], False, 0.0))


@task(doc_md="Shows what would be sent to the Hugging Face Hub; sends it only where the form says so.")
def publish(dataset: str) -> str:
    """Returns the address of the commit, empty when nothing was sent."""
    from airflownet.dataset.hub import push, push_plan

    with stage_run() as this:
        repo_id = _given(this, "publish_to")
        if repo_id is None:
            return ""
        plan = push_plan(dataset, repo_id, private=not this.params.get("publish_public"))
        for line in plan.lines():
            log.info("%s", line)
        if not this.params.get("publish_send"):
            log.info("Nothing was sent: turn on `publish_send` in the form to do it.")
            return ""
        connection = BaseHook.get_connection(HUB_CONNECTION)
        return push(plan, connection.password or "", endpoint=connection.host or None)


def dataset_params() -> dict[str, Param]:
    """Returns the fields of the form that only the dataset has."""

    def place(title: str, text: str) -> Param:
        return Param(None, type=["null", "string"], title=title, description_md=text, section="More inputs")

    def hub(title: str, text: str) -> Param:
        return Param(False, type="boolean", title=title, description_md=text, section="Publish")

    return {
        "previous": place(
            "Earlier edition",
            "Path or URL of an earlier dataset, elsewhere: its families keep their ids and sides. Empty: "
            "none, or the one that stands there where the recipe says `keep_editions`.",
        ),
        "synthetic": place(
            "Generated rows",
            "Folder with `rows.parquet` for `magpie` and `replay` rows. Empty: the one of this recipe, "
            "where the mixture asks for such rows.",
        ),
        "answers": place(
            "Answers that failed",
            "Finished evaluation whose failing answers become `repair` rows. Empty: planted faults only.",
        ),
        "publish_to": Param(
            None,
            type=["null", "string"],
            title="Repository on the Hub",
            description_md="`owner/name` on the Hugging Face Hub. Empty: nothing is planned or sent.",
            section="Publish",
        ),
        "publish_send": hub(
            "Send it", f"Off: only the plan is logged. On: sent with the token of `{HUB_CONNECTION}`."
        ),
        "publish_public": hub("Public", "A repository that has to be made is private unless this is on."),
    }


def _given(this: StageRun, name: str) -> str | None:
    """Returns a field of the form, None when it is empty."""
    return str(this.params.get(name) or "") or None
