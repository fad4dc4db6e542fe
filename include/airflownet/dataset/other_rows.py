"""The rows beside create: every kind offers rows, shares and turns decide how many are taken.

Each offer is counted: taken, or dropped under ``<kind>:<reason>``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from airflownet.dataset.kinds.context import Context
from airflownet.dataset.kinds.explain import explain_rows
from airflownet.dataset.kinds.generated import generated_rows
from airflownet.dataset.kinds.migrate import migrate_rows
from airflownet.dataset.kinds.repair import failing_answer_rows, planted_fault_rows
from airflownet.dataset.limits import Limits
from airflownet.dataset.mixture_settings import KINDS
from airflownet.dataset.near_requests import near_held_out
from airflownet.dataset.operators import operators_of
from airflownet.dataset.row import Offer, Row, chat
from airflownet.dataset.split import SPLITS
from airflownet.dataset.turns import in_turns, owner_of, rarest
from airflownet.funnel import Funnel
from airflownet.records import Sample


def other_rows(
    context: Context,
    limits: Limits,
    chosen: Sequence[Row],
    possible: Mapping[str, Sample],
    funnel: Funnel,
) -> list[Row]:
    """Returns the rows of every kind whose weight is not 0.

    Args:
        context: the usable files and all that is known of them.
        limits: what keeps a chat out.
        chosen: the create rows; each kind gets its weight times their number, split by split.
        possible: every create row that could be made, by sample id; answers of models refer to them.
        funnel: gets every offer, counted.
    """
    n_create = Counter(row.member.split for row in chosen)
    mixture, found = context.settings.mixture, list[Row]()
    for kind in KINDS[1:]:
        weight = mixture.weight(kind)
        if not weight:
            continue
        by_split: dict[str, list[Row]] = defaultdict(list)
        for offer in _offers(kind, context, possible):
            funnel.listed += 1
            reason = offer if isinstance(offer, str) else _why_dropped(offer, context, limits)
            if isinstance(offer, str) or reason:
                funnel.drop(f"{kind}:{reason}")
            else:
                by_split[offer.member.split].append(offer)
        for split in SPLITS:
            taken = _in_turns(by_split[split], context)[: round(weight * n_create[split])]
            if len(taken) < len(by_split[split]):
                funnel.drop(f"{kind}:over-share", len(by_split[split]) - len(taken))
            found += taken
    near = near_held_out(
        [*chosen, *found], context.settings.instruction_shingle_words, context.settings.leakage_threshold
    )
    kept = [row for row in found if id(row) not in near]
    funnel.keep(len(kept))
    for row in found:
        if id(row) in near:
            funnel.drop(f"{row.kind}:request-near-held-out")
    return kept


def _offers(kind: str, context: Context, possible: Mapping[str, Sample]) -> Iterable[Offer]:
    if kind == "migrate":
        return migrate_rows(context)
    if kind == "repair":
        return [*planted_fault_rows(context), *failing_answer_rows(context, possible)]
    return explain_rows(context) if kind == "explain" else generated_rows(context, kind)


def _why_dropped(row: Row, context: Context, limits: Limits) -> str:
    is_held_out = row.member.split != "train"
    if is_held_out and row.kind not in context.settings.mixture.held_out_kinds:
        return "family-held-out"
    if (reason := limits.why_family(row.member)) is not None:
        return reason
    if limits.control(row.request, row.answer):
        return "control-token"
    return "" if limits.fits(chat(row, context.settings)) else "too-many-tokens"


def _in_turns(rows: Sequence[Row], context: Context) -> list[Row]:
    operators = {row.origin.id: _operators(row, context) for row in rows}
    frequency = Counter(name for row in rows for name in operators[row.origin.id])
    return in_turns(
        rows,
        lambda row: (
            row.member.family_id,
            rarest(operators[row.origin.id], frequency),
            owner_of(row.origin.repo),
        ),
        lambda row: f"{row.kind}/{row.origin.id}/{row.source_id}",
        context.settings.split_salt,
    )


def _operators(row: Row, context: Context) -> tuple[str, ...]:
    known = context.facts.get(row.origin.id)
    return known.operators if known else operators_of(row.code)
