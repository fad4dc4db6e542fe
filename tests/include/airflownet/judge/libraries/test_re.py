"""The bound of a search tells patterns that may be asked from those that may run away."""

from __future__ import annotations

import pytest

from airflownet.judge.libraries.re import search_cost

ASKED = [
    ("named-groups", r"^(?P<kind>[a-z]+)_(?P<y>\d{4})-(?P<m>\d\d)\.csv$", 40),
    ("look-around", r"(?<!^)(?=[A-Z])", 100),
    ("key-and-value", r"(\w+)\s*=\s*(\d+)", 100),
    ("one-class", r"[^a-z0-9]+", 500),
    ("alternatives", r"(foo|bar)_\d+", 100),
    ("optional-group", r"^v(\d+)\.(\d+)(?:\.(\d+))?$", 20),
    ("template", r"\{\{\s*(\w+)\s*\}\}", 200),
]
RUNS_AWAY = [
    ("repeat-in-repeat", r"(a+)+$", 50),
    ("alternatives-in-repeat", r"(a|a)*$", 50),
    ("nested-counts", r"(?:(?:a{1,9}){1,9}){1,9}b", 99),
    ("many-optional", "(a?)" * 25 + "b", 100),
    ("same-class-again", r"a*a*a*a*b", 100),
    ("negative-look-ahead", r"a*(?!b)a*(?!b)a*(?!b)a*c", 100),
    ("back-reference", r"(a*)(a*)(a*)\1b", 100),
    ("other-script", "ä*ä*ä*ä*b", 100),
    ("empty-group", r"(){9999}", 10),
]
_MOST_STEPS = 3_000_000


@pytest.mark.parametrize(("pattern", "n_characters"), [pytest.param(p, n, id=i) for i, p, n in ASKED])
def test_a_harmless_search_is_cheap(pattern: str, n_characters: int) -> None:
    assert search_cost(pattern, n_characters, 0, is_anchored=False) <= _MOST_STEPS


@pytest.mark.parametrize(("pattern", "n_characters"), [pytest.param(p, n, id=i) for i, p, n in RUNS_AWAY])
def test_a_search_that_may_run_away_is_dear(pattern: str, n_characters: int) -> None:
    assert search_cost(pattern, n_characters, 0, is_anchored=True) > _MOST_STEPS
