"""Whether what a model will be asked stands in what it is trained on: asked before hours are spent.

The dataset stage proves this for what it writes; a dataset that was edited or came from elsewhere has no
proof.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from airflownet.families.cross_similarity import Collection
from airflownet.families.shingles import code_shingles
from airflownet.plans.sample_code import code_of
from airflownet.records import Sample
from airflownet.tables import read_table

THRESHOLD = 0.7
SHINGLE_TOKENS = 5


def count_leaks(samples: Path) -> dict[str, int]:
    """Returns how many distinct answers of validation and test are near one of the training split.

    Near is a Jaccard similarity of 0.7 or more of the code's shingles; every pair is compared.
    """
    codes: dict[str, dict[str, None]] = {"train": {}, "validation": {}, "test": {}}
    for sample in read_table(samples, Sample):
        codes.setdefault(sample.split, {})[code_of(sample)] = None
    train = Collection([code_shingles(code, SHINGLE_TOKENS) for code in codes["train"]])
    return {
        split: sum(
            bool(len(train))
            and float(np.max(train.jaccards(code_shingles(code, SHINGLE_TOKENS)))) >= THRESHOLD
            for code in codes[split]
        )
        for split in ("validation", "test")
    }
