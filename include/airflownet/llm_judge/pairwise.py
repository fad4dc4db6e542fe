"""Two answers side by side, in both orders: a preference counts only when it survives the exchange.

``make_pairs`` gives two prompts for each prompt and pair of models; ``preferences`` reads both replies.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflownet.hashing import sha256_text
from airflownet.llm_judge.grade_records import Preference
from airflownet.llm_judge.prompt import PAIR, SYSTEM, JudgePrompt, filled, prompt_text
from airflownet.llm_judge.reply import JudgeReply
from airflownet.llm_judge.rubric import CRITERIA
from airflownet.records import JudgedSample

_PLACES = ("first", "second", "neither")
NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers to one prompt; ``orders`` holds left before right, then right before left."""

    left: JudgedSample
    right: JudgedSample
    orders: tuple[JudgePrompt, JudgePrompt]


def pair_schema(max_finding_chars: int = 0) -> str:
    """Returns the JSON schema of a reply; a limit on findings only for engines that know one."""
    finding: dict[str, Any] = {"type": "string"}
    if max_finding_chars:
        finding["maxLength"] = max_finding_chars
    one = {
        "type": "object",
        "properties": {"finding": finding, "better": {"type": "string", "enum": list(_PLACES)}},
        "required": ["finding", "better"],
        "additionalProperties": False,
    }
    return json.dumps(
        {
            "type": "object",
            "properties": dict.fromkeys(CRITERIA, one),
            "required": list(CRITERIA),
            "additionalProperties": False,
        }
    )


def make_pairs(
    answers: Iterable[JudgedSample],
    seen: Callable[[str], str],
    blind: Callable[[str], str],
    *,
    max_finding_chars: int = 0,
) -> list[Pair]:
    """Returns every pair of models for every prompt, first samples only; equal code makes no pair.

    Args:
        answers: rows with code.
        seen: the code as the judge shall see it.
        blind: the request as the judge shall see it.
        max_finding_chars: as for ``pair_schema``.
    """
    schema = pair_schema(max_finding_chars)
    by_prompt: dict[str, list[JudgedSample]] = defaultdict(list)
    for row in answers:
        if row.sample_index == 0 and row.code.strip():
            by_prompt[row.sample_id].append(row)
    found = []
    for rows in by_prompt.values():
        for left, right in itertools.combinations(sorted(rows, key=lambda row: row.model), 2):
            codes = seen(left.code), seen(right.code)
            if codes[0] != codes[1]:
                orders = (
                    _prompt(blind, left, codes, schema),
                    _prompt(blind, left, codes[::-1], schema),
                )
                found.append(Pair(left, right, orders))
    return found


def preferences(
    pairs: Sequence[Pair], replies: Sequence[tuple[JudgeReply, JudgeReply]]
) -> Iterator[Preference]:
    """Yields one row for each pair and criterion."""
    for pair, both in zip(pairs, replies, strict=True):
        read = [_read(reply) for reply in both]
        unscored = next((why for _, why in read if why), "")
        for criterion in CRITERIA:
            better, finding, depends, place, swapped = "", "", False, "", ""
            if not unscored:
                (place, finding), (swapped, _) = read[0][0][criterion], read[1][0][criterion]
                names = {"first": pair.left.model, "second": pair.right.model, NEITHER: NEITHER}
                names_swapped = {"first": pair.right.model, "second": pair.left.model, NEITHER: NEITHER}
                depends = names[place] != names_swapped[swapped]
                better = NEITHER if depends else names[place]
            yield Preference(
                pair.left.sample_id,
                pair.left.model,
                pair.right.model,
                criterion,
                better,
                depends,
                place,
                swapped,
                finding,
                unscored,
            )


def pair_summary(rows: Iterable[Preference]) -> dict[str, dict[str, dict[str, int]]]:
    """Returns pair -> criterion -> wins by model, ties, ``order_dependent`` and ``unscored``."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for row in rows:
        pair = found.setdefault(f"{row.left} / {row.right}", {})
        counts = pair.setdefault(
            row.criterion,
            Counter({row.left: 0, row.right: 0, NEITHER: 0, "order_dependent": 0, "unscored": 0}),
        )
        counts["unscored" if row.unscored else "order_dependent" if row.depends_on_order else row.better] += 1
    return {pair: {name: dict(counts) for name, counts in by.items()} for pair, by in sorted(found.items())}


def _prompt(blind: Callable[[str], str], row: JudgedSample, codes: Sequence[str], schema: str) -> JudgePrompt:
    first, second = codes
    request = blind(row.instruction)
    parts = {
        "airflow": row.airflow,
        "mark": sha256_text("\0".join((request, first, second)))[:20],
        "request": request.strip(),
        "first": first.rstrip(),
        "second": second.rstrip(),
    }
    return JudgePrompt(prompt_text(SYSTEM), filled(PAIR, parts), schema)


def _read(reply: JudgeReply) -> tuple[Mapping[str, tuple[str, str]], str]:
    """Returns criterion -> (place, finding), or why the reply cannot be used."""
    if reply.unscored:
        return {}, reply.unscored
    try:
        data = json.loads(reply.text)
        rows = {name: (data[name]["better"], " ".join(data[name]["finding"].split())) for name in CRITERIA}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}, "unreadable"
    if any(place not in _PLACES for place, _ in rows.values()):
        return {}, "unreadable"
    return rows, ""
