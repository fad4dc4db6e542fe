"""What the stage wrote: lengths, verbs, duplicates, round-trip scores, cost; for the report."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from airflownet.asked_for.parts import NOT_THERE
from airflownet.records import DroppedInstruction, Instruction, RoundTrip

_MOST_VERBS = 20
_POLITE = frozenset(
    {"please", "can", "could", "you", "i", "we", "need", "to", "want", "would", "like", "how", "do", "for"}
    | {"a", "an", "the", "my", "our", "me", "dag", "airflow"}
)


def summary(
    rows: Sequence[Instruction],
    dropped: Sequence[DroppedInstruction],
    scores: Sequence[RoundTrip],
    cost: Mapping[str, Any],
) -> dict[str, Any]:
    """Returns plain JSON."""
    by_id = {score.instruction_id: score for score in scores}
    groups = sorted({(row.writer, row.view) for row in rows})
    texts = Counter(" ".join(row.text.lower().split()) for row in rows)
    return {
        "instructions": len(rows),
        "dropped": dict(sorted(Counter(row.reason for row in dropped).items())),
        "views": [
            _group(writer, view, [row for row in rows if (row.writer, row.view) == (writer, view)], by_id)
            for writer, view in groups
        ],
        "first_verbs": dict(
            sorted(Counter(_verb(row.text) for row in rows).items(), key=lambda item: (-item[1], item[0]))[
                :_MOST_VERBS
            ]
        ),
        "duplicate_texts": sum(count - 1 for count in texts.values()),
        "round_trip_method": scores[0].method if scores else "none",
        "cost": dict(cost),
    }


def _group(
    writer: str, view: str, rows: Sequence[Instruction], scores: Mapping[str, RoundTrip]
) -> dict[str, Any]:
    lengths = sorted(len(row.text.split()) for row in rows)
    own = [scores[row.id] for row in rows if row.id in scores]
    values = [score.score for score in own if score.score != NOT_THERE]
    return {
        "writer": writer,
        "view": view,
        "n": len(rows),
        "median_words": statistics.median(lengths),
        "max_words": lengths[-1],
        "round_trip": round(statistics.fmean(values), 4) if values else None,
        "unscored": len(own) - len(values),
    }


def _verb(text: str) -> str:
    cleaned = (word.strip(".,:;!?'\"`()").lower() for word in text.split()[:12])
    return next((word for word in cleaned if word.isalpha() and word not in _POLITE), "")
