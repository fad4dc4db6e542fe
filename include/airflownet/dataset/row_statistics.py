"""The numbers people look at: ``statistics.json``. Counts of rows unless the name says otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from airflownet.dataset.row import Row
from airflownet.dataset.split import SPLITS
from airflownet.dataset.turns import entropy_bits, owner_of
from airflownet.families.family_records import FamilyMember
from airflownet.funnel import Funnel
from airflownet.plans.sample_code import code_of
from airflownet.records import Outcome, Sample, Verdict

UNKNOWN_LICENCES = frozenset({"", "NOASSERTION", "NONE"})
_MOST_NAMES = 40


def row_statistics(
    samples: Sequence[Sample],
    members: Sequence[FamilyMember],
    verdicts: Sequence[Verdict],
    possible: Sequence[Row],
    funnel: Funnel,
) -> dict[str, Any]:
    """Returns all statistics; the same rows give the same values."""
    train = [s for s in samples if s.split == "train"]
    sizes = Counter(member.family_id for member in members if member.present)
    return {
        "splits": {name: _split(samples, name) for name in SPLITS},
        "kinds": _by_split(samples, lambda s: [s.kind]),
        "operators": _by_split(samples, lambda s: s.operators),
        "providers": _by_split(samples, lambda s: s.providers or ["none"]),
        "features": _by_split(samples, lambda s: s.features),
        "licences": _by_split(samples, lambda s: [s.licence or "NOASSERTION"]),
        "owners": _by_split(samples, lambda s: [owner_of(s.repo)]),
        "airflow_lines": _by_split(samples, lambda s: s.valid_on),
        "held_out": _by_split(samples, lambda s: [s.held_out] if s.held_out else []),
        "code_lines": {name: _code_lines(samples, name) for name in SPLITS},
        "request_words": {
            name: sorted(len(s.messages[1].content.split()) for s in samples if s.split == name)
            for name in SPLITS
        },
        "tokens": {
            name: sorted(s.n_tokens for s in samples if s.split == name and s.n_tokens) for name in SPLITS
        },
        "family_sizes": dict(sorted(Counter(str(size) for size in sizes.values()).items(), key=_number)),
        "entropy_bits": {
            "families": {
                "before": round(entropy_bits(row.member.family_id for row in possible), 3),
                "after": round(entropy_bits(s.family_id for s in train), 3),
            },
            "owners": {
                "before": round(entropy_bits(owner_of(row.origin.repo) for row in possible), 3),
                "after": round(entropy_bits(owner_of(s.repo) for s in train), 3),
            },
            "operators": {"after": round(entropy_bits(o for s in train for o in s.operators), 3)},
        },
        "quality": quality_values(samples, verdicts, funnel),
    }


def quality_values(
    samples: Sequence[Sample], verdicts: Sequence[Verdict], funnel: Funnel
) -> dict[str, float]:
    """Returns what the data-quality gate measures, by the name of its threshold without ``min_``/``max_``."""
    train = [s for s in samples if s.split == "train"]
    families = Counter(s.family_id for s in train)
    # A DAG that is asked for as code and as a plan has one request on purpose: rows of one kind are compared.
    requests = Counter((s.kind, s.messages[1].content) for s in samples)
    unknown = sum(s.licence in UNKNOWN_LICENCES for s in samples)
    n_equal = sum(count for count in requests.values() if count > 1)
    dropped = sum(funnel.dropped.values())
    return {
        **{f"{name}_rows": sum(s.split == name for s in samples) for name in SPLITS},
        "test_families": len({s.family_id for s in samples if s.split == "test"}),
        "drop_share": _share(dropped, funnel.listed),
        "load_share": _share(sum(v.outcome is Outcome.LOADS for v in verdicts), len(verdicts)),
        "unknown_licence_share": _share(unknown, len(samples)),
        "family_share": _share(max(families.values(), default=0), len(train)),
        "equal_request_share": _share(n_equal, len(samples)),
    }


def _split(samples: Sequence[Sample], name: str) -> dict[str, int]:
    rows = [s for s in samples if s.split == name]
    return {
        "rows": len(rows),
        "files": len({s.dag_file_id for s in rows}),
        "families": len({s.family_id for s in rows}),
    }


def _by_split(
    samples: Sequence[Sample], names: Callable[[Sample], Iterable[str]]
) -> dict[str, dict[str, int]]:
    """Returns name -> split -> rows, most frequent first; those beyond the first 40 are ``other``."""
    totals: Counter[str] = Counter(name for s in samples for name in names(s))
    ranked = sorted(totals, key=lambda name: (-totals[name], name))
    shown = set(ranked[:_MOST_NAMES])
    found = {name: dict.fromkeys(SPLITS, 0) for name in ranked[:_MOST_NAMES]}
    for sample in samples:
        for name in names(sample):
            if name not in shown:
                found.setdefault("other", dict.fromkeys(SPLITS, 0))
            found[name if name in shown else "other"][sample.split] += 1
    return found


def _code_lines(samples: Sequence[Sample], split: str) -> list[int]:
    files = {s.dag_file_id: code_of(s) for s in samples if s.split == split and s.kind != "explain"}
    return sorted(len(code.splitlines()) for code in files.values())


def _number(item: tuple[str, int]) -> int:
    return int(item[0])


def _share(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 0.0
