"""Out of memory: half the batch and twice the accumulation, which trains the same with less memory.

The choice is kept beside the checkpoints, so that a run that was killed for memory goes on with it.
"""

from __future__ import annotations

import json
from pathlib import Path

from airflownet.training.settings import TrainingSettings

NAME = "smaller_batch.json"


def with_smaller_batch(settings: TrainingSettings, scratch: Path) -> TrainingSettings:
    """Returns the settings with the batch that an earlier try left in ``scratch``; unchanged without one."""
    try:
        kept = json.loads((scratch / NAME).read_text())
    except (OSError, ValueError):
        return settings
    return settings.model_copy(update=kept)


def halve_batch(settings: TrainingSettings, scratch: Path) -> TrainingSettings | None:
    """Returns the settings with half the rows at once, and keeps them; None when one row is left.

    An odd batch loses a row: 3 times 1 becomes 1 times 3.
    """
    rows, passes = settings.per_device_train_batch_size, settings.gradient_accumulation_steps
    if rows == 1:
        return None
    half = rows // 2 if rows % 2 == 0 else 1
    kept = {"per_device_train_batch_size": half, "gradient_accumulation_steps": passes * rows // half}
    partial = scratch / f"{NAME}.partial"
    partial.write_text(json.dumps(kept))
    partial.replace(scratch / NAME)
    return settings.model_copy(update=kept)
