"""Model cards: what a model is, what it saw and what it is not; the texts are in the ``*_card.md`` files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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


def adapter_card(settings: TrainingSettings, base_name: str, result: dict[str, Any]) -> str:
    """Returns the README.md of the adapter, from its settings and the worker's counts and facts."""
    counts, facts = result["counts"], result["facts"]
    dropped = ", ".join(f"{count:,} {reason}" for reason, count in sorted(result["dropped"].items()))
    loss = facts["final_eval_loss"]
    return _template("adapter_card.md").format(
        **counts,
        **facts,
        base_name=base_name,
        rank=settings.r,
        base_format=f"4-bit {settings.bnb_4bit_quant_type.upper()}"
        if settings.load_in_4bit
        else "unquantised",
        dropped=dropped or "none",
        eval_loss="not measured" if loss is None else f"{loss:.3f}",
        settings=_table(settings.model_dump(mode="json")),
    )


def _template(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _table(settings: dict[str, Any]) -> str:
    lines = ["| setting | value |", "|---|---|"]
    return "\n".join(lines + [f"| `{name}` | {value} |" for name, value in settings.items()])
