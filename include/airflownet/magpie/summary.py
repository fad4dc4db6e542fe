"""What a batch was: funnel, coverage before and after, lengths, verbs, duplicates, cost; for the report."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from airflownet.magpie.candidate import Candidate
from airflownet.magpie.drawing import Drawing
from airflownet.magpie.filters.embedding import LSA
from airflownet.magpie.grid import dimensions, replay_dimensions

_MOST_VERBS = 20
_POLITE = frozenset(
    {
        "please",
        "can",
        "could",
        "you",
        "i",
        "we",
        "need",
        "to",
        "want",
        "would",
        "like",
        "a",
        "an",
        "the",
        "my",
        "our",
        "me",
        "how",
        "do",
    }
)


def summary(drawing: Drawing) -> dict[str, Any]:
    """Returns plain JSON; equal for equal drawings."""
    accepted = [one.candidate for one in drawing.accepted]
    return {
        "drawn": len(drawing.drawn),
        "accepted": len(accepted),
        "funnel": drawing.funnel.table(),
        "arms": {arm: _arm(drawing, arm) for arm in ("steered", "control")},
        "kinds": dict(sorted(Counter(candidate.kind for candidate in accepted).items())),
        "cut": dict(sorted(Counter(candidate.cut for candidate in drawing.drawn).items())),
        "stop_type": dict(sorted(Counter(candidate.stop_type for candidate in drawing.drawn).items())),
        "coverage": _coverage(drawing, accepted),
        "length_words": {"drawn": _spread(drawing.drawn), "accepted": _spread(accepted)},
        "first_verbs": {"drawn": _verbs(drawing.drawn), "accepted": _verbs(accepted)},
        "opening_entropy_bits": {
            "drawn": _opening_entropy(drawing.drawn),
            "accepted": _opening_entropy(accepted),
        },
        "duplicates": _duplicates(drawing),
        "rating": {
            "unrated": drawing.n_unrated,
            "quality": dict(sorted(Counter(candidate.quality for candidate in accepted).items())),
            "difficulty": dict(sorted(Counter(candidate.difficulty for candidate in accepted).items())),
        },
        "semantic_method": drawing.settings.embedding_url or LSA,
        "cost": dict(sorted(drawing.asker.totals.items())),
    }


def _arm(drawing: Drawing, arm: str) -> dict[str, Any]:
    """Of the DAG requests only: replay has no control arm."""
    drawn = [one for one in drawing.drawn if one.arm == arm and one.kind == "magpie"]
    dropped = Counter(row.step for row in drawing.funnel.dropped if row.arm == arm and row.kind == "magpie")
    reached_topic = len(drawn) - dropped["structure"] - dropped["language"]
    on_topic = reached_topic - dropped["topic"]
    n_accepted = sum(one.candidate.arm == arm and one.candidate.kind == "magpie" for one in drawing.accepted)
    return {"drawn": len(drawn), "well_formed": reached_topic, "on_topic": on_topic, "accepted": n_accepted}


def _coverage(drawing: Drawing, accepted: Sequence[Candidate]) -> dict[str, Any]:
    grids: dict[str, Mapping[str, Sequence[str]]] = {}
    if drawing.settings.n_requests:
        grids["magpie"] = dimensions(drawing.settings.airflow_lines)
    if drawing.settings.n_replay:
        grids["replay"] = replay_dimensions()
    return {
        kind: {
            dimension: {
                value: {
                    "drawn": _count(drawing.drawn, kind, dimension, value),
                    "accepted": _count(accepted, kind, dimension, value),
                }
                for value in values
            }
            for dimension, values in grid.items()
        }
        for kind, grid in grids.items()
    }


def _count(candidates: Sequence[Candidate], kind: str, dimension: str, value: str) -> int:
    return sum(one.kind == kind and one.cell.get(dimension) == value for one in candidates)


def _spread(candidates: Sequence[Candidate]) -> dict[str, float]:
    lengths = sorted(len(candidate.text.split()) for candidate in candidates)
    if not lengths:
        return {"n": 0}
    quarters = statistics.quantiles(lengths, n=4, method="inclusive") if len(lengths) > 1 else lengths * 3
    return {
        "n": len(lengths),
        "min": lengths[0],
        "quarter": quarters[0],
        "median": quarters[1],
        "three_quarters": quarters[2],
        "max": lengths[-1],
    }


def _verbs(candidates: Sequence[Candidate]) -> dict[str, int]:
    """Counts the first word of each text that is not a polite opening: mostly its verb."""
    words = Counter(_first_word(candidate.text) for candidate in candidates)
    del words[""]
    return dict(sorted(words.items(), key=lambda item: (-item[1], item[0]))[:_MOST_VERBS])


def _first_word(text: str) -> str:
    cleaned = (word.strip(".,:;!?'\"`()").lower() for word in text.split()[:12])
    return next((word for word in cleaned if word.isalpha() and word not in _POLITE), "")


def _opening_entropy(candidates: Sequence[Candidate]) -> float:
    """Shannon entropy of the first four words, in bits: low when a model always begins alike."""
    openings = Counter(" ".join(candidate.text.lower().split()[:4]) for candidate in candidates)
    total = sum(openings.values())
    return round(-sum(n / total * math.log2(n / total) for n in openings.values()), 3) if total else 0.0


def _duplicates(drawing: Drawing) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for step in drawing.funnel.table():
        if step["step"].endswith("-duplicate"):
            counts.update(step["dropped"])
    return dict(sorted(counts.items()))
