"""A request to its outline, with fixed rules and without any model.

The deeds of ``asked_for.read_request``, for each the operators that can be meant, how many tasks it asks
for, their ids where it gives them, what comes after what, and the values that it states. A model that
writes a plan along the outline chooses among the operators and writes functions; it cannot leave a step
out, go round in circles, or invent a value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from airflownet.asked_for.request import Deed
from airflownet.generation.card_index import CardIndex, card_index
from airflownet.generation.outline.failure_rules import places_of, trigger_rule
from airflownet.generation.outline.model import Outline, Part, Step
from airflownet.generation.outline.stated_values import share_of, stated_values
from airflownet.generation.outline.step_operators import operators_of
from airflownet.generation.outline.step_order import order_of
from airflownet.generation.wanted import Wanted
from airflownet.wording.number_words import number_of

MOST_STEPS: Final = 24
_IDS: Final = re.compile(r"\(((?:`[\w.-]+`(?:, (?:and |or )?| and | or )?)+)\)")
_NAME: Final = re.compile(r"`([^`\n]+)`")
_COUNT: Final = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|[2-9]|1\d)\b(?= [A-Za-z]+)", re.IGNORECASE
)
_NO_COUNT: Final = re.compile(
    r"\b(?:top|last|latest|newest|oldest|past|previous|than|version|port)$|[-.:/#$]$", re.IGNORECASE
)
"""What stands before a number that counts no tasks: "older than 3 versions", "the top 10 customers"."""
_MEASURE: Final = re.compile(
    r"(?:(?:more|full|working|business|calendar) )?"
    r"(?:(?:milli)?seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|months?|quarters?|years?"
    r"|times|retries|attempts|tries|rows?|records?|lines|pages|columns|bytes|[kmgt]i?b|percent"
    r"|workers|threads|cores|nodes|slots|partitions|shards|uhr|am|pm|a\.m|p\.m|o'?clock)\b",
    re.IGNORECASE,
)
"""What a number measures that counts no tasks: time, size, repetition, what one task goes through."""
_PLURAL: Final = re.compile(r"\b\w+(?:[^su]s|ies)\b")
_PYTHON: Final = re.compile(
    r"\b(?:a |an |the |\w+ )?python (?:functions?|callables?|code|steps?)\b", re.IGNORECASE
)
_PARALLEL: Final = re.compile(
    r"\bin parallel\b|\bat the same time\b|\bside by side\b|\bconcurrently\b", re.IGNORECASE
)
_CHAINED: Final = re.compile(
    r"\bone after (?:the other|another)\b|\bin turn\b|\bsequentially\b", re.IGNORECASE
)
_NO_ORDER: Final = re.compile(r"\bdo not depend on each other\b|\bindependent(?:ly)?\b", re.IGNORECASE)
_SPOKEN_OPENING: Final = re.compile(
    r"^(?:it should|they should|please|can you|could you|help me|we need to|"
    r"i (?:want|need|have|would like)(?: to)?|"
    r"start with this|to begin|first|also|finally|lastly|start with|uses?|using)[:, ]+",
    re.IGNORECASE,
)
_FOR_ALL: Final = re.compile(r"^\s*[-*] For all tasks[^:\n]*: (.+)$", re.MULTILINE)
_TALK_OF_OPERATORS: Final = re.compile(r"\b[A-Z]\w+(?:Operator|Sensor)\b")


def outline_of(wanted: Wanted) -> Outline | None:
    """Returns the outline; None where the request states no step, or more than one DAG."""
    request = wanted.request
    if not request.deeds or asks_for_several_dags(wanted.text):
        return None
    index = card_index(wanted.airflow)
    parts = _parts(wanted, index)
    if not parts or sum(part.n for part in parts) > MOST_STEPS:
        return None
    names = {id(part.deed): number for number, part in enumerate(parts)}
    pairs = [
        (names[id(request.deeds[a])], names[id(request.deeds[b])])
        for a, b in request.order
        if id(request.deeds[a]) in names and id(request.deeds[b]) in names
    ]
    steps: list[Step] = []
    for part in parts:
        values = stated_values(part.words)
        for number in range(part.n):
            part.steps.append(len(steps))
            task_id = part.ids[number] if number < len(part.ids) else ""
            own = share_of(values, number, part.n)
            steps.append(Step(part.words, part.candidates, task_id, (), part.rule, own))
    after = order_of(
        parts, pairs, is_free=bool(_NO_ORDER.search(wanted.text)), is_named=any(p.deed.name for p in parts)
    )
    done = tuple(
        Step(s.words, s.operators, s.task_id, tuple(sorted(after[n])), s.trigger_rule, s.values)
        for n, s in enumerate(steps)
    )
    for_all = tuple(value for line in _FOR_ALL.findall(wanted.text) for value in stated_values(line))
    return Outline(done, bool(pairs) or len(steps) == 1, for_all)


def asks_for_several_dags(text: str) -> bool:
    """Tells whether a request is for more than one DAG."""
    return bool(
        re.search(
            r"\b(?:two|three|four|five|several|\d) (?:airflow )?(?:dags|workflows|pipelines)\b",
            text,
            re.IGNORECASE,
        )
        or re.search(r"\bairflow dags\b|^\s*dags\b", text, re.IGNORECASE)
        or len(re.findall(r"^\s*\d+\. (?:A )?DAG\b", text, re.MULTILINE)) > 1
    )


def _parts(wanted: Wanted, index: CardIndex) -> list[Part]:
    deeds = wanted.request.deeds
    named_only = [deed for deed in deeds if _only_names(deed)]
    operators = [operator for deed in named_only for operator in _TALK_OF_OPERATORS.findall(deed.words)]
    places = places_of(wanted.text, deeds)
    parts: list[Part] = []
    products: frozenset[str] = frozenset()
    for number, deed in enumerate(deeds):
        if deed in named_only and len(deeds) > len(named_only):
            continue
        if _about_the_file(deed, deeds):
            continue
        words = _plain(deed.words)
        candidates = operators_of(deed, words, wanted, index, operators, products)
        products |= deed.terms.products
        if not candidates:
            continue
        n, ids = _count(deed, words)
        parts.append(
            Part(
                deed,
                words,
                candidates,
                n,
                ids,
                rule=trigger_rule(wanted.text, deed, places[number]),
                is_parallel=_is_parallel(wanted.text, deed),
                is_chain=bool(_CHAINED.search(words)),
            )
        )
    return parts


def _plain(words: str) -> str:
    before = ""
    while words != before:
        before, words = words, _SPOKEN_OPENING.sub("", words.strip())
    return words


def _only_names(deed: Deed) -> bool:
    """True for "uses the BashOperator": an operator's name, and no work of its own."""
    return bool(deed.operator) and not deed.name and not deed.terms.work and not deed.terms.things


def _about_the_file(deed: Deed, deeds: Sequence[Deed]) -> bool:
    """True for "COPY INTO" and "uses experiment" beside real work."""
    terms = deed.terms
    is_thin = not deed.operator and not deed.name and not terms.products and not terms.things
    return len(deeds) > 1 and (is_thin and not _PYTHON.search(deed.words) and len(deed.words.split()) < 3)


def _count(deed: Deed, words: str) -> tuple[int, tuple[str, ...]]:
    if deed.name:
        return 1, (deed.name,)
    ids: tuple[str, ...] = ()
    if found := _IDS.search(words):
        ids = tuple(re.sub(r"\W+", "_", name) for name in _NAME.findall(found[1]))
    plain = _NAME.sub(" ", words)
    count = next((c for c in _COUNT.finditer(plain) if _counts_tasks(plain, c)), None)
    if count and _PLURAL.search(plain[count.end() :]):
        said = count[1].lower()
        n = number_of(said)
        return n, ids if len(ids) == n else ()
    return 1, ids if len(ids) == 1 else ()


def _counts_tasks(words: str, count: re.Match[str]) -> bool:
    before = words[: count.start()].rstrip(" ")
    return not _NO_COUNT.search(before) and not _MEASURE.match(words[count.end() :].lstrip())


def _is_parallel(text: str, deed: Deed) -> bool:
    if _PARALLEL.search(deed.words):
        return True
    place = text.find(deed.words[:40]) if deed.words else -1
    before = text[:place] if place >= 0 else ""
    return before.count("[") > before.count("]")
