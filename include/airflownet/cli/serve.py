"""``airflownet serve``: any editor or chat client that speaks OpenAI's chat API gets verified DAGs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from airflownet.generation.compose import Composer
    from airflownet.generation.settings import GenerationSettings


def serve(
    airflow: Annotated[str, typer.Option(help="Airflow line to write for, unless a client asks.")] = "3.3",
    model: Annotated[
        str,
        typer.Option(
            help="Folder of a run or a model, or a GGUF file. Default: artifacts/laptop, and before that is "
            "there the model that comes with the clone."
        ),
    ] = "",
    server: Annotated[str, typer.Option(help="Address of a server that runs already.")] = "",
    api_key: Annotated[
        str, typer.Option(help="API key of that server.", envvar="LLAMA_API_KEY", show_envvar=True)
    ] = "",
    mode: Annotated[str, typer.Option(help="plan or code, as for `airflownet generate`.")] = "plan",
    drafts: Annotated[int, typer.Option(help="Drafts of which the best is taken.", min=1, max=64)] = 4,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8600,
    key: Annotated[
        str,
        typer.Option(
            help="Bearer token that clients must send.", envvar="AIRFLOWNET_SERVE_KEY", show_envvar=True
        ),
    ] = "",
) -> None:
    """Serve verified DAGs at http://HOST:PORT/v1: set that as the base URL of your client."""
    import uvicorn

    from airflownet.errors import InputError
    from airflownet.generation.proxy import proxy_app
    from airflownet.generation.settings import GenerationSettings
    from airflownet.judge.catalogue import load_catalogue

    if mode not in ("plan", "code"):
        raise InputError(f"--mode is {mode!r}", "give plan or code")
    load_catalogue(airflow)
    if not server:
        from airflownet.generation.model_source import model_files

        model_files(model)  # a missing model is told before anything starts
    settings = GenerationSettings(mode="plan" if mode == "plan" else "code", n_drafts=drafts)
    app = proxy_app(_composer(settings, airflow, model, server, api_key), api_key=key)
    if host not in ("127.0.0.1", "localhost", "::1") and not key:
        typer.secho(f"note: everyone who reaches {host}:{port} can use it; --key asks for a token", err=True)
    typer.echo(f"base URL for clients: http://{host}:{port}/v1 (model: airflownet)", err=True)
    uvicorn.run(app, host=host, port=port, log_level="warning")


@asynccontextmanager
async def _composer(
    settings: GenerationSettings, airflow: str, model: str, server: str, api_key: str
) -> AsyncIterator[Composer]:
    from airflownet.generation.compose import Composer
    from airflownet.generation.model_source import open_model

    async with open_model(settings, model=model, server=server, api_key=api_key) as writing:
        yield Composer(writing, settings, airflow)
