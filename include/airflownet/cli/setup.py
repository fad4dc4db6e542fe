"""``airflownet setup``: the training environment and llama.cpp, made once for all clones."""

from __future__ import annotations

import time
from typing import Annotated

import typer


def setup(
    training: Annotated[
        bool, typer.Option(help="Make the training environment (torch on the CPU, trl, peft, bitsandbytes).")
    ] = True,
    llama_cpp: Annotated[
        bool,
        typer.Option(help="Find llama.cpp on PATH, or build it from its pinned source (about 7 minutes)."),
    ] = True,
) -> None:
    """Make the training environment and llama.cpp ready; a second run takes about a second."""
    from airflownet.toolchain.llama_cpp import ensure_llama_cpp
    from airflownet.toolchain.training_environment import ensure_training_environment

    started = time.monotonic()
    if training:
        python = ensure_training_environment()
        typer.echo(f"Training environment: {python.parent.parent}")
    if llama_cpp:
        tools = ensure_llama_cpp()
        typer.echo(f"llama.cpp: {tools.version} in {tools.server.parent}")
    typer.echo(f"Set up in {time.monotonic() - started:.1f} s.")
