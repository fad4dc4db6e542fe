"""Magpie: requests that the run's own model makes up, filtered, answered and judged."""

from __future__ import annotations

from airflow.sdk import task
from airflow.sdk.exceptions import AirflowSkipException

from airflownet_provider.hooks.llama_server_hook import LlamaServerHook
from airflownet_provider.stage_run import stage_run


@task.gpu(doc_md="Lets the served model make up requests; keeps those whose answers the judge loads.")
def magpie(base_model: str, dataset: str = "", instructions: str = "", training: str = "") -> str:
    """Returns the location of ``rows.parquet``'s folder; skipped when the recipe has no ``magpie`` block."""
    from airflownet.magpie.stage import run

    with stage_run() as this:
        if this.recipe.magpie is None:
            raise AirflowSkipException(f"the recipe {this.recipe.name} has no magpie block")
        hook = LlamaServerHook()
        return this.done(
            run(
                this.recipe.magpie,
                base_model,
                this.location("magpie"),
                training=training,
                dataset=dataset,
                instructions=instructions,
                server=hook.remote_server() if hook.is_remote else None,
                api_key=hook.api_key,
                fresh=this.fresh,
            )
        )
