"""What a clause depends on: that something failed or ended in any way, a condition, the arrival of a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from airflownet.generation.spoken.marks import MARK, Marked

_THING: Final = (
    r"(?:it|this|that|one|they|any(?:thing|one)?|some(?:thing)?|there|either|any of (?:it|them|the \w+)"
    r"|one of (?:them|the \w+(?: \w+)?)"
    r"|(?:a|an|the|any|one|some|this|that|either|our)(?: of (?:the|these))? [\w«»-]+(?: [\w«»-]+)?)"
)
_FAILS: Final = (
    r"(?:(?:has |have |had |should |would |does |is |are |was )*(?:fail(?:s|ed|ure|ing)?|breaks?|broke(?:n)?"
    r"|crash(?:es|ed)?|goes wrong|went wrong"
    r"|errors?(?: out)?|(?:not|n't) (?:answer\w*|respond\w*|repl(?:y|ies)|exist|arrive\w*|work|finish"
    r"|available|reachable|there|up|come|show up|complete)|not (?:work|succeed|worked)|n't (?:work|succeed)"
    r"|do not work|does not work"
    r"|doesn't work)|is an error|are errors)"
)
_ON_FAILURE: Final = re.compile(
    rf"[,;]?\s*(?:\band |\bbut |\bor |\balso |\bonly )*\b(?:if|when|whenever|once|in case|as soon as"
    rf"|should) (?:of )?{_THING}(?: of \w+)?(?: «\d+»)? {_FAILS}"
    r"(?: (?:for any reason|in between|on the way|anywhere|along the way|there|in the end"
    r"|at any point))?\b,?(?: then\b)?"
    r"|[,;]?\s*(?:\band |\bbut )*\b(?:on|upon|in case of|in the case of|of|about|for|at|after) (?:a |an |any "
    r"|task |dag |every |all |the )*(?:failures?|errors?|failed (?:runs?|tasks?))\b,?"
    r"|[,;]?\s*\b(?:if|when|whenever) (?:fail(?:s|ed|ing|ure)|error)\b,?",
    re.IGNORECASE,
)
_WHATEVER: Final = re.compile(
    r"[,;]?\s*(?:\band |\bbut |\balso )*\b(?:even (?:when|if|though) (?:[\w«»-]+ ){0,6}?(?:fail(?:s|ed)?"
    r"|broke|breaks|errors?|(?:does|did|do)(?: not|n't) (?:work|succeed|finish)|crash\w*"
    r"|goes wrong)(?: before)?"
    r"|whatever (?:happens|happened|the (?:result|outcome)(?: is| was)?|comes|it takes)|no matter (?:what|how"
    r"|if|whether)(?: (?:happens|happened|it (?:is |was )?(?:went|worked|works|ends|ended|goes|fails|failed"
    r"|succeeded|succeeds|successful)"
    r"|the (?:result|outcome)(?: is| was)?|(?:the|it|that|they|any\w*) (?:[\w«»-]+ ){0,4}?(?:work\w*|succe\w+"
    r"|fail\w*|ok|went|goes|ended|finish\w*)))*(?: or (?:not|failed|fails|fail|it failed))?"
    r"|in any case|in every case|in all cases|either way|regardless(?: of (?:the |its |their |what |whether "
    r"|if )?(?:[\w-]+ ?){0,5}?(?:outcome|result|results|status|success|failure|happens|happened|failed|fails"
    r"|succeeded|or not|states?))?"
    r"|(?:also|even) (?:if|when|in case of|on|after) (?:an? |any )?(?:[\w«»-]+ ){0,3}?(?:fail(?:s|ed|ure"
    r"|ures)?|errors?)|success or failure|succe\w+ or (?:not|fail\w*)|irrespective of (?:[\w-]+ ?){1,4}"
    r"|independent(?:ly)? of (?:the )?(?:outcome|result|success))\b,?",
    re.IGNORECASE,
)
_ALWAYS: Final = re.compile(r"\balways\b", re.IGNORECASE)
_ON_SUCCESS: Final = re.compile(
    rf"[,;]?\s*(?:\band |\bbut |\bonly )*\b(?:on success|upon success|(?:if|when|once"
    rf"|after) (?:{_THING} )?(?:is |was |were |are |has |have |all )*"
    r"(?:succeed(?:s|ed)?|success(?:ful|fully)?|worked|works|went (?:well|fine|ok)|goes (?:well|fine|ok)"
    r"|(?:is |are )?ok|passed|passes|pass|runs? through|green|completed successfully"
    r"|finished successfully))\b,?(?: then\b)?",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(
    r"^(?:and |but |only )*(?:once|when|after|as soon as|whenever) (?P<what>[^,]{2,70}?) (?:is|are|was|were"
    r"|has|have|has been|have been|gets|got)"
    r"(?: (?:been|all|both|successfully|completely|fully))* (?:done|finished|complete[d]?|ready|loaded"
    r"|through|over|copied|transferred|uploaded|downloaded"
    r"|exported|imported|built|created|written|stored|saved|processed|up|running|available there|refreshed"
    r"|transformed|up and running)\b,?(?: then)?"
    r"|^(?:and |but |only )*(?:once|when|after|as soon as) (?P<what2>[^,]{2,50}?) (?:finish(?:es)?"
    r"|complete[s]?|end[s]?|succeed[s]?)\b,?(?: then)?",
    re.IGNORECASE,
)
_ARRIVES: Final = re.compile(
    r"^(?:and |but |only )*(?:when(?:ever)?|once|as soon as|after|if|each time|every time)(?: (?:a|the|an|any"
    r"|our|some|new|another|my))* "
    r"(?P<what>(?:[\w«»-]+ ){0,4}?(?:files?|objects?|blobs?|csvs?|data|exports?|dumps?|flag|uploads?|reports?"
    r"|«\d+»|messages?|partitions?)(?: «\d+»| [\w-]+){0,2}?) ?"
    r"(?:is|are|has|have|gets|was)?(?: been)? ?(?:arriv(?:es?|ed)|lands?|landed|appears?|appeared|there"
    r"|exists?|available|shows? up|comes? in|uploaded|dropped|received|present|put)\b"
    r"(?P<where>(?: (?:in|at|on|under|into|to|from) (?:[^,«]{1,50}?(?=,|$| then\b)"
    r"|(?:[\w-]+ ){0,5}?«\d+»(?: (?:on|of|in) (?:the )?(?:[\w-]+ ?){1,3}(?=,|$| then\b))?))?)(?:,|$| then\b"
    r"|(?= ))",
    re.IGNORECASE,
)
_GATE: Final = re.compile(
    r"^(?P<lead>(?:and |but |then )*)(?P<only>only )?(?:continue only |go on only |proceed only )?(?P<if>if"
    r"|when|unless|in case(?: that)?|as long as|provided(?: that)?)\b (?P<what>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_TAIL_GATE: Final = re.compile(
    r"^(?P<work>.+?),? (?:but )?(?P<only>only )(?:if|when|in case|as long as) (?P<what>.+)$"
    r"|^(?P<work2>.+?),? (?P<unless>unless) (?P<what2>.+)$"
    r"|^(?P<work3>.+?),? if (?P<what3>(?:there|it|the|today|any|no|more|less|at least|count|we|that)\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
_ELSE: Final = re.compile(
    r"^(?:and |but |or )*(?:otherwise|or else|else|if not|in the other case|on (?:all )?(?:the )?other days"
    r"|in all other cases|instead of that|if it (?:is|does)(?: not|n't))\b[ ,:]*(?:then )?",
    re.IGNORECASE,
)
_NOTHING: Final = re.compile(
    r"^(?:(?:the |then |please |just |it |should |we |can |must |simply |and |to |everything |whole |all "
    r"|rest |let |dag |run |that )*)(?:skip|stop|end|do nothing|nothing(?: happens)?|finish|quit|abort|exit"
    r"|be skipped|skipped"
    r"|short[- ]?circuit|is skipped|are skipped|ends?|stops?)(?: (?:the|this|whole|dag|run|rest|everything"
    r"|here|it|there|of|pipeline|workflow|remaining|tasks?|steps?|all|following|and|that|with success"
    r"|successfully|execution|processing|day|for|today))*[ .!]*$",
    re.IGNORECASE,
)
_VERB_AFTER: Final = re.compile(
    r"(?P<what>.+?)(?:,| then\b| do\b:?)\s*(?P<rest>.*)$|(?P<what2>(?:there (?:are|is)|it (?:is|has)"
    r"|the [\w «»]+? (?:is|are|has|have|equals?|>|<|=)) (?:[\w«»><=.-]+ ?){1,5}?) (?P<rest2>(?:run|stop|skip"
    r"|send|load|copy|start"
    r"|trigger|build|create|delete|execute|email|notify|export|end|continue|call|do|move|insert|upload"
    r"|post)\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
_FIRST_DAY: Final = re.compile(r"\b(?:first|1st)(?: day)? of (?:the|each|every|a) month\b", re.IGNORECASE)
_WEEKDAY: Final = re.compile(
    r"\b(?:today |it |day )?(?:is |on )?(?:an? )?(?P<day>mondays?|tuesdays?|wednesdays?|thursdays?|fridays?"
    r"|saturdays?|sundays?|weekends?|weekdays?)\b",
    re.IGNORECASE,
)
_DAY_BRANCH: Final = re.compile(
    r"^(?:and |but )*(?P<what>on (?:the )?(?:first|1st|last)(?: day)? of (?:the|each|every) month|on (?:mon"
    r"|tues|wednes|thurs|fri|satur|sun|week)\w*),? (?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Condition:
    """What a clause depends on."""

    kind: str
    """``gate`` or ``arrival``."""
    words: str
    is_else: bool = False
    table: str = ""
    code: str = ""
    """``return ...`` where the words can be written as Python; else empty."""


ANYWAY: Final = "ANYWAY"
"""Stands for "no matter what happens" while the text is cut."""


_FAILURES_TO: Final = re.compile(
    r"^(?:[\w ]{0,20} )?(?:pass|report|send|forward|escalate|post|publish|route|push)(?:s|es|ing)? (?:any "
    r"|all |every |the )*(?:failures?|errors?)"
    r"(?: notifications?| alerts?| messages?)?(?= (?:to|in|into|via|on)\b)",
    re.IGNORECASE,
)
_LEAD: Final = re.compile(r"[,;]|\s*(?:and|but)\b")


def with_anyway(text: str) -> str:
    """Returns the text with one word for each "no matter if it worked", so that nothing is cut inside it."""
    return _WHATEVER.sub(lambda m: f"{', ' if _LEAD.match(m[0]) else ' '}{ANYWAY} ", text)


def split_failure(text: str) -> tuple[str, str]:
    """Returns the clause without the words on failure, and the trigger rule that they ask for."""
    if match := re.search(rf",? ?\b{ANYWAY}\b,?", text) or _WHATEVER.search(text):
        return _left(text, match), "all_done"
    if match := _FAILURES_TO.search(text):
        return f"notify {text[match.end() :]}", "one_failed"
    if match := _ON_FAILURE.search(text):
        return _left(text, match), "one_failed"
    if (match := _ALWAYS.search(text)) and re.search(
        r"\b(?:delet|clean|remov|terminat|tear|shut|drop|notif|send|stop|destroy|inform|tell)\w*",
        text,
        re.IGNORECASE,
    ):
        return _left(text, match), "all_done"
    if match := _ON_SUCCESS.search(text):
        return _left(text, match), ""
    return text, ""


def _left(text: str, match: re.Match[str]) -> str:
    return " ".join(f"{text[: match.start()]} {text[match.end() :]}".split()).strip(" ,;:")


def condition_of(text: str, marks: Marked) -> tuple[Condition | None, str]:
    """Returns what a clause depends on, and the clause without it."""
    if match := _ELSE.match(text):
        return Condition("gate", match[0].strip(), is_else=True), text[match.end() :].strip()
    if match := _AFTER.match(text):
        return None, text[match.end() :].strip(" ,")
    if match := _ARRIVES.match(text):
        rest = text[match.end() :].strip(" ,")
        return Condition("arrival", f"wait for {match['what']}{match['where']}"), rest
    if match := _DAY_BRANCH.match(text):
        return _gate(match["what"], "", marks), match["rest"].strip()
    if match := _GATE.match(text):
        what, rest = match["what"].strip(" ,"), ""
        if (
            match["if"].lower() == "when"
            and not match["only"]
            and not re.search(r"\b(?:is|are|has|have|there|equals?|greater|more|less|zero|empty)\b", what)
        ):
            return None, text
        if parts := _VERB_AFTER.match(what):
            what, rest = (
                (parts["what"] or parts["what2"]).strip(" ,"),
                (parts["rest"] or parts["rest2"] or "").strip(),
            )
        return _gate(what, match["if"].lower(), marks), rest
    if match := _TAIL_GATE.match(text):
        what = match["what"] or match["what2"] or match["what3"]
        work = match["work"] or match["work2"] or match["work3"]
        if (
            re.search(r"\b(?:exists?|needed|necessary|possible|any|required)\s*$", what)
            and len(what.split()) < 4
        ):
            return None, work
        if re.match(
            r"(?:see|check|checks|verify|look|looks|test|tests|find out|ask)\b[^,]*$",
            work.split()[-1] if work.split() else "",
            re.IGNORECASE,
        ):
            return None, text
        return _gate(what, "unless" if match["unless"] else "if", marks), work
    return None, text


def _gate(what: str, word: str, marks: Marked) -> Condition:
    code = _code_of(what)
    if code and word == "unless":
        code = code.replace("return ", "return not ", 1)
    table = ""
    for number in MARK.findall(what):
        mark = marks.marks[int(number)]
        if mark.kind in ("dotted", "ident", "quoted"):
            table = mark.value
            break
    if not table and (
        match := re.search(
            r"\btable ([A-Za-z]\w*)|\b(?!(?:in|the|of|from|this|our)\b)([A-Za-z]\w+) table\b", what
        )
    ):
        table = match[1] or match[2]
    said = f"{'not: ' if word == 'unless' else ''}{what}"
    return Condition("gate", said, table=table, code=code)


def _code_of(what: str) -> str:
    if _FIRST_DAY.search(what):
        return "return logical_date.day == 1"
    if re.search(r"\blast day of (?:the|each|every) month\b", what, re.IGNORECASE):
        return "from datetime import timedelta\nreturn (logical_date + timedelta(days=1)).day == 1"
    if match := _WEEKDAY.search(what):
        day = match["day"].lower().removesuffix("s")
        if day == "weekend":
            return "return logical_date.weekday() >= 5"
        if day == "weekday":
            return "return logical_date.weekday() < 5"
        return f"return logical_date.weekday() == {_DAYS.index(day)}"
    return ""


def is_nothing(text: str) -> bool:
    """True for "skip", "stop the DAG": nothing is to be done."""
    return bool(_NOTHING.match(text.strip()))
