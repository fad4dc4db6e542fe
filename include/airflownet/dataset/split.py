"""Which split a family belongs to: a hash of its id decides, so a family never moves when others come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from airflownet.records import stable_id

SPLITS: Final = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class SplitShares:
    """Shares of train and validation in [0, 1]; the rest is test."""

    train: float
    validation: float
    salt: str


def split_of(family_id: str, shares: SplitShares) -> str:
    """Returns ``train``, ``validation`` or ``test``; the same on every machine and in every run."""
    place = int(stable_id("split", shares.salt, family_id), 16) / 2**64
    if place < shares.train:
        return "train"
    return "validation" if place < shares.train + shares.validation else "test"
