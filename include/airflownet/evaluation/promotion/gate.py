"""Whether a challenger may take the champion's place: decided on the ends of intervals, never on a mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from airflownet.errors import InputError
from airflownet.evaluation.comparison.measures import HEADLINE, LOADS
from airflownet.evaluation.comparison.records import Comparison, Difference
from airflownet.evaluation.comparison.report_tables import difference_told
from airflownet.evaluation.promotion.settings import PromotionSettings
from airflownet.evaluation.trivial_answers import MODEL as TRIVIAL

_TITLES: Final = {HEADLINE: "loads and does what was asked", LOADS: "loads"}


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of the gate."""

    name: str
    is_met: bool
    told: str
    """What was found, in words."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate says."""

    challenger: str
    champion: str
    is_promoted: bool
    is_regression: bool
    """True when the challenger is worse than the champion beyond chance: the whole interval is below zero."""
    checks: tuple[Check, ...]

    def words(self) -> str:
        """Returns the decision with its reasons, a line each."""
        verdict = "may take the place of" if self.is_promoted else "does not take the place of"
        end = " It is a regression." if self.is_regression else ""
        told = [f"  {'yes' if one.is_met else 'no '}  {one.name}: {one.told}" for one in self.checks]
        return "\n".join([f"{self.challenger} {verdict} {self.champion}.{end}", *told])


def decide(found: Comparison, challenger: str, champion: str, settings: PromotionSettings) -> Decision:
    """Returns whether the challenger may take the champion's place.

    Raises:
        InputError: one of the two is not in the comparison, or they are the same.
    """
    models = [one.model for one in found.models]
    for name in (challenger, champion):
        if name not in models:
            raise InputError(
                f"the comparison holds no model {name!r}; it holds {', '.join(models)}",
                "compare both on the same prompts: airflownet evaluate RUN --answers champion=FILE",
            )
    if challenger == champion:
        raise InputError(f"{challenger!r} cannot challenge itself", "name another model as --champion")
    checks: list[Check] = []
    margin = settings.margin_points / 100
    is_regression = False
    headline = _difference(found, HEADLINE, challenger, champion)
    loads = _difference(found, LOADS, challenger, champion)
    n_prompts, n_families = (headline.n_prompts, headline.n_families) if headline else (0, 0)
    checks.append(
        Check(
            f"at least {settings.min_prompts} prompts answered by both and scored",
            n_prompts >= settings.min_prompts,
            f"{n_prompts}",
        )
    )
    if n_prompts and n_families < 2:  # whole families are drawn: one of them gives an interval of no width
        checks.append(Check("prompts of at least 2 families", False, f"{n_families}"))
    n_missing = next(one.n_missing for one in found.models if one.model == champion)
    if n_missing:  # they count as failures, and a challenger must not win against silence
        checks.append(Check(f"no answer of {champion} is missing", False, f"{n_missing}"))
    trivial = found.rate(HEADLINE, TRIVIAL)
    if trivial is not None and trivial.share is not None:
        share = 100 * trivial.share.rate
        checks.append(
            Check(
                f"trivial DAGs do what was asked in at most {settings.most_trivial_percent:g}%",
                share <= settings.most_trivial_percent,
                f"{share:.1f}%",
            )
        )
    for name, one in ((HEADLINE, headline), (LOADS, loads)):
        if one is None:
            checks.append(Check(_TITLES[name], False, "not measured"))
            continue
        told = difference_told(one)
        if name == HEADLINE and settings.rule == "better":
            checks.append(Check(f"{_TITLES[name]} more often, beyond chance", one.low > 0, told))
        else:
            title = f"{_TITLES[name]} at most {settings.margin_points:g} points less often"
            checks.append(Check(title, one.low > -margin, told))
        is_regression = is_regression or (one.high < 0 and one.n_families > 1)
    is_promoted = all(check.is_met for check in checks)
    return Decision(challenger, champion, is_promoted, is_regression and not is_promoted, tuple(checks))


def _difference(found: Comparison, measure: str, first: str, second: str) -> Difference | None:
    """Returns first - second, in whichever order the comparison has the two."""
    from dataclasses import replace

    if (one := found.difference(measure, first, second)) is not None:
        return one
    if (one := found.difference(measure, second, first)) is None:
        return None
    return replace(
        one,
        first=first,
        second=second,
        difference=-one.difference,
        low=-one.high,
        high=-one.low,
        first_only=one.second_only,
        second_only=one.first_only,
    )
