"""Evaluation: answers of base and tuned model from one llama-server, judged, and the report."""

from __future__ import annotations

from typing import Any

from airflow.sdk import task, task_group

from airflownet_provider.hooks.llama_server_hook import LlamaServerHook
from airflownet_provider.stage_run import stage_run


@task.gpu(doc_md="Starts llama-server with the base model and the adapter at scale 0.")
def start_llama_server(dataset: str, base_model: str, model: str) -> dict[str, Any]:
    """Returns the handle of the server; empty when all answers are there already."""
    with stage_run() as this:
        return LlamaServerHook().start(
            this.recipe.inference,
            base_model or model,  # with a published base, its GGUF lies beside the adapter
            model,
            this.location("inference"),
            dataset=dataset,
            fresh=this.fresh,
        )


@task.gpu(doc_md="Answers all test prompts with the base, then with the adapter; all slots busy.")
def generate(dataset: str, base_model: str, model: str, server: dict[str, Any]) -> str:
    """Returns the location of ``generations.parquet``'s folder."""
    from airflownet.inference.stage import run

    hook = LlamaServerHook()
    with stage_run() as this:
        return this.done(
            run(
                hook.settings(this.recipe.inference),
                dataset,
                base_model or model,
                model,
                this.location("inference"),
                server=server,
                api_key=hook.api_key,
                fresh=this.fresh,
            )
        )


@task.gpu(doc_md="Stops llama-server, also when generation failed.")
def stop_llama_server(server: dict[str, Any]) -> None:
    """Stops the server of the handle; nothing happens when it is gone."""
    LlamaServerHook().stop(server)


@task_group(tooltip="One llama-server for base and tuned model, stopped for certain")
def infer(dataset: str, base_model: str, model: str) -> str:
    """Starts the server, generates, stops it."""
    server = start_llama_server(dataset, base_model, model)
    generations = generate(dataset, base_model, model, server)
    generations >> stop_llama_server(server).as_teardown(setups=server)
    return generations


@task(doc_md="Judges base, tuned and ground truth, and writes the report.")
def evaluate(dataset: str, generations: str, model: str, base_model: str) -> str:
    """Returns the location of ``report.html``'s folder."""
    from airflownet.evaluation.stage import run

    with stage_run() as this:
        return this.done(
            run(
                this.recipe.evaluation,
                dataset,
                generations,
                model,
                base_model or model,
                this.location("evaluation"),
                mining=this.location("mining"),
                judging=this.location("judging"),
                instructions=this.location("instructions"),
                fresh=this.fresh,
            )
        )
