"""The second backend: unsloth's own loading of base and adapter, on an NVIDIA GPU (its own environment).

Trainer, rows, loss mask, checkpoints and export are those of the first backend; unsloth replaces the model's
layers. It must be imported before trl and transformers, which it patches. What it is called with is compared
with the signature it has, so that a release with other names fails before anything is loaded.
Source: unsloth 2026.10.9, ``models/loader.py`` and ``models/llama.py``.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from typing import Any

from airflownet.training.precision import Precision
from airflownet.training.worker_channel import MisconfiguredError

INSTALL = (
    "install requirements-train-unsloth.txt into an environment of its own and set AIRFLOWNET_TRAIN_PYTHON "
    "to its Python, or set training.backend: trl"
)


def import_unsloth() -> Any:
    """Returns the library.

    Raises:
        MisconfiguredError: it is not installed, or there is no GPU for it.
    """
    try:
        return importlib.import_module("unsloth")
    except ImportError as error:
        raise MisconfiguredError(f"training.backend is unsloth: {error}", INSTALL) from error
    except Exception as error:
        # Without a GPU its import raises NotImplementedError, or what the driver's library says.
        raise MisconfiguredError(f"unsloth cannot be used here: {error}", INSTALL) from error


def base_arguments(
    location: str, revision: str | None, settings: dict[str, Any], precision: Precision
) -> dict[str, Any]:
    """Returns what ``FastLanguageModel.from_pretrained`` is called with."""
    return {
        "model_name": location,
        "revision": revision,
        # Without this, another repository with weights that are quantised already is taken.
        "use_exact_model_name": True,
        "max_seq_length": settings["max_length"],
        "dtype": precision.torch_dtype,
        "load_in_4bit": settings["load_in_4bit"],
        "load_in_16bit": not settings["load_in_4bit"],
        "use_gradient_checkpointing": _checkpointing(settings),
        "random_state": settings["seed"],
    }


def adapter_arguments(settings: dict[str, Any]) -> dict[str, Any]:
    """Returns what ``FastLanguageModel.get_peft_model`` is called with, beside the model."""
    targets, layers = settings["target_modules"], settings["layers_to_transform"]
    return {
        "r": settings["r"],
        "lora_alpha": settings["lora_alpha"],
        "lora_dropout": settings["lora_dropout"],
        "target_modules": targets if isinstance(targets, str) else list(targets),
        "layers_to_transform": layers and list(layers),
        "use_rslora": settings["use_rslora"],
        "bias": "none",
        "use_gradient_checkpointing": _checkpointing(settings),
        "random_state": settings["seed"],
    }


def _checkpointing(settings: dict[str, Any]) -> str | bool:
    return "unsloth" if settings["gradient_checkpointing"] else False


def check_arguments(function: Callable[..., Any], arguments: dict[str, Any]) -> None:
    """Compares what is to be given with the names that the function has; ``**kwargs`` does not count as one.

    Raises:
        MisconfiguredError: it has no parameter of one of the names.
    """
    known = {
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    }
    if unknown := sorted(set(arguments) - known):
        raise MisconfiguredError(
            f"{function.__qualname__} of this unsloth has no {', '.join(unknown)}", INSTALL
        )


def load_with_adapter(
    location: str, revision: str | None, settings: dict[str, Any], precision: Precision
) -> Any:
    """Returns the base with its adapter, in unsloth's layers.

    Raises:
        MisconfiguredError: unsloth is missing, has other parameters, or cannot load the base.
    """
    fast = import_unsloth().FastLanguageModel
    base, adapter = base_arguments(location, revision, settings, precision), adapter_arguments(settings)
    check_arguments(fast.from_pretrained, base)
    check_arguments(fast.get_peft_model, adapter)
    try:
        model, _ = fast.from_pretrained(**base)
    except (OSError, ValueError) as error:
        raise MisconfiguredError(
            f"unsloth cannot load the base {location!r}: {error}",
            "choose another base, or training.backend: trl",
        ) from error
    return fast.get_peft_model(model, **adapter)
