"""Bradley-Terry strengths with the interval of the bootstrap by family: whole families are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from airflownet.evaluation.statistics.bradley_terry import bradley_terry
from airflownet.evaluation.statistics.proportion import IntervalSettings

_MOST_RESAMPLES: Final = 500
_PRIOR: Final = 0.5
"""Wins added to each side of each pair: who never loses has a finite strength."""


@dataclass(frozen=True, slots=True)
class Game:
    """Two models met on one prompt."""

    family: str
    first: str
    second: str
    won: float
    """By the first: 1, 0, or 0.5 for a tie."""


@dataclass(frozen=True, slots=True)
class FamilyStrength:
    """One model's strength."""

    model: str
    strength: float
    """Log-odds scale, mean 0 over the models."""
    low: float
    high: float
    wins: float
    games: int


def family_strengths(
    models: Sequence[str], games: Iterable[Game], settings: IntervalSettings
) -> tuple[FamilyStrength, ...]:
    """Returns the strengths, the strongest first; empty without a game.

    Draws from ``settings.seed``, at most 500 times: equal games in any order give equal numbers.
    """
    import numpy as np

    met = list(games)
    if not met:
        return ()
    place = {name: index for index, name in enumerate(sorted({game.family for game in met}))}
    at = {model: index for index, model in enumerate(models)}
    tables = np.zeros((len(place), len(models), len(models)))
    for game in met:
        tables[place[game.family], at[game.first], at[game.second]] += game.won
        tables[place[game.family], at[game.second], at[game.first]] += 1 - game.won
    total = tables.sum(axis=0)
    strengths = bradley_terry(total, prior=_PRIOR)
    generator = np.random.Generator(np.random.PCG64(settings.seed))
    drawn = np.array(
        [
            bradley_terry(tables[generator.integers(0, len(place), len(place))].sum(axis=0), prior=_PRIOR)
            for _ in range(min(settings.n_resamples, _MOST_RESAMPLES))
        ]
    )
    tail = (1 - settings.confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    both = total + total.T
    found = [
        FamilyStrength(
            model,
            strengths[index],
            float(low[index]),
            float(high[index]),
            float(total[index].sum()),
            round(float(both[index].sum())),
        )
        for index, model in enumerate(models)
    ]
    return tuple(sorted(found, key=lambda one: -one.strength))
