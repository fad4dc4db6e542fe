"""The tiny recipe on two archives, with a few training steps and four short answers: every stage, soon."""

from __future__ import annotations

from pathlib import Path

import yaml

STAGES = (
    "mining",
    "judging",
    "instructions",
    "dataset",
    "base_model",
    "training",
    "inference",
    "magpie",
    "evaluation",
)
"""What a run of it leaves, in order."""
RECIPES = Path(__file__).resolve().parents[1] / "recipes"


def write_small_recipe(folder: Path, claude_url: str = "") -> Path:
    """Writes ``small.yaml`` into the folder; returns its path. With an address Claude writes there too."""
    recipe = yaml.safe_load((RECIPES / "tiny.yaml").read_text())
    wanted = ("apache-airflow-core", "apache-airflow-providers-standard")
    recipe["name"] = "small"
    recipe["mining"]["sources"] = [s for s in recipe["mining"]["sources"] if s["project"] in wanted]
    recipe["dataset"]["max_test_samples"] = 4
    recipe["seedling"].update(max_steps=4, save_steps=4, warmup_steps=1, logging_steps=1)
    recipe["training"].update(max_steps=2, save_steps=2, warmup_steps=1)
    recipe["inference"].update(n_slots=2, max_completion_tokens=24)
    recipe["dataset"].pop("quality")
    recipe["magpie"].update(n_requests=2, n_replay=0, max_request_tokens=16, max_answer_tokens=64)
    if claude_url:
        claude = {"base_url": claude_url, "settle_s": 5, "poll_interval_s": 0, "budget_usd": 100}
        recipe["instructions"] |= {"model_writer": "claude", "claude": claude}
    recipe["evaluation"]["bootstrap_resamples"] = 1000
    path = folder / "small.yaml"
    path.write_text(yaml.safe_dump(recipe))
    return path
