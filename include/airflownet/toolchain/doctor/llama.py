"""llama.cpp: the server's build, the other programs and the convert scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from airflownet.errors import SetupError
from airflownet.toolchain.doctor.finding import Finding, State
from airflownet.toolchain.llama_cpp import find_llama_cpp, list_devices

FAMILY = "llama.cpp"


def find_llama() -> Iterator[Finding]:
    """Yields one finding a program, or one that says how to get them all."""
    try:
        tools = find_llama_cpp()
    except SetupError as error:
        yield Finding(FAMILY, "llama-server", State.MISSING, error.message, error.remedy)
        return
    origin = "found" if tools.origin == "path" else "built here"
    yield Finding(FAMILY, "llama-server", State.PRESENT, f"{tools.version}, {origin}: {tools.server}")
    yield Finding(FAMILY, "llama-quantize", State.PRESENT, str(tools.quantize))
    yield Finding(FAMILY, "llama-batched-bench", State.PRESENT, str(tools.batched_bench))
    yield Finding(FAMILY, "convert scripts", State.PRESENT, str(tools.convert_hf_to_gguf.parent))
    yield _gpu(tools.server)


def _gpu(server: Path) -> Finding:
    """Whether answers can come from a GPU: what the program itself says it can compute on."""
    devices = list_devices(server)
    if devices:
        return Finding(FAMILY, "GPU build", State.PRESENT, "; ".join(devices))
    remedy = (
        "for recipes on a GPU: AIRFLOWNET_LLAMA_CUDA=1 airflownet setup (needs nvcc), or a folder with CUDA "
        "binaries in AIRFLOWNET_LLAMA_CPP_DIR; see docs/inference.md"
    )
    return Finding(FAMILY, "GPU build", State.OPTIONAL, "this llama-server answers on the CPU", remedy)
