"""Strengths of three or more models from who beats whom, prompt by prompt.

R. A. Bradley and M. E. Terry (1952), Rank analysis of incomplete block designs, Biometrika 39, 324-345, with
the minorisation of D. R. Hunter (2004), MM algorithms for generalized Bradley-Terry models, Annals of
Statistics 32, 384-406. A tie is half a win for each.
"""

from __future__ import annotations

from collections.abc import Sequence

_MOST_STEPS = 20_000
_PRECISE = 1e-12


def bradley_terry(wins: Sequence[Sequence[float]], *, prior: float = 0.0) -> list[float]:
    """Returns the log-strength of each model, mean 0; exp(a - b) is the odds that a beats b.

    Args:
        wins: ``wins[i][j]``, how often i beat j; a square table, the diagonal is not looked at.
        prior: wins added to each side of each pair; above 0 it keeps the strengths of a model that never
            wins or never loses finite.

    Raises:
        ValueError: the table is not square, or a count is negative.
    """
    import numpy as np

    table = np.array(wins, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or (table < 0).any():
        raise ValueError("need a square table of counts that are not negative")
    size = len(table)
    table = table + prior
    np.fill_diagonal(table, 0.0)
    games, won = table + table.T, table.sum(axis=1)
    strength = np.ones(size)
    for _ in range(_MOST_STEPS):
        shares = games / (strength[:, None] + strength[None, :])
        new = won / np.maximum(shares.sum(axis=1), 1e-300)
        new = np.maximum(new, 1e-12)
        new /= np.exp(np.log(new).mean())
        if np.abs(np.log(new) - np.log(strength)).max() < _PRECISE:
            strength = new
            break
        strength = new
    return [float(value) for value in np.log(strength)]
