"""What to generate, and in what order.

Order: all items of one adapter scale before the next (llama.cpp never decodes them together); within
these, chains of prompts that begin alike stay on one slot, so that its cache is used; long chains first,
so that the last slots do not wait for one long answer.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from airflownet.hashing import canonical_json, sha256_text
from airflownet.llama.sampling import Sampling

_KEY_FORMAT = 1
# Beyond what all prompts share; below this a chain would only hinder the balance of the slots.
_WORTH_SHARING_TOKENS = 32


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One answer to generate."""

    key: str
    """Hash of everything that determines the answer."""
    prompt_ids: tuple[int, ...]
    sample_index: int
    adapter_scale: float | None
    """0 for the base, 1 for the adapter, None for a server without one."""


def work_item(
    prompt_ids: Sequence[int],
    sampling: Sampling,
    *,
    model_sha256: str,
    adapter_sha256: str = "",
    adapter_scale: float | None = None,
    sample_index: int = 0,
) -> WorkItem:
    """Returns the item with its key; the adapter's hash counts only where its scale is not 0."""
    identity = {
        "format": _KEY_FORMAT,
        "model": model_sha256,
        "adapter": adapter_sha256 if adapter_scale else "",
        "scale": adapter_scale or 0.0,
        "prompt": list(prompt_ids),
        "sampling": sampling.identity(),
        "sample_index": sample_index,
    }
    key = sha256_text(canonical_json(identity))
    return WorkItem(key, tuple(prompt_ids), sample_index, adapter_scale)


def phases(items: Iterable[WorkItem]) -> list[list[WorkItem]]:
    """Returns the distinct items by adapter scale, the base first."""
    by_scale: dict[float, dict[str, WorkItem]] = {}
    for item in items:
        by_scale.setdefault(item.adapter_scale or 0.0, {})[item.key] = item
    return [list(by_scale[scale].values()) for scale in sorted(by_scale)]


def shared_tokens(first: Sequence[int], second: Sequence[int]) -> int:
    """Returns how many ids two prompts have in common from the start."""
    count = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        count += 1
    return count


def chains(items: Sequence[WorkItem]) -> list[list[WorkItem]]:
    """Returns the items in chains of prompts that begin alike, the longest chain first.

    Neighbours in a chain share at least 32 tokens beyond what all the items share.
    """
    ordered = sorted(items, key=lambda item: (item.prompt_ids, item.sample_index))
    if not ordered:
        return []
    threshold = shared_tokens(ordered[0].prompt_ids, ordered[-1].prompt_ids) + _WORTH_SHARING_TOKENS
    result = [[ordered[0]]]
    for previous, item in itertools.pairwise(ordered):
        is_same = previous.prompt_ids == item.prompt_ids
        if is_same or shared_tokens(previous.prompt_ids, item.prompt_ids) >= threshold:
            result[-1].append(item)
        else:
            result.append([item])
    return sorted(result, key=_weight, reverse=True)


def _weight(chain: list[WorkItem]) -> tuple[int, int]:
    return len(chain), sum(len(item.prompt_ids) for item in chain)


class WorkQueue:
    """Hands out the items of one phase; a slot keeps its chain, and takes from others at the end."""

    def __init__(self, items: Sequence[WorkItem]) -> None:
        self._waiting = deque(deque(chain) for chain in chains(items))
        self._held: dict[object, deque[WorkItem]] = {}
        self._n_left = len(items)

    def __len__(self) -> int:
        return self._n_left

    def take(self, slot: object) -> WorkItem | None:
        """Returns the slot's next item; None when nothing is left to take."""
        if not self._held.get(slot):
            if self._waiting:
                self._held[slot] = self._waiting.popleft()
            else:
                longest = max(self._held.values(), key=len, default=None)
                if not longest:
                    return None
                self._n_left -= 1
                return longest.pop()
        self._n_left -= 1
        return self._held[slot].popleft()

    def put(self, item: WorkItem) -> None:
        """Adds an item that waits for any slot."""
        self._n_left += 1
        self._waiting.append(deque([item]))

    def give_back(self, slot: object, item: WorkItem) -> None:
        """Puts an item that was not answered in front again."""
        self._n_left += 1
        self._held.setdefault(slot, deque()).appendleft(item)
