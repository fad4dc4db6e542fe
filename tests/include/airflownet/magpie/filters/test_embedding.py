"""The embedding hook against a real llama-server, and what happens without one."""

from __future__ import annotations

import contextlib
import subprocess
import time

import httpx
import numpy as np
import pytest

from airflownet.errors import NetworkError
from airflownet.llama.server import _free_port
from airflownet.llama.server_spec import ServerSpec
from airflownet.magpie.filters.embedding import LatentSemanticAnalysis, embedding_server


@pytest.mark.llama
def test_an_embedding_server_gives_unit_vectors_in_order(spec: ServerSpec) -> None:
    port = _free_port("127.0.0.1")
    command = [*spec.command(spec.binary, port, "embedding"), "--embedding", "--pooling", "mean"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            for _ in range(300):
                with contextlib.suppress(httpx.HTTPError):
                    if httpx.get(f"{url}/health", trust_env=False).status_code == 200:
                        break
                assert process.poll() is None
                time.sleep(0.1)
            texts = ["load sales", "train a model", "load sales"]
            vectors = embedding_server(url)(texts)
        finally:
            process.kill()
    assert vectors.shape[0] == 3
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0)
    assert np.allclose(vectors[0], vectors[2], atol=1e-3)
    assert not np.allclose(vectors[0], vectors[1], atol=1e-3)


def test_a_server_that_is_away_is_named() -> None:
    with pytest.raises(NetworkError, match=r"the embedding server at .* cannot be used"):
        embedding_server("http://127.0.0.1:9")(["x"])


@pytest.mark.parametrize("texts", [["one"], ["the a", "an of", "to it"]], ids=["too-few", "stop-words"])
def test_too_little_to_learn_from_gives_no_dimension(texts: list[str]) -> None:
    assert LatentSemanticAnalysis()(texts).shape == (len(texts), 0)
