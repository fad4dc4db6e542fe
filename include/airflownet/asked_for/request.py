"""What a request states: the work, in order, the schedule, the DAG id, settings and values.

The text is read with fixed rules and word lists, without any model: a clause with a word for work ("load the
orders into Snowflake") is a deed; names of operator classes, quoted names and values, ``a -> b`` and words
such as "then" are taken literally. What cannot be read is not asked for.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Final

from airflownet.asked_for.operator_names import operator_name
from airflownet.asked_for.stated_schedule import StatedSchedule, stated_schedule, without_schedule
from airflownet.asked_for.terms import Terms, terms_of
from airflownet.wording.compact_text import compact, without_long_words
from airflownet.wording.number_words import NUMBERS, TIMES

_VERSION: Final = re.compile(
    r"(?:we are on|target(?: version)?:|it has to run on)?\s*\(?\b(?:apache )?airflow (?:version:? ?)?"
    r"\d[\d.]*\)?\.?",
    re.IGNORECASE,
)
_OPENING: Final = re.compile(
    r"(?:^|(?<=[.\n!?]))\s*(?:(?:please|pls|can you|could you|i need you to) )?"
    r"(?:write|create|build|set up|make|design|develop|implement|construct|generate)\b"
    r"(?=[^.;:,\n]{0,100}?\b(?:dags?|pipelines?|workflows?|process(?:es)?|systems?|solutions?|mechanism"
    r"|(?:python|dag|one|single) file)\b)",
    re.IGNORECASE,
)
_DAG_ID: Final = re.compile(
    r"(?:dag[ _]id|(?:dag|workflow|pipeline)[^.\n`]{0,12}\b(?:called|named)|\bcall(?:ed)? it"
    r"|(?<!group )(?<!task )(?<!table )(?<!bucket )(?<!crawler )(?<!cluster )(?<!file )(?<!job )\bnamed)"
    r"[: ]{0,3}(?:is )?"
    r"[`\"']([\w.-]+)[`\"']",
    re.IGNORECASE,
)
_NEW_DAG: Final = re.compile(
    r"(?<!trigger )(?<!triggers )(?<!start )(?<!run )(?<!for )"
    r"\b(?:an?|one|my|new) (?:new |airflow |simple |daily )*(?:dag|workflow|pipeline)"
    r",? (?:called|named|with (?:the )?(?:id|name)) ([A-Za-z][\w.]*[_-][\w.-]*\w)",
    re.IGNORECASE,
)
"""A DAG that is asked for by a name without quotes; only one that cannot be a word of the sentence."""
_IN_DAG: Final = re.compile(
    r"\b(?:in|inside|within|as) (?:an?|the|one|my) (?:new |airflow |simple |daily |single )*"
    r"(?:dag|workflow|pipeline),? (?:(?:called|named) )?"
    r"[`\"']?([a-z]\w*[\d_-](?:[\w.-]*\w)?)(?![\w-])[`\"']?",
    re.IGNORECASE,
)
"""Where the work is to stand; a name that cannot be a word of the sentence, which is no thing to work on."""
_ID_ALONE: Final = re.compile(r"\bdag[ _]id[: ]{0,3}(?:is )?[`\"'][\w.-]+[`\"']", re.IGNORECASE)
_LABELLED_DAG: Final = re.compile(r"\bDAG `([\w.-]+)`")
_OPERATOR: Final = re.compile(r"\b[A-Z]\w*(?:Operator|Sensor|SensorAsync)\b|@task(?:\.\w+)?")
_QUOTED: Final = re.compile(r"`([^`\n]{1,200})`")
_TASK_LINE: Final = re.compile(r"^\s*[-*\d.]+\s+`([\w.-]+)`\s*:")
_SKIPPED_LINE: Final = re.compile(
    r"^\s*[-*]\s+(?:DAG id|Schedule|Tags|Params|Order|Start date|Owner|Task groups|Purpose"
    r"|For all tasks[^:]*)\b",
    re.IGNORECASE,
)
_DAG_LINE: Final = re.compile(r"^\s*\d+\.\s+(?:A )?DAG\b(?: `[^`]*`)?\s*$")
_PLACEHOLDER: Final = re.compile(
    r"\bplaceholder\b|\bempty (?:task|start|end|operator)|\bdummy task", re.IGNORECASE
)
_ORDER_LINE: Final = re.compile(r"^\s*[-*]?\s*Order:\s*(.*)$", re.IGNORECASE)
_THEN: Final = re.compile(
    r"->|=>|>>|\s>\s|\b(?:and then|then|after that|afterwards|next|finally|lastly|at the end"
    r"|once that is done|followed by|before)\b",
    re.IGNORECASE,
)
_CUT: Final = re.compile(
    r"(?P<then>->|=>|>>|\s>\s|\b(?:and then|then|after that|afterwards|next|finally|lastly|at the end"
    r"|once that is done|followed by|before)\b)"
    r"|\.(?=\s|$)|:(?=\s)|[;,\n\[\]]| / |\b(?:and|or|by|while|which(?! \w+ to\b)|that|where|when|including"
    r"|using|through|with|based on)\b",
    re.IGNORECASE,
)
_PARENTHESES: Final = re.compile(r"\([^()]*\)")
_RETRIES: Final = re.compile(
    r"\b(\d+|one|two|three|four|five) retr(?:y|ies)\b|\bretr(?:y|ies)[:= ]+(\d+)"
    r"|\bretr(?:y|ied)(?: (?:each|every|it|them|all|this|that|the|of|a|failed|failing|tasks?|steps?))*"
    r" (?:up to )?(?:(once|twice)\b|(\d+|two|three|four|five) times\b)",
    re.IGNORECASE,
)
_PAUSE: Final = re.compile(
    r"\b(?:with )?(?:a )?\d+[ -](?:second|minute|hour)s? (?:of )?(?:in )?(?:between|apart|delay|pause)\b"
    r"(?: (?:retries|them|each|tries|attempts))?",
    re.IGNORECASE,
)
"""Between retries: no work of its own."""
_NUMBERS: Final = {**NUMBERS, **TIMES}
_NO_CATCHUP: Final = re.compile(
    r"\bno catchup|don't catch up(?: on missed runs)?|without catchup"
    r"|catchup[^.\n]{0,12}(?:off|false|disabled)"
    r"|leave catchup off",
    re.IGNORECASE,
)
_CATCHUP: Final = re.compile(r"\bcatch up on missed|catchup (?:on|true|enabled)", re.IGNORECASE)
_ACTIVE_RUNS: Final = re.compile(
    r"\b(?:at most|not more than|no more than|only|max(?:imum)?(?: of)?) (\d+|one|two|three|four|five)"
    r" (?:active )?runs?(?: at a time| at once)?",
    re.IGNORECASE,
)
_PARAMS: Final = re.compile(r"\bUsers can set [^.\n]*\.?", re.IGNORECASE)
_TAGS: Final = re.compile(r"\bTags?: ([^\n.]+)")
_ARRIVES: Final = re.compile(
    r"\b(?:when(?:ever)?|once|as soon as|after) ((?:the|a|an|my|our|new)\b(?:[^,.;\n]|\.(?=\S)){1,60}?) "
    r"(?:arrives?|lands?|appears?|is there|exists?|is available|has arrived|shows? up|comes? in)\b"
    r"((?: (?:in|at|on|under|into) [^,;\n]{1,60}?)?),?(?: then\b|(?<=,))",
    re.IGNORECASE,
)
"""A wait in other words: "when the file arrives, ..."."""
_OTHER_WORDS: Final = (
    (re.compile(r"\bdrop (it|them|this|the \w+) (in|into|to|on)\b", re.IGNORECASE), r"put \1 \2"),
    (re.compile(r"\btake (an? (?:\w+ )?(?:snapshot|backup))\b", re.IGNORECASE), r"create \1"),
)
"""Phrases whose verb says something else alone: to drop a table, to drop a file into a bucket."""
_ARROWS: Final = frozenset({"->", "=>", ">>", ">"})
_ABOUT_THE_DAG: Final = frozenset({"run", "trigger", "create", "update"})
_MOST_CHARS: Final = 20_000
_MOST_DEEDS: Final = 60


@dataclass(slots=True)
class Deed:
    """One thing the answer is to do."""

    words: str
    """As the request says it."""
    terms: Terms
    operator: str = ""
    """Class name of the operator the request names for it."""
    name: str = ""
    """Task id the request gives it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One argument the request asks for."""

    words: str
    name: str
    value: object


@dataclass(slots=True)
class Request:
    """What a request states; parts it does not state are empty."""

    text: str
    deeds: list[Deed] = field(default_factory=list)
    order: list[tuple[int, int]] = field(default_factory=list)
    """Pairs of deeds, by index: the first before the second."""
    schedule: StatedSchedule | None = None
    dag_id: str = ""
    settings: list[Setting] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    """Quoted values: buckets, tables, commands."""


def read_request(text: str) -> Request:
    """Returns what a request states. Any text is read; at most 20,000 characters and 60 deeds of it."""
    text = _VERSION.sub(" ", without_long_words(compact(text[:_MOST_CHARS])))
    request = Request(text, schedule=stated_schedule(text))
    found = _DAG_ID.search(text) or _LABELLED_DAG.search(text) or _NEW_DAG.search(text)
    found = found or _IN_DAG.search(text)
    request.dag_id = found[1] if found else ""
    request.settings = _settings(text)
    opened = _OPENING.sub(" ", text)  # before a schedule leaves a comma within: "write a daily DAG that ..."
    plain = _ARRIVES.sub(r"wait for \1\2, then ", without_schedule(opened))
    for said, meant in _OTHER_WORDS:
        plain = said.sub(meant, plain)
    for pattern in (
        _ID_ALONE,
        _IN_DAG,
        _NEW_DAG,
        _RETRIES,
        _PAUSE,
        _NO_CATCHUP,
        _CATCHUP,
        _ACTIVE_RUNS,
        _PARAMS,
    ):
        plain = pattern.sub(", ", plain)
    lines = _OPENING.sub(" ", plain).split("\n")
    order_texts: list[str] = []
    in_order = False
    for line in lines:
        if (match := _ORDER_LINE.match(line)) is not None:
            in_order = True
            order_texts.append(match[1])
        elif in_order and line.startswith("  "):
            order_texts.append(line)
        else:
            in_order = False
            if not _SKIPPED_LINE.match(line) and not _DAG_LINE.match(line):
                _read_line(request, line)
    del request.deeds[_MOST_DEEDS:]
    n = len(request.deeds)
    request.order = sorted({pair for pair in request.order if max(pair) < n})
    if named := _named_order(request, order_texts or [text]):
        request.order = named
    request.values = _values(request)
    return request


def _read_line(request: Request, line: str) -> None:
    """Adds the deeds of one line: one for a task line, else one for each clause."""
    if match := _TASK_LINE.match(line):
        deed = _deed(line[match.end() :])
        deed.name = match[1]
        deed.terms |= terms_of(match[1])
        request.deeds.append(deed)
        return
    start, previous, is_then, is_new_sentence, is_arrow = 0, -1, False, False, False
    waiting = Terms()
    for cut in [*_CUT.finditer(_masked(line)), None]:
        piece = line[start : cut.start() if cut else len(line)]
        deed = _deed(piece)
        is_arrow = is_arrow or (cut is not None and cut[0].strip() in _ARROWS)
        # Between arrows a product is a step: "athena query -> glue job -> redshift copy".
        if deed.operator or _says_something(deed.terms) or (is_arrow and deed.terms.products):
            deed.terms |= waiting
            waiting = Terms()
            request.deeds.append(deed)
            here = len(request.deeds) - 1
            if is_then and previous >= 0:
                request.order.append((previous, here))
            previous, is_then, is_new_sentence = here, False, False
            is_arrow = cut is not None and cut[0].strip() in _ARROWS
        elif previous >= 0 and not is_then and not is_new_sentence:
            request.deeds[previous].terms |= deed.terms
            if deed.terms.products or deed.terms.things:
                request.deeds[previous].words += f" {deed.words}"
        else:
            waiting |= deed.terms
        if cut is not None:
            is_then = is_then or cut["then"] is not None
            if cut[0] in (".", ";"):
                is_new_sentence, waiting = True, Terms()
            start = cut.end()
    if waiting.products and previous < 0:
        request.deeds.append(Deed(" ".join(line.split()), waiting))


def _says_something(terms: Terms) -> bool:
    """False for "it runs" and "triggers": a word for work that is about the DAG, with nothing beside it."""
    return bool(terms.work - _ABOUT_THE_DAG or (terms.work and (terms.products or terms.things)))


def _masked(line: str) -> str:
    """Returns the line with quoted and parenthesised parts blanked, so that no clause is cut inside them."""
    for pattern in (_QUOTED, _PARENTHESES):
        line = pattern.sub(lambda match: "_" * len(match[0]), line)
    return line


def _deed(piece: str) -> Deed:
    if _PLACEHOLDER.search(piece):
        return Deed(" ".join(piece.split()).strip(" -*"), Terms(), "EmptyOperator")
    operators = _OPERATOR.findall(piece)
    plain = _OPERATOR.sub(" ", _PARENTHESES.sub(" ", piece))
    terms = terms_of(plain)
    return Deed(" ".join(piece.split()).strip(" -*"), terms, operator_name(operators[0]) if operators else "")


def _named_order(request: Request, texts: list[str]) -> list[tuple[int, int]]:
    """Returns the pairs of a text such as ```a` -> `b```, for deeds that have these names."""
    by_name = {deed.name: index for index, deed in enumerate(request.deeds) if deed.name}
    pairs: set[tuple[int, int]] = set()
    for text in texts:
        for line in text.split("\n"):
            steps = [_QUOTED.findall(part) for part in _THEN.split(line)]
            for before, after in itertools.pairwise(steps):
                pairs |= {
                    (by_name[up], by_name[down])
                    for up in before
                    for down in after
                    if up in by_name and down in by_name and up != down
                }
    return sorted(pairs)


def _settings(text: str) -> list[Setting]:
    found = []
    if match := _RETRIES.search(text):
        number = next(filter(None, match.groups())).lower()
        found.append(Setting(match[0], "retries", _NUMBERS.get(number) or int(number)))
    if match := _ACTIVE_RUNS.search(text):
        number = match[1].lower()
        found.append(Setting(match[0], "max_active_runs", _NUMBERS.get(number) or int(number)))
    if match := _NO_CATCHUP.search(text):
        found.append(Setting(match[0], "catchup", False))
    elif match := _CATCHUP.search(text):
        found.append(Setting(match[0], "catchup", True))
    if match := _TAGS.search(text):
        tags = [tag.strip(" `'\"") for tag in match[1].split(",")]
        found += [Setting(f"tag {tag}", "tags", tag) for tag in tags[:10] if tag]
    return found


def _values(request: Request) -> list[str]:
    """Returns the quoted values that are not the DAG's id, a task's, an operator's or the schedule's."""
    known = {request.dag_id, *(deed.name for deed in request.deeds)}
    schedule = request.schedule
    if schedule is not None:
        known |= {schedule.words, schedule.cron, *schedule.assets}
    found = dict.fromkeys(value.strip() for value in _QUOTED.findall(request.text))
    return [
        value
        for value in found
        if value and value not in known and not _OPERATOR.fullmatch(value) and not value.startswith("@")
    ]
