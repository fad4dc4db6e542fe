"""How numbers are written, the same in the terminal, in HTML and in Markdown."""

from __future__ import annotations

from airflownet.evaluation.statistics.paired_comparison import PairedComparison
from airflownet.evaluation.statistics.proportion import Proportion

MODEL_NAMES = {
    "base": "Base",
    "tuned": "Fine-tuned",
    "shipped": "Shipped adapter",
    "ground_truth": "Ground truth",
}


def percent(share: float) -> str:
    """Returns ``12.5%`` for 0.125; never ``100.0%`` or ``0.0%`` for anything but all or nothing."""
    if 0 < share < 0.0005:
        return "<0.1%"
    if 0.9995 <= share < 1:
        return ">99.9%"
    return f"{100 * share:.1f}%"


ONE_FAMILY = "one family, no interval"
"""Whole families are drawn: of one alone an interval would have no width and look certain."""

ALL_EQUAL = "all equal"
"""A bootstrap of equal values has no width either; a rate has Wilson's interval then, a mean has none."""


def interval(rate: Proportion) -> str:
    """Returns ``10.1% to 15.3%``, or that there is none."""
    if not rate.has_interval:
        return ONE_FAMILY
    return f"{percent(rate.low)} to {percent(rate.high)}"


def count_of(rate: Proportion) -> str:
    """Returns ``12 of 96``."""
    return f"{rate.count:,} of {rate.n:,}"


def points(difference: float) -> str:
    """Returns ``+3.5`` or ``−3.5`` percentage points, ``0.0`` without a sign."""
    text = f"{100 * abs(difference):.1f}"
    return text if float(text) == 0 else ("+" if difference > 0 else "−") + text


def points_interval(comparison: PairedComparison) -> str:
    """Returns ``−1.2 to +8.4 points``, or that there is none."""
    if not comparison.has_interval:
        return ONE_FAMILY
    return f"{points(comparison.low)} to {points(comparison.high)} points"


def p_value(p: float) -> str:
    """Returns ``p = 0.031`` or ``p < 0.001``."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def confidence_level(confidence: float) -> str:
    """Returns ``95%`` for 0.95."""
    return f"{100 * confidence:g}%"
