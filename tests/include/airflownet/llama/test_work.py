from __future__ import annotations

import random

import pytest

from airflownet.llama.sampling import Sampling
from airflownet.llama.work import WorkQueue, chains, phases, shared_tokens, work_item

SAMPLING = Sampling(max_completion_tokens=8)


def item(ids, index: int = 0, scale: float | None = 0.0, **options):
    hashes = {"model_sha256": "m", "adapter_sha256": "a", **options}
    return work_item(ids, SAMPLING, adapter_scale=scale, sample_index=index, **hashes)


def test_the_key_holds_all_that_determines_the_answer() -> None:
    keys = [
        item([1, 2]).key,
        item([1, 3]).key,
        item([12]).key,
        item([1, 2], index=1).key,
        item([1, 2], scale=1.0).key,
        item([1, 2], scale=1.0, adapter_sha256="b").key,
        item([1, 2], model_sha256="n").key,
        work_item([1, 2], Sampling(max_completion_tokens=9), model_sha256="m", adapter_scale=0.0).key,
        work_item([1, 2], Sampling(8, temperature=0.1), model_sha256="m", adapter_scale=0.0).key,
    ]
    assert len(set(keys)) == len(keys)


def test_the_key_leaves_out_what_does_not() -> None:
    assert item([1, 2]).key == item([1, 2], adapter_sha256="b").key == item([1, 2], scale=None).key
    uncached = Sampling(max_completion_tokens=8, reuse_prefix=False)
    assert work_item([1, 2], uncached, model_sha256="m").key == item([1, 2]).key


def test_base_comes_before_adapter_and_equal_items_once() -> None:
    items = [item([n], scale=scale) for n in (1, 2, 1) for scale in (1.0, 0.0)]
    assert [[(i.prompt_ids, i.adapter_scale) for i in phase] for phase in phases(items)] == [
        [((1,), 0.0), ((2,), 0.0)],
        [((1,), 1.0), ((2,), 1.0)],
    ]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [([], [1], 0), ([1, 2], [1, 2], 2), ([1, 2, 3], [1, 2, 4], 2), ([1], [2], 0)],
)
def test_shared_tokens(first, second, expected) -> None:
    assert shared_tokens(first, second) == expected


def test_prompts_that_begin_alike_form_a_chain_and_long_prompts_come_first() -> None:
    system = list(range(100))
    alike = [item([*system, *range(500, 560), n]) for n in range(3)]
    samples = [item([*system, 9], index=n) for n in range(2)]
    alone = [item([*system, 7, *range(800, 800 + length)]) for length in (5, 300, 20)]
    found = chains([*alone, *samples, *alike])
    assert [{i.key for i in chain} for chain in found[:2]] == [
        {i.key for i in alike},
        {i.key for i in samples},
    ]
    assert [len(chain[0].prompt_ids) for chain in found[2:]] == [401, 121, 106]


@pytest.mark.parametrize("n_slots", [1, 3, 8])
def test_the_queue_hands_out_each_item_once_whatever_fails(n_slots) -> None:
    rng = random.Random(n_slots)
    system = list(range(50))
    items = [item([*system, *[family] * 40, n]) for family in range(5) for n in range(rng.randint(1, 9))]
    queue, answered = WorkQueue(items), []
    while len(queue):
        for slot in rng.sample(range(n_slots), n_slots):
            taken = queue.take(slot)
            if taken is None:
                continue
            if rng.random() < 0.3:
                queue.give_back(slot, taken)
            else:
                answered.append(taken.key)
    assert sorted(answered) == sorted(i.key for i in items)
    assert queue.take(0) is None


def test_no_items_no_chains() -> None:
    assert chains([]) == []
    assert WorkQueue([]).take(0) is None
