"""``airflownet generate``: writes a DAG for a request, with the judge at the elbow."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from airflownet.cli.output_file import require_place, write_whole
from airflownet.errors import InputError
from airflownet.terminal_text import printable

if TYPE_CHECKING:
    from airflownet.generation.compose import Written
    from airflownet.generation.draft import Refusal
    from airflownet.generation.settings import GenerationSettings


def generate(
    request: Annotated[
        str, typer.Argument(help="What the DAG shall do, in plain words; with --edit what shall change.")
    ] = "",
    airflow: Annotated[str, typer.Option(help="Airflow line (3.3) or version (2.9.3) to write for.")] = "3.3",
    model: Annotated[
        str,
        typer.Option(
            help="Folder of a run (artifacts/laptop), of a training or a base model, or a GGUF file. "
            "Default: artifacts/laptop, and before that is there the model that comes with the clone."
        ),
    ] = "",
    server: Annotated[
        str,
        typer.Option(
            help="Address of a server that runs: a llama-server (each statement is verified), or any that "
            "speaks /v1/chat/completions (drafts and repairs)."
        ),
    ] = "",
    api_key: Annotated[
        str, typer.Option(help="API key of that server.", envvar="LLAMA_API_KEY", show_envvar=True)
    ] = "",
    mode: Annotated[
        str,
        typer.Option(
            help="plan: the model writes a plan, from which the file is rendered; code: it writes the file "
            "itself, statement by statement."
        ),
    ] = "plan",
    output: Annotated[
        Path | None, typer.Option(help="File to write; without it the code goes to standard output.")
    ] = None,
    edit: Annotated[
        Path | None,
        typer.Option(
            help="Change this DAG file as REQUEST says, and show the difference.", show_default=False
        ),
    ] = None,
    migrate: Annotated[
        Path | None,
        typer.Option(
            help="Bring this DAG file to the --airflow line, and show the difference.", show_default=False
        ),
    ] = None,
    drafts: Annotated[int, typer.Option(help="Drafts of which the best is taken.", min=1, max=64)] = 4,
    repairs: Annotated[
        int, typer.Option(help="Rounds in which the model is told what is wrong.", min=0, max=8)
    ] = 0,
    card_tokens: Annotated[
        int, typer.Option(help="Most tokens of the API cards in the prompt; 0: none.", min=0, max=8192)
    ] = 400,
    plain: Annotated[
        bool, typer.Option("--plain", help="Do not look at each statement; judge whole drafts only.")
    ] = False,
    seconds: Annotated[float, typer.Option(help="Most time for one draft.", min=1.0)] = 600.0,
    seed: Annotated[int, typer.Option(help="Another seed gives another file.", min=0)] = 3407,
) -> None:
    """Write a DAG that loads and does what was asked.

    The code is shown as it is accepted, and what was refused with the reason. Exits 0 when the file loads
    and has what the request states, 1 when not (the best draft is written beside the output), 2 for a usage
    error.
    """
    from airflownet.generation.settings import GenerationSettings

    if edit is not None and migrate is not None:
        raise InputError("both --edit and --migrate are given", "give one of them")
    if not request.strip() and migrate is None:
        raise InputError("the request is empty", "say what the DAG shall do")
    if mode not in ("plan", "code"):
        raise InputError(f"--mode is {mode!r}", "give plan or code")
    if output is not None:
        require_place(output, draft_beside(output))
    settings = GenerationSettings(
        mode="plan" if mode == "plan" else "code",
        n_slots=min(drafts, 4),
        n_drafts=drafts,
        n_repairs=repairs,
        card_tokens=card_tokens,
        max_seconds=seconds,
        seed=seed,
    )
    if edit is not None or migrate is not None:
        from airflownet.cli.generate_change import change_file

        code = change_file(request, edit, migrate, airflow, model, server, api_key, settings, output)
        raise typer.Exit(code)
    written = asyncio.run(
        _write(request, airflow, model, server, api_key, settings, output, verified=not plain)
    )
    raise typer.Exit(_hand_over(written, airflow, output))


async def _write(
    request: str,
    airflow: str,
    model: str,
    server: str,
    api_key: str,
    settings: GenerationSettings,
    output: Path | None,
    *,
    verified: bool,
) -> Written:
    from airflownet.generation.cards import cards_for
    from airflownet.generation.compose import Composer, written_without_model
    from airflownet.generation.model_source import open_model

    for absent in cards_for(request, airflow, budget_tokens=0).absent:
        typer.secho(f"note: {absent}", fg="yellow", err=True)
    if not model and not server and (found := await written_without_model(request, settings, airflow)):
        return found
    async with (
        _time_told(settings.mode),
        open_model(settings, model=model, server=server, api_key=api_key) as writing,
    ):
        if verified and settings.mode == "code" and not writing.can_verify:
            typer.secho(
                f"note: {server} takes no token ids, so whole drafts are judged, not each statement",
                fg="bright_black",
                err=True,
            )
        composer = Composer(writing, settings, airflow, verified=verified)
        if output is not None:
            composer.working_file = draft_beside(output)
        # A plan is no file yet: what it is rendered to is shown at the end.
        return await composer.write(request, _Shown() if settings.mode == "code" else None)


@asynccontextmanager
async def _time_told(mode: str) -> AsyncIterator[None]:
    """Tells on standard error that a model is at work, and on a terminal for how long."""
    what = (
        "the words leave something open: a model writes the plan"
        if mode == "plan"
        else "a model writes the file"
    )
    typer.secho(f"{what} ...", fg="bright_black", err=True)
    # Code is shown as it grows, which tells enough.
    counting = asyncio.create_task(_count_seconds()) if mode == "plan" and sys.stderr.isatty() else None
    try:
        yield
    finally:
        if counting is not None:
            counting.cancel()


async def _count_seconds() -> None:
    began = time.monotonic()
    while True:
        await asyncio.sleep(1.0)
        typer.secho(f"\r{time.monotonic() - began:.0f} s \r", fg="bright_black", err=True, nl=False)


class _Shown:
    """Shows an answer as it grows, on standard error: standard output is the file's."""

    def accepted(self, text: str) -> None:
        typer.echo(printable(text), nl=False, err=True)

    def refused(self, refusal: Refusal) -> None:
        typer.secho(
            printable(
                f"   refused ({refusal.answer}): {refusal.why.splitlines()[0]}\n      {refusal.statement}"
            ),
            fg="yellow",
            err=True,
        )

    def taken_back(self, code: str) -> None:
        typer.secho(f"   taken back to line {code.count(chr(10))}", fg="yellow", err=True)


def _hand_over(written: Written, airflow: str, output: Path | None) -> int:
    """Writes the file and tells what it is; returns the exit code."""
    if output is None and (written.has_all or not sys.stdout.isatty()):
        typer.echo(printable(written.code) if sys.stdout.isatty() else written.code, nl=False)
    elif written.way in ("plan", "outline"):  # of code that the model writes itself each statement was shown
        typer.echo(printable(written.code), err=True)
    if output is not None and written.has_all:
        keep(output, written.code)
        draft_beside(output).unlink(missing_ok=True)
    elif output is not None:
        keep(draft_beside(output), written.code)
    tell(written, airflow)
    if output is not None:
        where = (
            output if written.has_all else f"{draft_beside(output)} (the best draft; {output} is not touched)"
        )
        typer.echo(f"\n{where}", err=True)
    return 0 if written.has_all else 1


def tell(written: Written, airflow: str) -> None:
    """Tells on standard error what a file is: verdict, graph, assumptions, what is missing."""
    from airflownet.generation.graph_text import graph_text
    from airflownet.generation.summary import summary_lists, verdict_line
    from airflownet.judge.loader import load_source

    checked = written.checked
    colour = "green" if written.has_all else "yellow" if checked.loads else "red"
    typer.secho(f"\n{verdict_line(written)}", fg=colour, err=True)
    if graph := graph_text(load_source(checked.code, airflow)):
        typer.echo(f"\n{printable(graph)}", err=True)
    for title, lines in summary_lists(written, written.request, airflow).items():
        typer.echo(f"\n{title}:", err=True)
        for line in lines:
            typer.echo(f"  - {printable(line)}", err=True)
    score = f", asked-for score {checked.asked.score:.2f}" if checked.asked.is_scored else ""
    refused = f", {len(written.refusals)} statements refused" if written.way == "verified" else ""
    typer.echo(
        f"\n{written.n_drafts} draft{'s' if written.n_drafts != 1 else ''}, {written.n_tokens_drawn:,} "
        f"tokens drawn for {written.n_tokens:,}{refused}, {written.seconds:.0f} s{score}",
        err=True,
    )


def keep(path: Path, code: str) -> None:
    """Writes the file; where that is not possible any more, the code goes to standard output.

    Raises:
        InputError: it could not be written.
    """
    try:
        write_whole(path, code)
    except InputError:
        typer.echo(code, nl=False)
        raise


def draft_beside(output: Path) -> Path:
    """Returns where the best draft is kept of a file that is not what was asked for."""
    return output.with_name(f"{output.stem}.draft{output.suffix or '.py'}")
