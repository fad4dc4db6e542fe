"""``hf:OWNER/REPO:QUANT`` through a managed server, against a hub on this machine."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import shutil
from pathlib import Path

import pytest

from airflownet.hashing import sha256_file
from airflownet.llama.batch import generate
from airflownet.llama.errors import ServerStartError
from airflownet.llama.ledger import open_ledger
from airflownet.llama.sampling import Sampling
from airflownet.llama.server import managed_server
from airflownet.llama.server_spec import ServerSpec
from airflownet.llama.serving import open_endpoints, server_spec, serving_model
from airflownet.llama.settings import ServerSettings
from airflownet.llama.work import work_item
from servers.model_hub import ModelHub

SETTINGS = ServerSettings(
    n_slots=2, context_tokens_per_slot=256, threads=1, flash_attention="off", start_timeout_s=60
)
NAME = "hf:someone/Tiny-GGUF:F16"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of downloads, and no hub."""
    for name in list(os.environ):
        if name.startswith(("HF_", "HUGGINGFACE_", "LLAMA_CACHE", "MODEL_ENDPOINT")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def test_the_server_is_told_to_fetch_it(tmp_path: Path) -> None:
    command = server_spec(SETTINGS, NAME).command("llama-server", 8080, "alias")
    assert command[1:4] == ["-hf", "someone/Tiny-GGUF:F16", "--no-mmproj"]
    assert "-m" not in command
    assert "--offline" not in command
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    local = server_spec(SETTINGS, str(tmp_path / "m.gguf")).command("llama-server", 8080, "alias")
    assert "--offline" in local


@pytest.mark.llama
def test_a_hub_model_is_fetched_once_and_answers(
    models: Path, llama_cpp, cache: Path, tmp_path: Path, monkeypatch
) -> None:
    file = tmp_path / "tiny-F16.gguf"
    shutil.copy(models / "base.gguf", file)
    sampling = Sampling(max_completion_tokens=8)

    async def answer(servers, loaded, ledger):
        item = work_item([65, 66, 67], sampling, model_sha256=loaded.base_sha256)
        async with open_endpoints(servers, SETTINGS, loaded) as endpoints:
            await generate(endpoints, [item], sampling, ledger)
        return ledger.get(item.key)

    with ModelHub({"someone/Tiny-GGUF": [file]}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        for _attempt in range(2):
            with (
                serving_model(SETTINGS, NAME, tmp_path / "server") as (servers, loaded),
                open_ledger(tmp_path / "ledger.sqlite") as ledger,
            ):
                found = asyncio.run(answer(servers, loaded, ledger))
            assert loaded.base_sha256 == sha256_file(file)
            assert found is not None
            assert (found.error, found.prompt_tokens) == ("", 3)
        downloads = [path for path in hub.history if path.endswith(file.name)]
    assert 1 <= len(downloads) <= 2, "a HEAD and a GET, once"


@pytest.mark.llama
@pytest.mark.parametrize(
    ("name", "endpoint", "told"),
    [
        ("hf:someone/Missing-GGUF", "hub", "HF_TOKEN"),
        ("hf:someone/Tiny-GGUF", "http://127.0.0.1:9", "the network"),
        ("hf:no-slash", "hub", "hf:OWNER/REPO[:QUANT]"),
    ],
    ids=["not there", "no network", "no such name"],
)
def test_a_model_that_cannot_be_fetched_is_a_clear_error(
    models, llama_cpp, cache, tmp_path, monkeypatch, name: str, endpoint: str, told: str
) -> None:
    with ModelHub({}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url if endpoint == "hub" else endpoint)
        spec = server_spec(SETTINGS, name)
        with pytest.raises(ServerStartError, match=name) as caught, managed_server(spec, tmp_path / "server"):
            pass
    assert told in caught.value.remedy
    assert "GGUF file" in caught.value.remedy


@pytest.mark.llama
def test_a_build_without_https_says_so(spec: ServerSpec, cache: Path, tmp_path: Path, monkeypatch) -> None:
    """The real program's own words, from a build that has or has not HTTPS."""
    monkeypatch.setenv("HF_ENDPOINT", "https://127.0.0.1:9")
    hub_spec = dataclasses.replace(spec, model=NAME, adapter="")
    with (
        pytest.raises(ServerStartError, match=r"HTTPS|could not fetch") as caught,
        managed_server(hub_spec, tmp_path),
    ):
        pass
    if "HTTPS" in caught.value.message:
        assert "hf download someone/Tiny-GGUF FILE.gguf" in caught.value.remedy
        assert "airflownet setup" not in caught.value.remedy
