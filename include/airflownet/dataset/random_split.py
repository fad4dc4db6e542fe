"""The leak that a random split over rows would have been: the rule of earlier research, on our rows.

That rule shuffles all rows and cuts them 90/5/5. Phrasings of one DAG share its code, and releases share
files, so nearly every test row has its answer in train. Nothing of this is used; the report shows it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from airflownet.families.cross_similarity import Collection
from airflownet.families.shingles import code_shingles
from airflownet.plans.sample_code import code_of
from airflownet.records import Sample, stable_id

TEST_SHARE = 0.05
TRAIN_SHARE = 0.9
SEEDS = 5


def random_split_report(samples: Sequence[Sample], threshold: float, shingle_tokens: int) -> dict[str, Any]:
    """Returns the shares of test rows whose answer stands in train exactly, nearly, or as a family.

    Means over five shuffles; a shuffle orders the rows by a hash of seed and row id.
    """
    rows = [s for s in samples if s.kind in ("create", "plan")]
    codes = sorted({code_of(s) for s in rows})
    number = {code: place for place, code in enumerate(codes)}
    shingles = [code_shingles(code, shingle_tokens) for code in codes]
    collection = Collection(shingles)
    totals = {"exact": 0, "near": 0, "family": 0}
    n_test = 0
    for seed in range(SEEDS):
        shuffled = sorted(rows, key=lambda s: stable_id("random split", str(seed), s.id))
        train = shuffled[: round(TRAIN_SHARE * len(rows))]
        test = shuffled[round((1 - TEST_SHARE) * len(rows)) :]
        seen = {_digest(s) for s in train}
        families = {s.family_id for s in train}
        places = sorted({number[code_of(s)] for s in train})
        n_test += len(test)
        for sample in test:
            is_exact = _digest(sample) in seen
            totals["exact"] += is_exact
            totals["family"] += sample.family_id in families
            similar = collection.jaccards(shingles[number[code_of(sample)]])[places]
            totals["near"] += is_exact or bool(len(similar) and similar.max() >= threshold)
    return {
        "rule": "90/5/5 over shuffled rows",
        "n_rows": len(rows),
        "n_shuffles": SEEDS,
        "n_test_rows": n_test,
        "threshold": threshold,
        **{f"{name}_share": round(count / n_test, 4) if n_test else 0.0 for name, count in totals.items()},
    }


def _digest(sample: Sample) -> bytes:
    return hashlib.sha256(code_of(sample).encode("utf-8", "surrogatepass")).digest()
