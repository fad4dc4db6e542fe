"""Which checkpoint of an interrupted fine-tuning to continue from (training environment)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

COMPLETE = "complete"


def mark_complete(checkpoint: Path) -> None:
    """Leaves a marker in a checkpoint that has been written to its end."""
    (checkpoint / COMPLETE).touch()


def newest_checkpoint(folder: Path) -> Path | None:
    """Returns the newest complete checkpoint; removes those that a kill left half written."""
    complete = []
    for checkpoint in folder.glob("checkpoint-*"):
        if (checkpoint / COMPLETE).exists():
            complete.append(checkpoint)
        else:
            shutil.rmtree(checkpoint)
    return max(complete, key=lambda path: int(path.name.split("-")[1]), default=None)


def is_finished(checkpoint: Path) -> bool:
    """Tells whether training ended there, at its last step or for want of progress: it must not go on."""
    state = json.loads((checkpoint / "trainer_state.json").read_text())
    if state["global_step"] >= state["max_steps"]:
        return True
    stopping = state.get("stateful_callbacks", {}).get("EarlyStoppingCallback")
    if stopping is None:
        return False
    patience = stopping["args"]["early_stopping_patience"]
    return bool(stopping["attributes"]["early_stopping_patience_counter"] >= patience)


def best_checkpoint(folder: Path) -> Path | None:
    """Returns the checkpoint with the lowest validation loss, as the newest one tells; None without one."""
    newest = newest_checkpoint(folder)
    if newest is None:
        return None
    best = json.loads((newest / "trainer_state.json").read_text()).get("best_model_checkpoint")
    # By its name: the folder may have been moved.
    return folder / Path(best).name if best else None
