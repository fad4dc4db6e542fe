"""Generation: a DAG file for a request, a person's approval where that is asked for, and the hand-over."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, task

from airflownet_provider.hooks.llama_server_hook import LlamaServerHook
from airflownet_provider.stage_run import stage_run
from airflownet_stages.approval import approval_or_none

APPROVE = "approve_file"
NO_APPROVAL = "no_approval_needed"


def request_params() -> dict[str, Param]:
    """Returns the form's fields: what is asked for, who writes it, where it goes."""
    return {
        "request": Param(
            "Run the bash command `echo hello` every day.",
            type="string",
            format="multiline",
            minLength=1,
            maxLength=20_000,
            title="What the DAG shall do",
            description_md="In plain words. An operator, a schedule or a DAG id that is stated is held to.",
        ),
        "mode": Param(
            "plan",
            type="string",
            enum=["plan", "code"],
            title="Mode",
            description_md="`plan`: the model writes a plan, the file is rendered from it. `code`: it writes "
            "the file itself, each statement judged.",
        ),
        "model": Param(
            None,
            type=["null", "string"],
            title="Model",
            description_md="Folder of a run or of a model, or a GGUF file. Empty: what this recipe's run "
            "trained, or the server of the connection `llama_server_default` where it names one.",
        ),
        "dags_folder": Param(
            None,
            type=["null", "string"],
            title="Folder",
            description_md="Where the file goes. Empty: it stays among the run's artifacts.",
        ),
        "ask_before_writing": Param(
            True,
            type="boolean",
            title="Ask before the file goes there",
            description_md="Wait for a person who sees the code and the graph. Only matters with a folder.",
        ),
    }


@task.gpu(doc_md="Writes the file for the request, judged while it is written.")
def write_file() -> str:
    """Returns the location of the written file's folder; pushes what a person looks at as XCom ``shown``."""
    from airflownet.generation.stage import RequestSettings, folder_of, read, run
    from airflownet.markdown_fence import fenced

    with stage_run() as this:
        hook, model = LlamaServerHook(), str(this.params.get("model") or "")
        is_remote = not model and hook.is_remote
        settings = RequestSettings(
            request=str(this.params["request"]),
            airflow=this.recipe.airflow,
            mode="code" if this.params.get("mode") == "code" else "plan",
            model_name=hook.base_url if is_remote else "",
        )
        result = run(
            settings,
            this.location(folder_of(settings, model)),
            model=model or this.place("training"),
            api_key=hook.api_key if is_remote else "",
            fresh=this.fresh,
        )
        code, facts = read(result.location)
        shown = {  # the model's words: they shall neither end a block nor begin one
            "code": fenced(code, "python"),
            "graph": fenced(facts["graph"]),
            "summary": "\n".join(f"- {' '.join(line.split())}" for line in facts["summary"]),
        }
        this.context["ti"].xcom_push("shown", shown)
        return this.done(result)


@task.branch(doc_md="Goes by a person's approval when the form asks for it and the file is to go somewhere.")
def plan_hand_over(written: str) -> str:
    """Returns the task to go on with."""
    from airflownet.generation.stage import read

    with stage_run() as this:
        is_good = read(written)[1]["is_good"]
        asks = this.params.get("dags_folder") and this.params.get("ask_before_writing")
        return APPROVE if asks and is_good else NO_APPROVAL


def file_approval() -> list[Any]:
    """Returns the two ways past the decision: a person's approval, or none needed."""
    shown = "ti.xcom_pull(task_ids='write_file', key='shown')"
    return approval_or_none(
        (APPROVE, NO_APPROVAL),
        subject="Put this file among the DAGs?",
        body=(
            f"It would go to `{{{{ params.dags_folder }}}}`.\n\n{{{{ {shown}['summary'] }}}}\n\n"
            f"{{{{ {shown}['graph'] }}}}\n\n{{{{ {shown}['code'] }}}}"
        ),
        waits_for="approve the file, shown with its graph",
    )


@task(doc_md="Puts the file into the form's folder; fails where it is not what was asked for.")
def hand_over(written: str) -> str:
    """Returns where the file is."""
    from airflownet.generation.stage import DAG_FILE, read
    from airflownet.generation.stage import hand_over as hand_over_file
    from airflownet.locations import join

    with stage_run() as this:
        folder = str(this.params.get("dags_folder") or "")
        if not folder:
            code, facts = read(written)
            print(code, *facts["summary"], facts["graph"], sep="\n")  # noqa: T201 - the task's log
        if folder or not read(written)[1]["is_good"]:
            return hand_over_file(written, folder or this.location("generated"))
        return join(written, DAG_FILE)
