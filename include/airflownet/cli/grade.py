"""``airflownet grade``: puts the answers of an evaluation to an LLM judge."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from airflownet.llm_judge.settings import GradeSettings


def grade(
    evaluation: Annotated[
        str, typer.Argument(help="Folder or URL of a finished evaluation, with `results.parquet`.")
    ] = "artifacts/laptop/evaluation",
    output: Annotated[str, typer.Option(help="Folder or URL to write; empty: `grading` beside it.")] = "",
    settings: Annotated[
        Path | None, typer.Option(help="YAML file with settings of the judge; options below change them.")
    ] = None,
    judge: Annotated[str, typer.Option(help="`claude` (batches, needs a key) or `llama`.")] = "",
    model: Annotated[
        str, typer.Option(help="Claude's model id, or the path of a GGUF file for a llama judge.")
    ] = "",
    prompts: Annotated[
        int | None, typer.Option(min=0, help="Grade only so many prompts, drawn by hash; 0: all.")
    ] = None,
    budget_usd: Annotated[
        float | None, typer.Option(min=0.0, help="Submit nothing that could cost more than this in all.")
    ] = None,
    keep_comments: Annotated[
        bool, typer.Option("--keep-comments", help="Show the judge comments and docstrings as well.")
    ] = False,
    pairwise: Annotated[
        bool, typer.Option("--pairwise", help="Also compare every two models side by side, in both orders.")
    ] = False,
    server: Annotated[
        str, typer.Option(help="Address of a llama-server that runs. Default: one is started.")
    ] = "",
    plan: Annotated[
        bool, typer.Option("--plan", help="Only tell what Claude would be asked, and what it costs at most.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Run even when a finished output is there.")] = False,
) -> None:
    """Grade correctness, completeness and best practices, 1 to 5, from yes/no facts with their findings.

    Exits 1 when the judge is not to be believed: answers of known worth got other grades, its repeats
    disagree, or too many answers are unscored.
    """
    from airflownet.llm_judge.stage import run, told_cost
    from airflownet.llm_judge.terminal_table import terminal_table
    from airflownet.locations import local_copy

    changes: dict[str, Any] = {"judge": judge or None, "max_prompts": prompts}
    changes["strip_comments"] = False if keep_comments else None
    changes["pairwise"] = pairwise or None
    chosen = _settings(settings, changes, model, budget_usd)
    target = output or _beside(evaluation)
    if plan:
        typer.echo(told_cost(chosen, evaluation, target) or "A served model judges: it costs nothing.")
        return
    result = run(chosen, evaluation, target, server=server or None, fresh=fresh)
    _print(local_copy(result.location), terminal_table)
    _report(evaluation, result.location)
    if result.counts["flags"]:
        raise typer.Exit(1)


def _print(folder: Path, table: Any) -> None:
    import json

    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    typer.echo(table(summary))
    for flag in summary["flags"]:
        typer.secho(f"Not to be believed: {flag}", fg="red", err=True)
    typer.echo(f"Grades: {folder / 'grades.parquet'}")


def _report(evaluation: str, grading: str) -> None:
    """Writes the report again with the grades; rows without a report of this version have none."""
    from airflownet.errors import ArtifactError
    from airflownet.evaluation.second_opinions.stage import run
    from airflownet.evaluation.settings import EvaluationSettings
    from airflownet.locations import read_manifest

    try:
        settings = read_manifest(evaluation)["settings"]
        result = run(
            EvaluationSettings.model_validate(settings),
            evaluation,
            _beside(evaluation, "report"),
            grading=grading,
        )
    except (ArtifactError, KeyError, ValueError) as error:
        typer.echo(f"No report with the grades: {error}", err=True)
        return
    typer.echo(f"Report: {result.location}/report.html")


def _beside(evaluation: str, name: str = "grading") -> str:
    head, _, _ = evaluation.rstrip("/").rpartition("/")
    return f"{head}/{name}" if head else name


def _settings(
    path: Path | None, changes: dict[str, Any], model: str, budget_usd: float | None
) -> GradeSettings:
    import yaml
    from pydantic import ValidationError

    from airflownet.errors import InputError
    from airflownet.llm_judge.settings import GradeSettings

    place = str(path) if path else "the options"
    try:
        data = (yaml.safe_load(path.read_text("utf-8")) or {}) if path else {}
        if not isinstance(data, dict):
            raise InputError(f"{path} holds no mapping of settings", "write it as `name: value` lines")
        data |= {name: value for name, value in changes.items() if value is not None}
        if model:
            block = "llama" if data.get("judge") == "llama" else "claude"
            data[block] = {**(data.get(block) or {}), "model": model}
        if budget_usd is not None:
            data["claude"] = {**(data.get("claude") or {}), "budget_usd": budget_usd}
        return GradeSettings.model_validate(data)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path} cannot be read: {error}", "give the path of a YAML file") from None
    except ValidationError as error:
        problems = "\n  ".join(
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']} (got {problem['input']!r})"
            for problem in error.errors()
        )
        raise InputError(
            f"{place}: wrong settings\n  {problems}", "see docs/llm-judge.md for every setting"
        ) from None
