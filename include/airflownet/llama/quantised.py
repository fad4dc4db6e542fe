"""The base model in the number format that answers: llama-quantize's, made once and kept in the cache.

``with_type(Path("base_model/base.gguf"), "Q4_K_M")`` returns the file that llama-server loads. Training
exports 16 bits; Q4_K_M takes less than a third of that, and so its weights are read that much faster, which
is most of the time a token takes. The adapter stays as it is: llama.cpp adds it to a base of any type.
"""

from __future__ import annotations

import logging
import re
import subprocess
from pathlib import Path
from typing import Literal

from filelock import FileLock

from airflownet.cache import cache_dir, require_free_disk
from airflownet.errors import DiskSpaceError, SetupError
from airflownet.hashing import sha256_file, sha256_text
from airflownet.llama.settings import physical_cores
from airflownet.progress import progress

log = logging.getLogger(__name__)

GgufType = Literal["as_exported", "F16", "BF16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0"]
_TENSOR = re.compile(r"^\[\s*(\d+)/\s*(\d+)\]")


def with_type(gguf: Path, gguf_type: GgufType) -> Path:
    """Returns the model in the given type; ``as_exported`` is the file itself.

    Args:
        gguf: a model in 16 or 32 bits.
        gguf_type: llama-quantize's name.

    Raises:
        DiskSpaceError: the disk has no room for the result.
        SetupError: llama.cpp is not set up, or llama-quantize refuses the model.
    """
    if gguf_type == "as_exported":
        return gguf
    from airflownet.toolchain.llama_cpp import find_llama_cpp

    tools = find_llama_cpp()
    key = sha256_text("\n".join([sha256_file(gguf), gguf_type, tools.version]))[:16]
    target = cache_dir("quantised", key) / f"{gguf.stem}.{gguf_type}.gguf"
    with FileLock(target.with_suffix(".lock")):
        if not target.is_file():
            require_free_disk(target.parent, gguf.stat().st_size, f"Quantising {gguf.name}")
            partial = target.with_suffix(".partial")
            try:
                _quantise(tools.quantize, gguf, partial, gguf_type)
                partial.replace(target)
            finally:
                partial.unlink(missing_ok=True)
            log.info(
                "%s in %s: %.1f MB instead of %.1f MB, %s",
                gguf.name,
                gguf_type,
                target.stat().st_size / 1e6,
                gguf.stat().st_size / 1e6,
                target,
            )
    return target


def _quantise(program: Path, gguf: Path, target: Path, gguf_type: str) -> None:
    command = [str(program), str(gguf), str(target), gguf_type, str(physical_cores())]
    lines: list[str] = []
    with (
        progress(f"Quantising to {gguf_type}", unit="tensors") as bar,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        ) as process,
    ):
        for line in process.stdout or ():
            lines.append(line.rstrip())
            if found := _TENSOR.match(line):
                bar.update(float(found[1]), f"of {found[2]}")
    if process.returncode == 0:
        return
    output = "\n".join(lines)
    if "No space left" in output:
        raise DiskSpaceError(f"the disk became full while {gguf} was quantised", "free some space, run again")
    raise SetupError(
        f"llama-quantize cannot make {gguf_type} of {gguf}: {_reason(lines)}",
        "set inference.gguf_type to as_exported, or give a base in 16 bits (training.outtype: f16)",
    )


def _reason(lines: list[str]) -> str:
    told = [line for line in lines if line]
    return next((line for line in told if "fail" in line or "error" in line), told[-1] if told else "no word")
