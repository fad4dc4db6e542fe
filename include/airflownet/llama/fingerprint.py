"""What determined an answer beside its prompt; ``servers.json`` holds it under the id that rows name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from airflownet.hashing import canonical_json, sha256_text
from airflownet.llama.readiness import context_tokens
from airflownet.llama.sampling import Sampling
from airflownet.llama.server_spec import ServerHandle
from airflownet.records import stable_id


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Id and description; equal descriptions have equal ids, on every machine."""

    id: str
    description: dict[str, Any]


def describe_server(
    props: dict[str, Any], *, model_sha256: str, adapter_sha256: str, handle: ServerHandle | None = None
) -> dict[str, Any]:
    """Returns what a ready server contributes to its answers, as plain JSON.

    Args:
        props: its GET /props.
        model_sha256: hash of the model's file.
        adapter_sha256: hash of the adapter's file, empty without one.
        handle: the handle of a managed server; for a remote one the hashes are the caller's word.
    """
    return {
        "build": str(props.get("build_info", "")),
        "model_sha256": model_sha256,
        "adapter_sha256": adapter_sha256,
        "model_ftype": str(props.get("model_ftype", "")),
        "n_slots": int(props["total_slots"]),
        "context_tokens_per_slot": context_tokens(props),
        "managed": handle is not None,
        "threads": handle.spec.threads if handle else None,
        "n_gpu_layers": handle.spec.n_gpu_layers if handle else None,
        "flash_attention": handle.spec.flash_attention if handle else None,
    }


def fingerprint(server: dict[str, Any], sampling: Sampling) -> Fingerprint:
    """Returns the fingerprint of a server, by ``describe_server``, that is sent these parameters.

    They stand in it as they are sent, which at temperature 0 is not what ``Sampling`` says of ``top_k``.
    """
    sent = sampling.request()
    if grammar := sent.get("grammar"):
        sent["grammar"] = f"sha256:{sha256_text(grammar)}"  # of a whole catalogue: hundreds of kilobytes
    description = {**server, "sampling": sent}
    return Fingerprint(stable_id("server", canonical_json(description)), description)
