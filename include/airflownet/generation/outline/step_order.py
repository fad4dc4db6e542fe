"""What comes after what: as the request says it by ids, by "then" and "in parallel", else as it goes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from airflownet.generation.outline.model import Part


def order_of(
    parts: Sequence[Part], pairs: Sequence[tuple[int, int]], *, is_free: bool, is_named: bool
) -> list[set[int]]:
    """Returns for each step the steps it comes after."""
    after: list[set[int]] = [set() for part in parts for _ in part.steps]
    for part in parts:
        if part.is_chain:
            for earlier, later in itertools.pairwise(part.steps):
                after[later].add(earlier)
    if is_free:
        return after
    if is_named:
        for a, b in pairs:
            _join(after, parts[a], parts[b])
        return after
    seconds = {b for _, b in pairs}
    stages: list[list[Part]] = []
    for number, part in enumerate(parts):
        if part.rule == "one_failed":
            continue
        if not stages or number in seconds:
            stages.append([part])
        else:
            stages[-1].append(part)
    runs: list[list[Part]] = []
    for stage in stages:
        runs += [stage] if any(part.is_parallel for part in stage) else [[part] for part in stage]
    for earlier_run, later_run in itertools.pairwise(runs):
        for first in earlier_run:
            for second in later_run:
                _join(after, first, second)
    last = runs[-1] if runs else []
    for part in parts:
        if part.rule == "one_failed":
            for first in last:
                _join(after, first, part)
    return after


def _join(after: list[set[int]], first: Part, second: Part) -> None:
    ends = first.steps[-1:] if first.is_chain else first.steps
    starts = second.steps[:1] if second.is_chain else second.steps
    for start in starts:
        after[start].update(ends)
