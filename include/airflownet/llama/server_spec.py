"""What a managed llama-server is asked for, and the record of one that was started.

Both are plain JSON, so that a handle travels through XCom and lies on disk as ``server.json``.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflownet.llama.process import ProcessIdentity

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """One llama-server as it shall run."""

    model: str
    """Path of a GGUF file, or ``hf:OWNER/REPO[:QUANT]`` where the network may be used."""
    n_slots: int
    context_tokens_per_slot: int
    """A multiple of 256: llama.cpp rounds up to it."""
    threads: int
    adapter: str = ""
    """Path of a LoRA adapter as GGUF; loaded at scale 0."""
    n_gpu_layers: int = 999
    flash_attention: str = "auto"
    """``on``, ``off`` or ``auto``; on the CPU its results depend on what came from the cache."""
    port: int | None = None
    """None takes a free one."""
    host: str = LOOPBACK
    """Address to listen on."""
    binary: str = ""
    """llama-server; empty takes the one that ``make setup`` found or built."""
    start_timeout_s: float = 600.0

    def command(self, binary: str, port: int, alias: str) -> list[str]:
        """Returns the command line.

        ``--cache-ram 0``: the server's cache of prompts in main memory does not know of adapters; it
        hands the state of an adapter's prompt to a request for the base (tools/server, build 11434).
        ``--offline`` with a file, so that no start ever waits for a network; ``-hf`` needs it.
        ``--lora-scaled FILE:0``: ``--lora-init-without-apply`` leaves the scale at 1.
        """
        context_tokens = self.context_tokens_per_slot * self.n_slots
        is_hub = self.model.startswith("hf:")
        model = (
            ["-hf", self.model.removeprefix("hf:"), "--no-mmproj"]
            if is_hub
            else ["-m", self.model, "--offline"]
        )
        return [
            binary,
            *model,
            *(["--lora-scaled", f"{self.adapter}:0"] if self.adapter else []),
            *("--host", self.host, "--port", str(port), "--alias", alias),
            *("--parallel", str(self.n_slots), "--ctx-size", str(context_tokens), "--no-kv-unified"),
            *("--threads", str(self.threads), "--threads-batch", str(self.threads)),
            *("--n-gpu-layers", str(self.n_gpu_layers), "--flash-attn", self.flash_attention),
            *("--cache-ram", "0", "--metrics", "--no-webui", "--log-colors", "off"),
        ]


@dataclass(frozen=True, slots=True)
class ServerHandle:
    """A server that was started, ready and checked."""

    base_url: str
    pid: int
    """Leader of the server's process group."""
    born_at: float
    """Birth of the leader in seconds since the epoch; tells a reused pid from ours."""
    host: str
    """Name of the machine it runs on."""
    log_path: str
    record_path: str
    """The file this record lies in; names the successor after a restart."""
    alias: str
    """Unique name the server calls itself; proves that the one that answers is ours."""
    model_sha256: str
    adapter_sha256: str
    """Empty without an adapter."""
    n_slots: int
    context_tokens_per_slot: int
    build: str
    """llama.cpp's own name of the build."""
    with_owner: bool
    """True when the server ends with the process that started it."""
    spec: ServerSpec

    @property
    def process(self) -> ProcessIdentity:
        """The process group's leader."""
        return ProcessIdentity(self.pid, self.born_at, self.host)

    @property
    def folder(self) -> Path:
        """Where record and log lie."""
        return Path(self.record_path).parent

    def to_json(self) -> dict[str, Any]:
        """Returns the handle as plain JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> ServerHandle:
        """Returns the handle that ``to_json`` was called on.

        Raises:
            KeyError: a field is missing.
            TypeError: a field is unknown.
        """
        return cls(**{**value, "spec": ServerSpec(**value["spec"])})
