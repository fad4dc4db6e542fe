"""Which operators the words of one step can mean: named, or of that kind of work with those products.

The card index ranks by words alone; here the verb must agree ("create" is no "delete"), the product must be
the one that is named (or that of an earlier step), and what goes into a product must not come out of it.
Where nothing fits it is a function, whose body is for the model to write.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import cache
from typing import Final

from airflownet.asked_for.request import Deed
from airflownet.asked_for.terms import Terms, terms_of
from airflownet.generation.card_index import CardIndex, Named
from airflownet.generation.request_words import spoken_phrases
from airflownet.generation.wanted import Wanted
from airflownet.plans.catalogue_names import names_of
from airflownet.plans.reading.plan_of import AS_DECORATOR
from airflownet.wording.operator_phrase import operator_phrase

FUNCTION: Final = "@task"
_MOST_CANDIDATES: Final = 4
_NEAR_BEST: Final = 0.8
"""Candidates are within this share of the best one's score."""
_SURE: Final = 0.42
"""From this score on a step is no plain function."""
_DOUBTFUL: Final = 0.3
"""Below this score it is likelier a plain function than an operator."""
_CERTAIN: Final = 0.6
"""From this score on the words are the operator's, whatever their verb."""
_DECORATOR: Final = re.compile(r"@task(?:\.[a-z_]+)?")
_NAME: Final = re.compile(r"`([^`\n]+)`")
_PYTHON: Final = re.compile(
    r"\b(?:a |an |the |\w+ )?python (?:functions?|callables?|code|steps?)\b", re.IGNORECASE
)
_WAIT_FOR_DAG: Final = re.compile(
    r"\bwait(?:s|ing)? (?:for|until|till) (?:the |a |another )?(?:task \S+ (?:in|of) )?"
    r"(?:the )?(?:other )?dag\b",
    re.IGNORECASE,
)
_TRANSFER: Final = re.compile(r"^(\w+?)To([A-Z]\w+?)Operator$")
_INTO: Final = re.compile(
    r"\b(?:to|into|in|onto) (?:the |a |an |our |my )?((?:[\w-]+ ?){1,3})", re.IGNORECASE
)
_OUT_OF: Final = re.compile(
    r"\bfrom (?:the |a |an |our |my )?((?:[\w-]+ ?){1,3}?)(?= to\b| into\b|,|$)", re.IGNORECASE
)


def operators_of(
    deed: Deed,
    words: str,
    wanted: Wanted,
    index: CardIndex,
    named: Sequence[str],
    products: frozenset[str],
) -> tuple[str, ...]:
    """Returns the operators that a deed can mean; one without a product is likely about an earlier one's."""
    if decorator := _DECORATOR.search(words):
        return (decorator[0],)
    if _WAIT_FOR_DAG.search(words):
        return ("ExternalTaskSensor",)
    if deed.operator == "EmptyOperator":
        return ("EmptyOperator",)
    if found := [one.name for one in index.named(words) if not one.name.endswith("Notifier")]:
        return (_as_task(found[0], wanted.airflow),)
    text = _NAME.sub(" ", re.sub(r"\([^()]*\)", " ", words))
    if _PYTHON.search(text):
        return (FUNCTION,)
    ranked = _agreeing(deed.terms, text, wanted, index)
    best = ranked[0] if ranked else None
    if products and not deed.terms.products and (best is None or best.score < _CERTAIN):
        about = Terms(products, deed.terms.work, deed.terms.things)
        ranked = (
            _agreeing(about, f"{text} {' '.join(sorted(products))}", wanted, index, in_full=True) or ranked
        )
    if preferred := [one.name for one in ranked if one.name in named]:
        return (_as_task(preferred[0], wanted.airflow),)
    if not ranked:
        return (FUNCTION,)
    highest = ranked[0].score
    near = [one.name for one in ranked if one.score >= _NEAR_BEST * highest][:_MOST_CANDIDATES]
    near = list(dict.fromkeys(_as_task(name, wanted.airflow) for name in near))
    if from_there := [name for name in near if _takes_from(name, products)]:
        near = from_there
    if not deed.terms.products:
        near = [name for name in near if products & _terms_of_operator(name).products] or near
    if highest >= _SURE:
        return tuple(near)
    return (*near, FUNCTION) if highest >= _DOUBTFUL else (FUNCTION, *near)


@cache
def _as_task(name: str, airflow: str) -> str:
    """Returns the decorator for an operator that runs a function, whose body is then written; or the name."""
    names = names_of(airflow)
    found = names.operator(name)
    if name in AS_DECORATOR or found is None or "python_callable" not in found.init.required:
        return AS_DECORATOR.get(name, name)
    for decorator, known in sorted(names.catalogue.task_decorators.items()):
        own = names.catalogue.class_(known.operator) if known.operator else None
        if own is not None and any(str(path).rpartition(".")[2] == name for path in own.mro):
            return f"@task.{decorator}"
    return name


def _takes_from(name: str, products: frozenset[str]) -> bool:
    """Tells whether an operator carries something out of an earlier step's product."""
    match = _TRANSFER.match(name)
    return match is not None and bool(terms_of(match[1]).products & products)


def _agreeing(
    terms: Terms, text: str, wanted: Wanted, index: CardIndex, *, in_full: bool = False
) -> list[Named]:
    """Returns the operators that do this kind of work with these products, the best first.

    Args:
        terms: of the words.
        text: the words.
        wanted: the request.
        index: of the line.
        in_full: the words' things must be the operator's too.
    """
    named = terms_of(wanted.text).products
    ranked = [
        one
        for one in index.best_of(text, wanted.text)
        if not one.name.endswith("Notifier") and _goes_where_named(one.name, named)
    ]
    agreeing = [
        one
        for one in ranked
        if _agrees(terms, one, text, in_full=in_full)
        or (not in_full and one.score >= _CERTAIN and _is_said_so(terms, one.name))
    ]
    # "Create the cluster" is no "start the cluster", where there are both.
    work = terms.work - {"run"}
    least = _NEAR_BEST * agreeing[0].score if agreeing else 0.0
    same = [one for one in agreeing if work & _terms_of_operator(one.name).work and one.score >= least]
    return [*same, *(one for one in agreeing if one not in same)] if same else agreeing


def _is_said_so(terms: Terms, name: str) -> bool:
    """Tells whether an operator without a product may be meant by words that fit it nearly whole."""
    own = _terms_of_operator(name)
    is_other_work = bool(terms.work - {"run"}) and bool(own.work - {"run"}) and not terms.work & own.work
    is_its_product = not own.products or bool(own.products & terms.products)
    return is_its_product and (not is_other_work or bool(spoken_phrases(name)))


def _agrees(wanted: Terms, one: Named, text: str, *, in_full: bool) -> bool:
    """Tells whether an operator does this kind of work, with the products that the words name."""
    own = _terms_of_operator(one.name)
    if wanted.products and not wanted.products & own.products:
        return False
    if not _is_direction(one.name, text):
        return False
    work, own_work = wanted.work - {"run"}, own.work - {"run"}
    is_about = bool(wanted.things & own.things)
    if work and not work & own_work and (own_work or not (wanted.products or is_about)):
        return False
    if in_full:
        return is_about or not wanted.things or one.score >= _CERTAIN
    return bool(wanted.products or not wanted.things or is_about) or one.score >= _SURE


def _is_direction(name: str, text: str) -> bool:
    """False for ``AToB`` where the words put something into A, or take it from B, and for ``AToA``."""
    match = _TRANSFER.match(name)
    if match is None:
        return True
    source, target = (terms_of(group).products for group in match.groups())
    if source and source == target:
        return bool(re.search(r"\bcopy\b|\bmove\b|\bbetween\b|\bfrom\b", text, re.IGNORECASE))
    into = {p for found in _INTO.findall(text) for p in terms_of(found).products}
    out_of = {p for found in _OUT_OF.findall(text) for p in terms_of(found).products}
    if into and target and not into & target:
        return False
    return not (out_of and source and not out_of & source)


def _goes_where_named(name: str, named: Set[str]) -> bool:
    """False for ``AToB`` where the request names A and nowhere B: to vacuum a table is no export."""
    match = _TRANSFER.match(name)
    if match is None:
        return True
    source, target = (terms_of(group).products for group in match.groups())
    return not (source & named and target and not target & named)


@cache
def _terms_of_operator(name: str) -> Terms:
    return terms_of(operator_phrase(name).imperative()) | terms_of(name.removesuffix("Operator"))
