"""How alike the meanings of requests are across splits: reported, never a gate.

Latent semantic analysis: TF-IDF of words and word pairs, reduced by a truncated singular value decomposition
(Deerwester et al. 1990; scikit-learn's ``TfidfVectorizer`` and ``TruncatedSVD``), then cosine similarity.
It needs no model from outside; it finds shared vocabulary, not paraphrase.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from airflownet.dataset.near_requests import has_own_words
from airflownet.dataset.split import SPLITS
from airflownet.records import Sample

WORST_SHOWN = 20
_DIMENSIONS = 128
_BLOCK = 512
_WORD = r"\w+"
_MOST_ROWS = 20_000


def semantic_report(samples: Sequence[Sample]) -> dict[str, Any]:
    """Returns ``method``, ``n_requests``, ``max_cosine``, quantiles and the 20 ``worst`` pairs across splits.

    For each held-out request the nearest one of train is taken. Of more than 20,000 training requests the
    first 20,000 by id are compared, which ``n_train_compared`` tells. Values are rounded to 3 digits.
    """
    rows = _distinct([s for s in samples if has_own_words(s.kind)])
    train = [s for s in rows if s.split == SPLITS[0]][:_MOST_ROWS]
    held_out = [s for s in rows if s.split != SPLITS[0]]
    report: dict[str, Any] = {
        "method": "TF-IDF of words and word pairs, truncated SVD (LSA), cosine",
        "n_held_out": len(held_out),
        "n_train_compared": len(train),
    }
    nearest = _nearest(train, held_out) if train and held_out else []
    values = sorted((value for value, _, _ in nearest), reverse=True)
    worst = sorted(nearest, key=lambda one: (-one[0], one[1].id, one[2].id))[:WORST_SHOWN]
    return {
        **report,
        "max_cosine": values[0] if values else 0.0,
        "median_cosine": values[len(values) // 2] if values else 0.0,
        "worst": [
            {"cosine": value, "train": _shown(one), "held_out": _shown(other), "split": other.split}
            for value, one, other in worst
        ],
    }


def _nearest(train: Sequence[Sample], held_out: Sequence[Sample]) -> list[tuple[float, Sample, Sample]]:
    import numpy as np
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize
    from threadpoolctl import threadpool_limits

    texts = [s.messages[1].content for s in (*train, *held_out)]
    with threadpool_limits(1):  # the order of additions, and so the last digits, depend on the threads
        matrix = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=_WORD).fit_transform(
            texts
        )
        n_components = min(_DIMENSIONS, min(matrix.shape) - 1)
        if n_components >= 2:
            matrix = TruncatedSVD(n_components, random_state=0).fit_transform(matrix)
        vectors = normalize(matrix)
        ours, theirs = vectors[: len(train)], vectors[len(train) :]
        found = []
        for start in range(0, len(held_out), _BLOCK):
            product = theirs[start : start + _BLOCK] @ ours.T
            cosines = product.toarray() if hasattr(product, "toarray") else product
            for number, row in enumerate(np.round(cosines, 3)):
                best = int(row.argmax())
                found.append((float(row[best]), train[best], held_out[start + number]))
    return found


def _distinct(samples: Sequence[Sample]) -> list[Sample]:
    seen: dict[tuple[str, str], Sample] = {}
    for sample in sorted(samples, key=lambda sample: sample.id):
        seen.setdefault((sample.split, sample.messages[1].content), sample)
    return list(seen.values())


def _shown(sample: Sample) -> str:
    text = " ".join(sample.messages[1].content.split())
    return f"{sample.path}: {text if len(text) <= 240 else text[:240] + ' …'}"
