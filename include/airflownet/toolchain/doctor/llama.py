"""llama.cpp: the server's build, the other programs and the convert scripts."""

from __future__ import annotations

from collections.abc import Iterator

from airflownet.errors import SetupError
from airflownet.toolchain.doctor.finding import Finding, State
from airflownet.toolchain.llama_cpp import find_llama_cpp

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
