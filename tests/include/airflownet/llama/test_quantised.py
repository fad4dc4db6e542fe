"""The base in another number format, made by the real llama-quantize."""

from __future__ import annotations

from pathlib import Path

import pytest

import llama_model
from airflownet.errors import SetupError
from airflownet.llama.quantised import with_type
from airflownet.toolchain.llama_cpp import LlamaCpp

pytestmark = pytest.mark.llama


@pytest.fixture(scope="module")
def base(llama_cpp: LlamaCpp, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wide enough for blocks of 256 weights."""
    path = tmp_path_factory.mktemp("wide") / "base.gguf"
    shape = llama_model.Shape(n_layers=2, n_embd=256, n_heads=4, n_kv_heads=2, n_ff=512)
    llama_model.write_model(path, llama_cpp.convert_hf_to_gguf.parent / "gguf-py", shape)
    return path


@pytest.fixture
def cache(tmp_path: Path, llama_cpp: LlamaCpp, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own; llama.cpp stays the one that was found."""
    monkeypatch.setattr("airflownet.toolchain.llama_cpp.find_llama_cpp", lambda: llama_cpp)
    monkeypatch.setenv("AIRFLOWNET_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_as_exported_is_the_file_itself(base: Path, cache: Path) -> None:
    assert with_type(base, "as_exported") == base
    assert not cache.exists()


def test_smaller_types_are_smaller_and_made_once(base: Path, cache: Path) -> None:
    sizes = [with_type(base, name).stat().st_size for name in ("F16", "Q8_0", "Q4_K_M")]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[2] < 0.45 * sizes[0]
    made = with_type(base, "Q8_0")
    before = made.stat().st_mtime_ns
    assert with_type(base, "Q8_0") == made
    assert made.stat().st_mtime_ns == before
    assert made.name == "base.Q8_0.gguf"
    assert not list(cache.rglob("*.partial"))


def test_a_file_that_is_no_model_is_a_clear_error(cache: Path, tmp_path: Path) -> None:
    broken = tmp_path / "base.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(SetupError, match=r"llama-quantize cannot make Q8_0 of .*base\.gguf") as caught:
        with_type(broken, "Q8_0")
    assert "gguf_type" in caught.value.remedy
    assert not list(cache.rglob("*.gguf"))
