"""Evaluation: answers of base and tuned model from one llama-server, judged, and the report."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from airflownet_provider.hooks.llama_server_hook import LlamaServerHook
from airflownet_provider.one_machine import tasks_share_a_machine
from airflownet_provider.operators.wait_for_llama_server import WaitForLlamaServerOperator
from airflownet_provider.stage_run import StageRun, stage_run

DEFAULT_SERVERS = [LlamaServerHook.default_conn_name]


def llama_servers_param() -> Param:
    """Returns the choice of servers that answer the test prompts."""
    return Param(
        DEFAULT_SERVERS,
        type="array",
        items={"type": "string"},
        minItems=1,
        title="llama.cpp servers",
        description_md="Connections of type `llama_server`, one a line. Several share one list of prompts: "
        "the answers come faster. A managed one is started on the machine of the task.",
        section="Advanced",
    )


@task(doc_md="Lists the connections of the servers that shall answer, each waited for by itself.")
def llama_servers(model: str = "") -> list[str]:
    """Returns connection ids, each once; fails where the model to load is not there."""
    with stage_run() as this:
        this.input("training", model)
    listed = get_current_context()["params"].get("llama_servers") or DEFAULT_SERVERS
    return list(dict.fromkeys(listed))


@task.gpu(doc_md="Starts llama-server with the base model and the adapter at scale 0, if one is managed.")
def start_llama_server(
    ready: list[dict[str, str]], dataset: str = "", base_model: str = "", model: str = ""
) -> dict[str, Any]:
    """Returns the handle of the managed server; empty when none is, or all answers are there already.

    Empty also where the next task may run on another machine: `generate` then starts a server of its own.
    """
    managed = [server["conn_id"] for server in ready if not server["base_url"]]
    if not managed or not tasks_share_a_machine():
        return {}
    with stage_run() as this:
        base, tuned = _served(this, base_model, model)
        return LlamaServerHook(managed[0]).start(
            this.recipe.inference,
            base,
            tuned,
            this.location("inference"),
            dataset=this.input("dataset", dataset),
            fresh=this.fresh,
        )


@task.gpu(
    doc_md="Answers all test prompts with the base, then with the adapter; all slots of all servers busy."
)
def generate(
    ready: list[dict[str, str]],
    server: dict[str, Any],
    dataset: str = "",
    base_model: str = "",
    model: str = "",
) -> str:
    """Returns the location of ``generations.parquet``'s folder."""
    from airflownet.inference.stage import run

    hooks = [LlamaServerHook(entry["conn_id"]) for entry in ready]
    managed = next((hook for hook in hooks if not hook.is_remote), None)
    with stage_run() as this:
        base, tuned = _served(this, base_model, model)
        return this.done(
            run(
                (managed or hooks[0]).settings(this.recipe.inference),
                this.input("dataset", dataset),
                base,
                tuned,
                this.location("inference"),
                server=[server, *(hook.remote_server() for hook in hooks if hook.is_remote)],
                api_key=managed.api_key if managed else "",
                fresh=this.fresh,
            )
        )


def _served(this: StageRun, base_model: str, model: str) -> tuple[str, str]:
    """Returns (base, adapter); a published base has its GGUF beside the adapter."""
    tuned = this.input("training", model)
    return this.input("base_model", base_model) or tuned, tuned


@task.gpu(doc_md="Stops llama-server, also when generation failed.")
def stop_llama_server(server: dict[str, Any]) -> None:
    """Stops the server of the handle; nothing happens when it is gone or runs elsewhere."""
    LlamaServerHook().stop(server)


@task_group(tooltip="llama-server for base and tuned model: waited for, started, stopped for certain")
def infer(dataset: str = "", base_model: str = "", model: str = "") -> str:
    """Waits for remote servers, starts the managed one, generates, stops it."""
    ready = WaitForLlamaServerOperator.partial(
        task_id="wait_for_llama_server", doc_md="Defers while a remote server loads; passes a managed one."
    ).expand(llama_server_conn_id=llama_servers(model))
    server = start_llama_server(ready.output, dataset, base_model, model)
    generations = generate(ready.output, server, dataset, base_model, model)
    generations >> stop_llama_server(server).as_teardown(setups=server)
    return generations


@task.report(doc_md="Judges base, tuned and ground truth, and writes the report.")
def evaluate(generations: str | None, dataset: str = "", base_model: str = "", model: str = "") -> str:
    """Returns the location of ``report.html``'s folder; skipped where nothing was to be answered."""
    from airflownet.evaluation.stage import run

    if generations is None:
        raise AirflowSkipException("there are no answers: what they need was rejected by a person")
    with stage_run() as this:
        base, tuned = _served(this, base_model, model)
        return this.done(
            run(
                this.recipe.evaluation,
                this.input("dataset", dataset),
                generations,
                tuned,
                base,
                this.location("evaluation"),
                mining=this.place("mining"),
                judging=this.place("judging"),
                instructions=this.place("instructions"),
                magpie=this.location("magpie"),
                fresh=this.fresh,
            )
        )
