"""What a request says that a file does not have, in words that no rule of ours makes anything of.

A condition, one task for each of many, a time zone, a pause between retries: the file loads and looks
finished without them, so whoever asked must be told. Read out of words alone; a sign of it in the code is
enough to say nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Final

from airflownet.generation.outline.failure_rules import failure_clause

_ON_FAILURE: Final = re.compile(
    r"\b(?:if|when|in case)\b[^.;,\n]{0,60}?\b(?:fail\w*|breaks?|broken|errors?|wrong|late|miss(?:es|ed))\b"
    r"|\beven if\b|\bif (?:it |they )?(?:does not |doesn't |do not |don't |not |already )?exists?\b"
    r"|\bif (?:possible|necessary|needed|you can|any)\b",
    re.IGNORECASE,
)
"""What is no branch: a failure, for which there are trigger rules, and manners of speaking."""
_CONDITION: Final = re.compile(
    r"\b(?:otherwise|or else|if|unless|depending on|only when|in that case)\b", re.IGNORECASE
)
_BRANCHES: Final = re.compile(r"branch|short_?circuit|\bif\b", re.IGNORECASE)
_AFTER_FAILURES: Final = re.compile(r"trigger_rule|_on_failure|on_failure_|TriggerRule|\bexcept\b")
_FOR_EACH: Final = re.compile(
    r"\bdynamic(?:ally)?(?: task)? mapp\w+|\b(?:one|a|own|separate) task (?:for|per) (?:each|every)\b"
    r"|\b(?:for|per) (?:each|every) (?:of |one |single )?"
    r"(?!day|night|hour|week|month|year|quarter|minute|morning|evening|run)\w+",
    re.IGNORECASE,
)
_MAPPED: Final = re.compile(r"\.expand(?:_kwargs)?\(|\bfor \w+ in\b")
_ZONE: Final = re.compile(
    r"\b(?:(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/\w+(?:[/-]\w+)*"
    r"|CES?T|[ECMP][SD]T|IST|JST|BST|(?:GMT|UTC) ?[+-] ?\d+)\b"
    r"|(?<=[\dmM.] )(?:[A-Z]\w+ ){1,2}(?=(?:local )?time\b)"
)
_ZONED: Final = re.compile(r"\btz\b|timezone", re.IGNORECASE)
_NO_TIME: Final = re.compile(r"\bat (?:(?:2[4-9]|[3-9]\d):\d\d|\d{1,2}:[6-9]\d)\b", re.IGNORECASE)
_NUMBER: Final = r"(?:\d+|one|two|three|five|ten|fifteen|thirty)"
_PAUSE: Final = re.compile(
    rf"\bretr\w*\b(?:[^.;,\n]{{0,40}}?\b{_NUMBER}[ -](?:second|minute|min|hour)s?\b"
    rf"|[^.;\n]{{0,40}}?\b{_NUMBER}[ -](?:second|minute|min|hour)s? (?:in )?(?:between|apart|delay|pause)\b)",
    re.IGNORECASE,
)


def not_built(request: str, code: str) -> tuple[str, ...]:
    """Returns what the request says and the file shows no sign of, a sentence each; never raises."""
    return tuple(_told(request, code)) if code else ()


def _told(request: str, code: str) -> Iterator[str]:
    condition = _CONDITION.search(_ON_FAILURE.sub(" ", request))
    if condition and not _BRANCHES.search(code):
        yield f'the request states a condition ("{condition[0]}"); no branch is there, every task runs'
    failure = failure_clause(request)
    if failure and not _AFTER_FAILURES.search(code):
        yield f'the request says what is done when something fails ("{failure}"); nothing runs then'
    each = _FOR_EACH.search(request)
    if each and not _MAPPED.search(code):
        yield f'the request asks for work on each of many ("{each[0]}"); no task is mapped, it is done once'
    zone = _ZONE.search(request)
    if zone and zone[0].strip() not in code and not _ZONED.search(code):
        yield (
            f"the request names the time zone {zone[0].strip()}; the file sets none, so its schedule is in "
            "Airflow's default one (UTC)"
        )
    if no_time := _NO_TIME.search(request):
        yield f'"{no_time[0]}" is no time of day; it was not read'
    pause = _PAUSE.search(request)
    if pause and "retry_delay" not in code:
        yield f'the request states a pause between retries ("{pause[0]}"); retry_delay is not set'


def left_values(values: Iterable[str], code: str) -> tuple[str, ...]:
    """Returns those of the stated values that no text of the file holds, each once, in order.

    Args:
        values: bucket, file, command, as the request says them.
        code: of a file; one that Python cannot read holds nothing that could be told.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return tuple(dict.fromkeys(value for value in values if not _is_among(value, texts)))


def _is_among(value: str, texts: Iterable[str]) -> bool:
    """True where a text holds the value; of an address bucket and key may stand apart."""
    held = list(texts)
    if any(value in text for text in held):
        return True
    parts = re.fullmatch(r"\w+://([^/]+)/?(.*)", value)
    return parts is not None and all(any(part in text for text in held) for part in parts.groups() if part)
