"""``airflownet setup``: the training environment and llama.cpp, made once for all clones."""

from __future__ import annotations

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer

log = logging.getLogger(__name__)


def setup(
    training: Annotated[
        bool, typer.Option(help="Make the training environment (torch on the CPU, trl, peft, bitsandbytes).")
    ] = True,
    llama_cpp: Annotated[
        bool,
        typer.Option(help="Find llama.cpp on PATH, or build it from its pinned source (about 5 minutes)."),
    ] = True,
) -> None:
    """Make the training environment and llama.cpp ready; a second run takes about a second."""
    from airflownet.toolchain.llama_cpp import ensure_llama_cpp
    from airflownet.toolchain.training_environment import ensure_training_environment

    started = time.monotonic()
    # One waits for the network while the other keeps the processor busy.
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="training-environment") as beside:
        environment = beside.submit(ensure_training_environment) if training else None
        if environment is not None and llama_cpp:
            environment.add_done_callback(_tell_failure)
        tools = ensure_llama_cpp() if llama_cpp else None
    if environment is not None:
        typer.echo(f"Training environment: {environment.result().parent.parent}")
    if tools is not None:
        typer.echo(f"llama.cpp: {tools.version} in {tools.server.parent}")
    typer.echo(f"Set up in {time.monotonic() - started:.1f} s.")


def _tell_failure(environment: Future[Path]) -> None:
    """Says at once what would otherwise be told minutes later, after llama.cpp is built."""
    if error := environment.exception():
        log.error("The training environment could not be made (llama.cpp is finished first): %s", error)
