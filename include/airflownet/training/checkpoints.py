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
    """Tells whether the checkpoint is of the last step: continuing there would train one step too many."""
    state = json.loads((checkpoint / "trainer_state.json").read_text())
    return bool(state["global_step"] >= state["max_steps"])
