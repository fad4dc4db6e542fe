"""Fixtures: a real llama-server with a tiny random model; started once for the session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import llama_model
from airflownet.errors import SetupError
from airflownet.llama.server import managed_server
from airflownet.llama.server_spec import ServerHandle, ServerSpec
from airflownet.toolchain.llama_cpp import LlamaCpp, find_llama_cpp


@pytest.fixture(scope="session")
def llama_cpp() -> LlamaCpp:
    try:
        return find_llama_cpp()
    except SetupError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def models(llama_cpp: LlamaCpp, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``base.gguf`` and ``adapter.gguf``."""
    folder = tmp_path_factory.mktemp("models")
    gguf_py = llama_cpp.convert_hf_to_gguf.parent / "gguf-py"
    llama_model.write_model(folder / "base.gguf", gguf_py)
    llama_model.write_adapter(folder / "adapter.gguf", gguf_py)
    return folder


@pytest.fixture(scope="session")
def spec(llama_cpp: LlamaCpp, models: Path) -> ServerSpec:
    return ServerSpec(
        model=str(models / "base.gguf"),
        adapter=str(models / "adapter.gguf"),
        n_slots=4,
        context_tokens_per_slot=1024,
        threads=1,
        # On the CPU it makes answers depend on what came from the cache; here they must be comparable.
        flash_attention="off",
        binary=str(llama_cpp.server),
        start_timeout_s=60,
    )


@pytest.fixture(scope="session")
def server(spec: ServerSpec, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerHandle]:
    """A server that tests share; a test that kills starts its own."""
    with managed_server(spec, tmp_path_factory.mktemp("server")) as handle:
        yield handle
