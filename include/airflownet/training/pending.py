"""Whether a run still has something to train: what is asked before a person is asked."""

from __future__ import annotations

from airflownet.artifacts import would_run
from airflownet.training import base_stage, stage
from airflownet.training.base_settings import KINDS_WITH_STAGE
from airflownet.training.settings import SeedlingSettings, TrainingSettings


def is_pending(
    settings: TrainingSettings, seedling: SeedlingSettings | None, dataset: str, base_model: str, output: str
) -> bool:
    """Tells whether the base model or the adapter would be made, without making them.

    Args:
        settings: base, quantisation, adapter and optimisation.
        seedling: shape and training of the seedling; None when the recipe has no such block.
        dataset: folder of the dataset stage.
        base_model: folder of the base stage.
        output: folder of the training stage.

    Raises:
        ArtifactError: the dataset is missing, or another run is writing one of the outputs.
    """
    if would_run(lambda: base_stage.run(settings.base, seedling, dataset, base_model)):
        return True
    own = base_model if settings.base.kind in KINDS_WITH_STAGE else ""
    return would_run(lambda: stage.run(settings, dataset, own, output))
