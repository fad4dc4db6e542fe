"""What a request says of the DAG itself: id, owner, tags, retries, dates, limits; taken out of the text.

What is read here is no work: "retries 3, owner growth" leaves nothing behind that could be taken for a step.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from airflownet.generation.spoken.marks import MARK, Marked
from airflownet.plans.model import Expression, Value
from airflownet.wording.number_words import NUMBERS, TIMES, number_of

_V: Final = r"(?:«\d+»|[\w][\w.-]*)"
_N: Final = rf"(?:\d{{1,6}}|{'|'.join((*NUMBERS, *TIMES))})"
_UNIT: Final = r"(?P<unit>seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)\b"
_SPAN: Final = rf"(?P<n>{_N}|an?|half an)[ -]?{_UNIT}"
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH: Final = "|".join(f"{month}|{month[:3]}" for month in _MONTHS)
_DATE: Final = (
    rf"(?P<mark>«\d+»)|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH}),? (?P<year>\d{{4}})"
    rf"|(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year2>\d{{4}})"
    rf"|(?P<iso>\d{{4}}-\d\d-\d\d)"
)
_NOT_A_NAME: Final = re.compile(
    r"(?:the|a|an|is|that|which|to|and|it|of|for|with|in|on|run|runs|should|by|should|no|please|pls|dag)$",
    re.IGNORECASE,
)
_DAG_IDS: Final = (
    rf"\b(?:the )?dag[ _-]?(?:id|name)\b(?: is| should be|:|=)*[ ]*(?P<v>{_V})",
    rf"\b(?:the |a |new |an )?(?:new |airflow )*(?:dag|workflow|pipeline),? (?:called|named"
    rf"|with (?:the )?(?:id|name)|name\b|id\b)"
    rf"(?: is|:|=)?[ ]*(?P<v>{_V})",
    rf"\b(?:call|name) (?:it|the dag|this dag|this)(?: as|:)? (?P<v>{_V})",
    rf"\b(?:it )?(?:should be|is|be) (?:called|named) (?P<v>{_V})",
    r"^\W*(?:please |pls |can you |could you )*(?:make|create|build|write|need|i need|we need|new)(?: me"
    r"| us)?(?: an?| the)?"
    r" (?:new |airflow )*(?:dag|pipeline|workflow):? (?P<v>«\d+»)",
    r"^\W*(?:dag|pipeline|workflow):? (?P<v>«\d+»)(?=[ :,;.\n])",
    rf"^\s*(?:name|id): ?(?P<v>{_V})$",
)
_OWNER: Final = re.compile(
    rf"[,;]?\s*(?:\band )?\b(?:(?:the )?owner(?: is| should be|:|=)*"
    rf"|owned by)[ ]*(?:the )?(?P<v>{_V})(?P<team>[ -]team\b)?",
    re.IGNORECASE,
)
_OWNER_AFTER: Final = re.compile(
    r"[,;]?\s*\b(?P<v>«\d+»|[a-z][\w.-]*) (?:is|as|should be) (?:the )?owner\b", re.IGNORECASE
)
_TAGS: Final = re.compile(
    rf"[,;]?\s*(?:\band |\bwith )?(?:\bthe )?\b(?:tag(?:ged)?\b(?: it| them| the dag| this)?(?: with| as)?"
    rf"|tags?\b)(?: are| is|:|=)*"
    rf"[ ]*(?:\[)?(?P<list>{_V}(?:(?:,? and |, ?| ?/ ?| & ?){_V}(?=\s*(?:[,.;\n\]]|$|and\b|&)))*)(?:\])?",
    re.IGNORECASE,
)
_NO_TAG: Final = re.compile(
    r"(?:owner|retr\w+|no|catchup|start|schedule|with|run|runs|every|daily|hourly|nightly|weekly|monthly"
    r"|max\w*|timeout|two"
    r"|three|one|then|at|on|weekdays|\d+|pool|end)$",
    re.IGNORECASE,
)
_DELAYS: Final = (
    rf"[,;]?\s*(?:\bwith |\band )*(?:\ba )?\bretry[ _-]?delay(?: of| is|:|=)*[ ]*{_SPAN}",
    rf"(?P<keep>\bretr(?:y|ied|ying)\b(?: (?:it|them|each|all|a|task|tasks|up"
    rf"|to))*(?: {_N}(?: times)?)?),?(?: (?:with|and"
    rf"|after|every|each|in|at))*"
    rf"(?: a| an)?(?: delay of| pause of| waiting| wait)? {_SPAN}(?: (?:of )?(?:delay|pause"
    rf"|wait(?:ing)?(?: time)?|apart|intervals?"
    r"|(?:in )?between(?: (?:retries|them|each|tries|attempts))?))*",
    rf"(?P<keep>\b{_N} (?:retries|times|attempts)),?(?: (?:with|and|after|every|each))*(?: a| an)? {_SPAN}"
    r" ?(?:of )?(?:delay|pause|wait(?:ing)?(?: time)?|apart|intervals?|(?:in )?between)(?: (?:retries|them"
    r"|each|tries|attempts))?",
    rf"[,;]?\s*(?:\bwith |\band |\bwait(?:ing)? )*(?:\ba )?{_SPAN} (?:of )?(?:delay |pause "
    rf"|wait )?(?:in )?between (?:the )?"
    r"(?:retries|them|tries|attempts|each(?: retry)?)",
)
_RETRIES: Final = (
    rf"[,;]?\s*(?:\bwith |\band |\bhave |\buse |\bdo )*(?:up to )?\b(?P<n>{_N}|no) (?:automatic )?retr(?:y"
    rf"|ies)\b(?: each| per task)?",
    r"[,;]?\s*(?:\bwith |\band )*\bretr(?:y|ies)(?: count)?(?: is| are|:|=)*[ ]*(?P<n>\d+)\b(?! ?(?:min|sec"
    r"|hour|day|h\b|m\b|s\b))(?: times)?",
    rf"[,;]?\s*(?:\band |\bplease |\bshould |\bmust |\bit |\bbe )*\b(?:retr(?:y|ied|ies)|try (?:it )?again"
    rf"|repeat(?:ed)?)"
    rf"(?: (?:each|every|it|them|all|this|that|the|of|a|failed|failing|tasks?|steps?|everything))*(?: up to"
    rf"| at most)?"
    rf" (?P<n>once|twice|thrice|{_N} times|{_N}x)\b(?: (?:if|when|on|before)[^,.;\n]{{0,30}}(?:fail\w*"
    rf"|giving up|error\w*))?",
)
_TIMEOUTS: Final = (
    rf"[,;]?\s*(?:\bwith |\band )*(?:\ba )?(?P<of>\b(?:dag[ -]?run|run|dag|task|execution"
    rf"|whole)[ _-]?)?\btime ?-?out(?: of| is| after|:|=)*"
    rf"[ ]*(?:\(?){_SPAN}\)?",
    rf"[,;]?\s*(?:\bwith |\band )*(?:\ba )?{_SPAN} (?P<of>dag[ -]?run |run |dag |task "
    rf"|execution )?time ?-?out\b",
    rf"[,;]?\s*(?:\band )?(?:\b(?:it|the (?P<of>dag|run|task|whole dag)|a run|each task|tasks?|runs?"
    rf"|everything) )?"
    rf"(?:should|must|may|can)(?: not|n't) (?:run|take|last)(?: for)? (?:longer|more) than {_SPAN}",
    rf"[,;]?\s*(?:\band )?\b(?:kill|stop|abort|cancel) (?:it|the (?P<of>dag|run|task)) (?:if it (?:runs"
    rf"|takes) (?:longer|more) than|after) {_SPAN}",
)
_START: Final = re.compile(
    rf"[,;]?\s*(?:\band |\bit )*\b(?:start(?:s|ing)?[ _-]?date(?: is| of|:|=)*"
    rf"|start(?:s|ing)?(?: it)?(?: from| on|:)?|beginning(?: on| from)?|active from"
    rf"|from) ?(?:the )?(?:{_DATE})(?: on(?:wards)?)?",
    re.IGNORECASE,
)
_END: Final = re.compile(
    rf"[,;]?\s*(?:\band |\bit )*\b(?:end(?:s|ing)?[ _-]?date(?: is| of|:|=)*|end(?:s|ing)? on|until"
    rf"|till) ?(?:the )?(?:{_DATE})",
    re.IGNORECASE,
)
_NO_CATCHUP: Final = re.compile(
    r"[,;]?\s*(?:\bwith |\band |\bplease |\bit |\bshould )*\b(?:(?:no|without|disable"
    r"|not) (?:any )?(?:catch[ -_]?up|back[ -]?fill(?:ing|s)?)"
    r"|catch[ -_]?up(?: is| should be|:|=)* ?(?:off|false|disabled|no)\b|(?:do not|don't|dont|should not"
    r"|shouldn't|must not|not)"
    r" (?:catch up|catchup|back[ -]?fill)(?: (?:on )?(?:missed|old|past)(?: runs)?)?)",
    re.IGNORECASE,
)
_CATCHUP: Final = re.compile(
    r"[,;]?\s*(?:\bwith |\band |\bplease |\bit |\bshould )*\b(?:catch[ -_]?up(?: is| should be|:|=)* ?(?:on"
    r"|true|enabled|yes)\b"
    r"|(?:with|enable) (?:catch[ -_]?up|back[ -]?fill(?:ing)?)|catch up(?: on)? (?:missed|old|past)(?: runs)?"
    r"|back[ -]?fill(?: the)? (?:missed|missing|old|past|history)(?: runs| days| dates)?)",
    re.IGNORECASE,
)
_ACTIVE: Final = (
    rf"[,;]?\s*(?:\bwith |\band |\ballow )*\b(?:at most|not more than|no more than|only|max(?:imum)?(?: of)?"
    rf"|just)? ?\b(?P<n>{_N}|a single)"
    r" (?:(?:active|concurrent|parallel|dag|simultaneous) )+runs?(?: at (?:a|the same) time| at once| only"
    r"| in parallel)*",
    rf"[,;]?\s*(?:\bwith |\band |\ballow )*\b(?:at most|not more than|no more than|only|max(?:imum)?(?: of)?"
    rf"|just) (?P<n>{_N}|a single)"
    r" runs?(?: at (?:a|the same) time| at once| only| in parallel)*",
    rf"[,;]?\s*(?:\band )?\b(?P<n>{_N}|a single) runs? (?:at a time|at once|only)",
    rf"[,;]?\s*\bmax[ _]active[ _](?:dag[ _])?runs?(?: is|:|=)* ?(?P<n>{_N})",
    r"[,;]?\s*(?:\band )?\b(?:(?P<one>no overlap(?:ping)?(?: runs)?|(?:the )?runs? (?:must|should|may)(?: not"
    r"|n't) overlap"
    r"|without overlap(?:ping runs)?|(?:do not|don't|never) (?:overlap"
    r"|run (?:it )?(?:twice )?(?:at the same time|in parallel)(?: twice)?)))",
)
_ACTIVE_TASKS: Final = re.compile(
    rf"[,;]?\s*\b(?:at most|not more than|no more than|only|max(?:imum)?(?: of)?) (?P<n>{_N}) (?:parallel "
    rf"|concurrent )?tasks?"
    r"(?: at (?:a|the same) time| at once| in parallel| may run)+",
    re.IGNORECASE,
)
_POOL: Final = re.compile(
    rf"[,;]?\s*(?:\bwith |\band |\buse |\busing |\bin |\brun |\binto |\bit )*(?:\bthe )?\b(?:pool(?: called"
    rf"| named| is|:|=)* (?P<v>{_V})"
    r"|(?P<w>«\d+») pool\b)",
    re.IGNORECASE,
)
_PRIORITY: Final = re.compile(
    r"[,;]?\s*(?:\bwith )?\bpriority(?: weight)?(?: of| is|:|=)* ?(?P<n>\d{1,6})\b", re.IGNORECASE
)
_PAST: Final = re.compile(r"[,;]?\s*\bdepends?[ _]on[ _]past(?:[ :=]*true)?\b", re.IGNORECASE)
_PAUSED: Final = re.compile(
    r"[,;]?\s*\b(?:created |create it )?paused(?: (?:up)?on creation| at first)\b", re.IGNORECASE
)
_VERSION: Final = re.compile(
    r"[,;(]?\s*(?:\b(?:we are on|we use|target(?: version)?:?|it has to run on|for|on|using|with"
    r"|in) )?\b(?:apache )?airflow"
    r" (?:version:? ?|v)?[23](?:\.\d+)*\)?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class SaidSettings:
    """What is said of the DAG."""

    dag_id: str = ""
    arguments: dict[str, Value] = field(default_factory=dict)
    default_args: dict[str, Value] = field(default_factory=dict)
    sensor_timeout_seconds: int = 0
    """Of a timeout that stands beside words of waiting; 0 for none."""
    told: list[str] = field(default_factory=list)


def said_settings(text: Marked) -> tuple[SaidSettings, Marked]:
    """Returns what is said of the DAG, and the text without it. Any text is read."""
    said = SaidSettings()
    rest = _VERSION.sub(" ", text.text)
    rest = _dag_id(rest, text, said)
    rest = _dates(rest, text, said)
    rest = _times(rest, said)
    rest = _names(rest, text, said)
    return said, text.with_text(rest)


def _value(shown: str, text: Marked) -> str:
    return text.plain(shown).strip().rstrip(".,;:")


def _dag_id(rest: str, text: Marked, said: SaidSettings) -> str:
    for pattern in _DAG_IDS:
        match = re.search(pattern, rest, re.IGNORECASE | re.MULTILINE)
        if match is None or _NOT_A_NAME.match(match["v"]):
            continue
        before = rest[max(0, match.start() - 26) : match.start()].lower()
        if re.search(
            r"\b(?:wait\w*|trigger\w*|start\w*|run|runs|after|until|another|other|for|downstream|upstream"
            r"|finish\w*)"
            r"(?: for)?(?: the| another| an?| other)*\s*$",
            before,
        ):
            continue
        value = re.sub(r"[^\w.-]+", "_", _value(match["v"], text)).strip("_")
        if value and not value.isdigit():
            said.dag_id = value
            return f"{rest[: match.start()]} dag {rest[match.end() :]}"
    return rest


def _dates(rest: str, text: Marked, said: SaidSettings) -> str:
    for name, pattern in (("start_date", _START), ("end_date", _END)):
        for match in pattern.finditer(rest):
            if match["mark"] and text.marks[int(match["mark"][1:-1])].kind != "date":
                continue
            found = _date(match, text)
            if found:
                said.arguments[name] = found
                rest = f"{rest[: match.start()]}, {rest[match.end() :]}"
                break
    return rest


def _date(match: re.Match[str], text: Marked) -> str:
    if match["mark"] or match["iso"]:
        value = text.plain(match["mark"]) if match["mark"] else match["iso"]
        if found := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", value):
            value = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    else:
        month = (match["month"] or match["month2"]).lower()[:3]
        number = next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(month))
        value = f"{match['year'] or match['year2']}-{number:02}-{int(match['day'] or match['day2']):02}"
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return ""


def _span(match: re.Match[str]) -> tuple[str, int]:
    """Returns ``timedelta(minutes=5)`` and its seconds."""
    said = match["n"].lower()
    unit = _UNITS[match["unit"][0].lower()]
    if said == "half an":
        return "timedelta(minutes=30)", 1800
    n = 1 if said in ("a", "an") else number_of(said)
    return f"timedelta({unit}={n})", n * {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}[unit]


def _times(rest: str, said: SaidSettings) -> str:
    for pattern in _DELAYS:
        if match := re.search(pattern, rest, re.IGNORECASE):
            said.default_args["retry_delay"] = Expression(_span(match)[0])
            kept = match.groupdict().get("keep") or ""
            rest = f"{rest[: match.start()]}{kept}, {rest[match.end() :]}"
            break
    for pattern in _RETRIES:
        if match := re.search(pattern, rest, re.IGNORECASE):
            number = match["n"].lower().split()[0].removesuffix("x")
            said.default_args["retries"] = 0 if number == "no" else number_of(number)
            rest = f"{rest[: match.start()]}, {rest[match.end() :]}"
            break
    for pattern in _TIMEOUTS:
        while match := re.search(pattern, rest, re.IGNORECASE):
            expression, seconds = _span(match)
            of = (match.groupdict().get("of") or "").lower().strip(" -_")
            sentence = re.split(r"[.;\n]", rest[: match.start()])[-1].lower()
            if not of and re.search(r"\b(?:wait\w*|sensor|poll\w*|until|sens\w+)\b", sentence):
                said.sensor_timeout_seconds = seconds
            elif of.startswith(("dag", "run", "whole")):
                said.arguments["dagrun_timeout"] = Expression(expression)
            else:
                said.default_args["execution_timeout"] = Expression(expression)
            rest = f"{rest[: match.start()]}, {rest[match.end() :]}"
    return rest


def _names(rest: str, text: Marked, said: SaidSettings) -> str:
    def taken(match: re.Match[str]) -> str:
        return f"{rest[: match.start()]}, {rest[match.end() :]}"

    for pattern in (_OWNER, _OWNER_AFTER):
        match = pattern.search(rest)
        if match and not _NOT_A_NAME.match(match["v"]):
            team = match.groupdict().get("team") or ""
            said.default_args["owner"] = _value(match["v"], text) + team
            rest = taken(match)
            break
    if (match := _TAGS.search(rest)) and not _NOT_A_NAME.match(match["list"].split()[0]):
        parts = [p for p in re.split(r",? and |, ?| ?/ ?| ?& ?", match["list"]) if p]
        end = match.end("list")
        tags: list[Value] = []
        for number, part in enumerate(parts):
            if _NO_TAG.match(part.strip()):
                at = match["list"].find(part, sum(len(p) for p in parts[:number]))
                end = match.start("list") + at
                break
            tags.append(_value(part, text))
        if tags:
            said.arguments["tags"] = tags
            rest = f"{rest[: match.start()]}, {rest[end:]}"
    if match := _NO_CATCHUP.search(rest):
        said.arguments["catchup"] = False
        rest = taken(match)
    elif match := _CATCHUP.search(rest):
        said.arguments["catchup"] = True
        rest = taken(match)
    for active in _ACTIVE:
        if match := re.search(active, rest, re.IGNORECASE):
            most = (match.groupdict().get("n") or "one").lower()
            said.arguments["max_active_runs"] = 1 if most == "a single" else number_of(most)
            rest = taken(match)
            break
    if match := _ACTIVE_TASKS.search(rest):
        said.arguments["max_active_tasks"] = number_of(match["n"])
        rest = taken(match)
    if (match := _POOL.search(rest)) and not _NOT_A_NAME.match(match["v"] or match["w"]):
        said.default_args["pool"] = _value(match["v"] or match["w"], text)
        rest = taken(match)
    if match := _PRIORITY.search(rest):
        said.default_args["priority_weight"] = int(match["n"])
        rest = taken(match)
    if match := _PAST.search(rest):
        said.default_args["depends_on_past"] = True
        rest = taken(match)
    if match := _PAUSED.search(rest):
        said.arguments["is_paused_upon_creation"] = True
        rest = taken(match)
    return rest


def has_mark(text: str) -> bool:
    """Tells whether a piece of text holds a value."""
    return bool(MARK.search(text))
