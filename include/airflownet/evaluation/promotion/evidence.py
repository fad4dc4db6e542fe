"""Whether a comparison is about the model that wants to be promoted, by the hashes in the manifests."""

from __future__ import annotations

from airflownet.errors import InputError
from airflownet.locations import read_manifest


def require_same_model(comparison: str, inference: str, model: str) -> None:
    """Checks that the compared answers were written by this model as it is now.

    Args:
        comparison: location of a finished comparison or evaluation.
        inference: location of the inference stage whose answers it holds.
        model: location of the training stage's output.

    Raises:
        InputError: the answers are another model's, or of an earlier training.
        ArtifactError: one of them is not finished.
    """
    told = read_manifest(comparison).get("inputs", {})
    answered = read_manifest(inference)
    trained = read_manifest(model)["content_sha256"]
    if told.get("inference") != answered["content_sha256"]:
        raise InputError(
            f"{comparison} was made from other answers than those in {inference}",
            "run `airflownet evaluate` again, then promote",
        )
    if answered.get("inputs", {}).get("training") != trained:
        raise InputError(
            f"the answers in {inference} were written by another model than the one in {model}",
            "run `airflownet infer` and `airflownet evaluate` again, then promote",
        )
