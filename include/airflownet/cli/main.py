"""``airflownet``: every stage and the judge on the command line, without Airflow.

Exit codes: 0 done; 1 the answer is "no" (a DAG fails, a gate is not met); 2 usage or input error;
130 interrupted.
"""

from __future__ import annotations

import importlib
import logging
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from airflownet.cli.missing_extra import missing_extra
from airflownet.errors import AirflowNetError

INTERRUPTED = 130
USAGE_ERROR: Any = typer.BadParameter.__mro__[2]  # the base of all; typer does not export it by name

COMMANDS = {
    "doctor": "What is present and what is missing, each with its remedy.",
    "setup": "Make the training environment and llama.cpp ready (once for all clones).",
    "generate": "Write a DAG for a request in plain words, with the judge at the elbow.",
    "serve": "Answer chat clients with verified DAGs (OpenAI-compatible).",
    "run": "Run every stage of a recipe, one after the other.",
    "mine": "Collect DAG files from folders, clones, GitHub or releases.",
    "judge": "Tell which DAG files load on an Airflow version, without running them.",
    "label": "Label every mined file: on which Airflow lines it loads (the judging stage).",
    "instruct": "Write what a user would have asked for to get each DAG.",
    "magpie": "Let a served model make up requests, filter, answer and judge them.",
    "dataset": "Assemble a dataset whose splits cannot leak.",
    "publish": "Send a finished dataset to the Hugging Face Hub; shows the plan first.",
    "finetune": "Train the base model, or fine-tune it with QLoRA, and export GGUF.",
    "infer": "Answer the test prompts with base and tuned model on a llama.cpp server.",
    "evaluate": "Judge the answers and write the report.",
    "grade": "Let an LLM judge examine the answers: correctness, completeness, best practices.",
    "improve": "Let the judge teach the model: draw answers, keep the good ones, train on them.",
    "promote": "Make a model the champion if the intervals of a comparison allow it.",
    "report": "Show the report of a finished evaluation.",
    "catalogue": "Build or look into the API catalogue of an Airflow line.",
}


class LazyCommands(TyperGroup):
    """Imports a command's module only when it is used, so that ``--help`` is instant."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Returns the commands in the order of the pipeline."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Returns the command, or None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"airflownet.cli.{cmd_name}")
        found: Any = getattr(module, "app", None)
        if found is None:
            found = typer.Typer(add_completion=False)
            found.command(name=cmd_name)(getattr(module, cmd_name))
        return typer.main.get_command(found)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Writes the table of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


typer_app = typer.Typer(cls=LazyCommands, add_completion=False, no_args_is_help=True, rich_markup_mode=None)


def _show_version(wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import version

    typer.echo(f"airflownet {version('airflownet')}")
    raise typer.Exit


@typer_app.callback(help=__doc__)
def _main(
    verbose: bool = typer.Option(False, "--verbose", "-v", help="Show debug messages."),
    _version: bool = typer.Option(
        False, "--version", help="Show the version and end.", is_eager=True, callback=_show_version
    ),
) -> None:
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO, format="%(message)s", stream=sys.stderr
    )
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # mining tells of its own retries
    for noisy in ("github", "httpx", "httpcore", "filelock", "fsspec", "matplotlib"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def app() -> None:
    """Runs the command line; expected errors become one message and an exit code."""
    try:
        code = typer_app(standalone_mode=False)
    except AirflowNetError as error:
        typer.secho(f"Error: {error}", fg="red", err=True)
        raise SystemExit(error.exit_code) from None
    except ModuleNotFoundError as error:
        missing = missing_extra(error)
        if missing is None:
            raise
        typer.secho(f"Error: {missing}", fg="red", err=True)
        raise SystemExit(missing.exit_code) from None
    except USAGE_ERROR as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    if code == INTERRUPTED:  # typer answers Ctrl-C itself, with this code
        typer.secho("Interrupted. What was finished is kept; run the same command again to go on.", err=True)
    raise SystemExit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    app()
