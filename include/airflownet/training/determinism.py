"""Seeds, threads and deterministic kernels of a worker (training environment)."""

from __future__ import annotations

import contextlib
import os
import random


def make_deterministic(seed: int, num_threads: int) -> int:
    """Seeds every generator, fixes the number of threads and asks torch for deterministic kernels.

    The order of additions depends on the number of threads, so equal weights need an equal number.

    Returns:
        The number of threads in use.
    """
    import numpy
    import torch

    random.seed(seed)
    numpy.random.seed(seed % 2**32)
    torch.manual_seed(seed)
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    torch.set_num_threads(num_threads or available)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    return int(torch.get_num_threads())


def library_versions() -> dict[str, str]:
    """Returns the versions of the libraries that decide the result."""
    import importlib.metadata

    names = ("torch", "transformers", "tokenizers", "trl", "peft", "bitsandbytes", "accelerate", "datasets")
    versions = {name: importlib.metadata.version(name) for name in names}
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        versions["unsloth"] = importlib.metadata.version("unsloth")
    return versions
