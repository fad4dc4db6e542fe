"""A request cut into clauses, each with how it is joined to the one before it.

Sentences, list items and arrows cut; "then", "and" and commas cut where what follows does something of its
own. What follows only as a further object ("and b.csv") stays with the clause before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from airflownet.generation.spoken.conditions import ANYWAY
from airflownet.generation.spoken.marks import MARK
from airflownet.generation.spoken.services import mentions
from airflownet.generation.spoken.verbs import act_of_nouns, acts_of, word_set

_ITEM: Final = re.compile(
    r"^\s*(?:[-*•+]|\(?\d{1,2}[.)]|\(?[a-h]\)|step \d+[:.)]?)\s+", re.IGNORECASE | re.MULTILINE
)
_INLINE_ITEM: Final = re.compile(r"(?:(?<=[\s:,;.])|^)\(?(\d)\)\s+(?=\S)")
_DONE: Final = r"(?:done|finished|complete[d]?|ready|through|over|successful|succeeded|ok|okay|up)"
_ALL: Final = (
    r"(?:that|this|it|they|all|both|everything|those|these|(?:all|both) of (?:them|these|those)|all (?:three"
    r"|four|two|five|of it)"
    r"|(?:both|all) (?:tasks|jobs|are|steps|loads|queries))"
)
_THEN: Final = (
    rf"(?:and )?(?:once|when|after|as soon as) {_ALL} (?:(?:is|are|was|were|has|have|has been|have been"
    rf"|gets?) )*(?:{_DONE}"
    r"|finish(?:es)?|complete[s]?|succeed[s]?|worked|ran|run)(?: successfully)?,?(?: then)?"
    r"|and then|then|after that|after this|after them|after those|after it|afterwards|afterward|subsequently"
    r"|thereafter|next|finally"
    r"|lastly|at last|at the (?:very )?end|in the end|at the end|in the last step|as (?:a|the) (?:last|final"
    r"|next) step|followed by"
    r"|(?:and )?(?:once|when|after|as soon as) (?:the |a |an |all |both |our |every )*(?:[\w-]+ ){1,4}?(?:is"
    r"|are|has|have)(?: all| both| been)*"
    rf" {_DONE}(?= |,)(?! for | to | from | in )"
    rf"|when {_DONE}|once {_DONE}|on success(?=,? \w+ )|when successful|if successful"
    r"|(?:and )?if (?:that|this|it|they|all|both|everything) (?:has |have |was |were |is |are )*"
    r"(?:works?|worked|succeeds?|succeeded|successful|ok|passed|passes)"
    r"|after (?:all|both)(?: of (?:them|these|those|it))?(?: tasks| steps| three| two)*(?= (?:an?|the|run"
    r"|send|trigger|start|call|do)\b|,)"
    r"|and after(?= both\b| all\b)(?: both| all)(?: of them)?|after both|and when|and once"
)
_PARALLEL: Final = re.compile(
    r"\b(?:in parallel|at the same time|simultaneously|concurrently|side by side|parallel(?:ly)?|meanwhile"
    r"|in the meantime"
    r"|at once)\b",
    re.IGNORECASE,
)
_SEQUENCE: Final = re.compile(
    r"\b(?:one after (?:the other|another|each other)|in turn|sequentially|in (?:this |that )?(?:sequence"
    r"|order|series)|one by one"
    r"|in a row|after each other|in a chain)\b",
    re.IGNORECASE,
)
IN_SEQUENCE: Final = "INSEQUENCE"
_FREE: Final = re.compile(
    r"\b(?:(?:all )?independent(?:ly)?(?: (?:of|from) each other)?|do not depend on each other"
    r"|don't depend on each other"
    r"|no dependenc(?:y|ies)(?: between (?:them|the tasks))?|without dependencies|no order)\b",
    re.IGNORECASE,
)
_CUT: Final = re.compile(
    rf"(?P<arrow>->|=>|>>|(?<! is)\s>\s(?!=? ?\d)|\|>|~>)|(?P<other>(?:,? (?:and |or )?"
    rf"|(?<=[.;] ))\b(?:otherwise|or else|else|if not)\b(?=[ ,]))|(?P<end>[.!?;](?=\s|$)|\n)"
    rf"|(?P<then>\b(?:{_THEN})\b,?)"
    r"|(?P<before>\bbefore(?= (?:it |we |the \w+ )?\w+ing\b))"
    r"|(?P<after>(?:,? )\bafter(?= (?!this\b|that\b|it\b|them\b|these\b|those\b|which\b|all\b|both\b)(?:the "
    r"|a |an |our |each |every )?[\w«]))"
    r"|(?P<weak>,\s*(?:and |but |or |plus )?|\s(?:and also|as well as|and|&|plus|but|while|whereas|\+)\s)",
    re.IGNORECASE,
)
_TIME_AFTER: Final = re.compile(
    r"\s*(?:a |an |the )?(?:\d+|one|two|midnight|noon|hours?|minutes?|failure|error|every)\b", re.IGNORECASE
)
_PARENS: Final = re.compile(r"\(([^()\n]{1,300})\)")
_OPENING: Final = re.compile(
    r"^(?:[^.\n]{0,60}?\b(?:build|create|make|write|need|needs|want|wants|have|like|gimme|give|design|develop"
    r"|set up|setup|implement"
    r"|generate|looking for|get|possible|help|would|code|draft|new|script)\b[^.:\n«]{0,40}?|\W*(?:an?|the|my"
    r"|our"
    r"|new|simple) ?(?:\w+ )?)"
    r"\b(?:dags?|workflow|data ?flow|pipeline|etl|process|job|automation|something|airflow)\b(?: dag"
    r"| pipeline"
    r"| workflow| file| job| code| for airflow)*"
    r"(?: (?:look(?:s)? like|in airflow|for me|for us|for our team|please|file|in python))*(?: dag)?"
    r"(?:[,:]? *(?:that|which|who|where|in which|to|for|so that|with the following steps|with these steps"
    r"|with following steps"
    r"|as follows|doing|does|and it|it|with|, it|should|like this|like so|with steps))*[ ,:]*",
    re.IGNORECASE,
)
_GROUP: Final = re.compile(
    r"^\W*(?:(?:a|an|the|one|another|in|inside|within|with|into|and|then|put|second"
    r"|first) )*task[ -]?group(?: (?:called|named|for))?:? "
    r"(?P<name>«\d+»|[\w-]+)(?: group)?[ :,]*(?:(?:with|containing|that|in which|where|which|has|contains|for"
    r"|holds|do|does"
    r"|we|should|has) )*"
    r"|^\W*(?:(?:a|an|the|one) )?(?P<name2>«\d+»|[\w-]+) (?:task[ -]?group)[ :,]*(?:(?:with|containing|that"
    r"|which|has|contains) )*",
    re.IGNORECASE,
)
_EACH: Final = re.compile(
    r"\b(?:for|per) (?:each|every|all)(?: (?:of|one of|single))?(?: the| these| those"
    r"| our)?(?: (?P<thing>[\w «»-]+?))??"
    r"(?: (?:in|of|from) (?:the )?(?:list|following(?: list)?))?"
    r"(?:\s*[:(]?\s*(?P<list>(?:«\d+»|[A-Za-z0-9]{2,12})(?:(?:, ?| and |, and | or ){1}(?:«\d+»"
    r"|[A-Za-z0-9]{2,12}))+)\)?)?"
    r"(?=\s*(?:[:,(]|$|\b(?:we|it|do|run|load|copy|download|export|create|start|there|the dag|process"
    r"|should)\b))",
    re.IGNORECASE,
)
_PARTICIPLE: Final = re.compile(
    r"^\s*(?:reading|coming|taken|stored|named|called|located|containing|using|being|including|starting"
    r"|ending|older|having"
    r"|running|waiting for it|based|depending|passing|giving|getting)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Clause:
    """One piece of a request that does something."""

    text: str
    joint: str = "start"
    """How it is joined: ``start``, ``end`` (of a sentence), ``then``, ``arrow``, ``weak``, ``after`` (it is
    before the clause that it follows), ``item``."""
    parens: list[str] = field(default_factory=list)
    """What stands in parentheses behind it."""
    heading: str = ""
    """What stands before the colon that leads to it."""
    group: str = ""
    """Task group that it is in."""
    each: tuple[str, str] = ("", "")
    """Thing and list of "for each of the countries de, fr"."""
    sentence: int = 0
    is_parallel: bool = False
    is_chain: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """A text in clauses."""

    clauses: tuple[Clause, ...]
    is_free: bool
    """True where the tasks are said not to depend on each other."""


def cut(text: str) -> Cut:
    """Returns the clauses of a text with marks, in order. Any text is read."""
    is_free = bool(_FREE.search(text))
    text = _SEQUENCE.sub(f" {IN_SEQUENCE} ", _FREE.sub(" ", text))
    text = _INLINE_ITEM.sub(r"\n\1. ", text)
    items = bool(_ITEM.search(text))
    text = _ITEM.sub("\n\u2022 ", text)
    clauses: list[Clause] = []
    number = 0
    heading = ""
    for line in text.split("\n"):
        is_item = line.lstrip().startswith("\u2022")
        line = line.replace("\u2022", " ").strip()
        if not line:
            continue
        for sentence in re.split(r"(?<=[.!?;])\s+", line):
            body, own_heading, each = _headed(_without_opening(sentence) if number < 3 else sentence)
            if own_heading and not body.strip():
                heading = own_heading
                continue
            if not body.strip(" .,;:"):
                continue
            found = _segments(body)
            for clause in found:
                clause.sentence = number
                clause.heading = own_heading or (heading if is_item or items else "")
                clause.each = clause.each if clause.each[0] else each
            if found and clauses:
                found[0].joint = (
                    "item"
                    if is_item and found[0].joint == "start"
                    else (found[0].joint if found[0].joint != "start" else "end")
                )
            clauses += found
            number += 1
    _put_verbs(clauses)
    return Cut(tuple(clauses), is_free)


def _put_verbs(clauses: list[Clause]) -> None:
    """Gives "mysql table a -> gcs -> bigquery b" its verbs: taken from the first, put into the others."""
    for number, clause in enumerate(clauses):
        follows = clauses[number + 1] if number + 1 < len(clauses) else None
        if follows is not None and follows.joint == "arrow" and _is_place(clause) and _is_place(follows):
            if not clause.text.startswith("put into "):
                clause.text = f"get from {clause.text}"
            follows.text = f"put into {follows.text}"


def _is_place(clause: Clause) -> bool:
    text = clause.text.removeprefix("put into ")
    named = [mention.service.kind for mention in mentions(text)]
    is_bare = not acts_of(text) and not act_of_nouns(text).kind
    return is_bare and bool(named) and set(named) <= {"store", "sql", "files", "local"}


def with_plain_transfers(text: str) -> str:
    """Returns "s3 -> redshift copy" as "copy from s3 to redshift": an arrow between bare services."""
    for match in list(re.finditer(r"(?:->|=>|>>)", text))[:20]:
        before = re.split(r"[\n.;,]|->|=>|>>", text[: match.start()])[-1]
        after = re.split(r"[\n.;,]|->|=>|>>", text[match.end() :])[0]
        left, right = mentions(before), mentions(after)
        is_bare = (
            len(left) == 1
            and len(right) == 1
            and not acts_of(before)
            and before.strip().lower() == before[left[0].start : left[0].end].strip().lower()
        )
        word = re.match(
            r"\s*\S+(?: \S+)? (?P<verb>copy|load|transfer|sync|export|import|move|ingest\w*|upload"
            r"|replication)\b",
            after,
        )
        if is_bare and word is not None:
            said = after[right[0].start : right[0].end]
            rest = after[: word.start("verb")].replace(said, "", 1).strip() + after[word.end("verb") :]
            start, end = match.start() - len(before), match.end() + len(after)
            new = f"copy from {before.strip()} to {said} {rest.strip()}"
            return with_plain_transfers(f"{text[:start]} {new} {text[end:]}")
    return text


def with_chains_of_places(text: str) -> str:
    """Returns "ftp to s3 to redshift: file a, bucket b, table c" as places with arrows and values."""
    lines = []
    for line in text.split("\n"):
        named = mentions(line)
        first = [m for m in named[:6] if m.service.kind in ("store", "sql", "files", "http")]
        chain = first[:1]
        for mention in first[1:]:
            if re.fullmatch(
                r"\s*(?:to|->|into|and then to|then to)\s*(?:the |our )?", line[chain[-1].end : mention.start]
            ):
                chain.append(mention)
            else:
                break
        lead = line[: chain[0].start] if chain else ""
        if len(chain) < 3 or acts_of(lead) or not re.match(r"\s*[:,.]", line[chain[-1].end :] + ","):
            lines.append(line)
            continue
        rest = re.split(r"(?<=[.;])\s", line[chain[-1].end :].lstrip(" :,"), maxsplit=1)
        pieces, behind = rest[0].split(","), " ".join(rest[1:])
        places = [line[m.start : m.end] for m in chain]
        left = []
        for piece in pieces:
            spoken = {m.service.key for m in mentions(piece)}
            at = next((n for n, m in enumerate(chain) if m.service.key in spoken), None)
            if at is None:
                kind = (
                    "store"
                    if re.search(r"\bbucket\b", piece)
                    else "sql"
                    if re.search(r"\btable\b", piece)
                    else "files"
                    if (re.search(r"\bfile\b", piece))
                    else ""
                )
                at = next((n for n, m in enumerate(chain) if m.service.kind == kind), None)
            if at is None:
                left.append(piece)
            else:
                own = line[chain[at].start : chain[at].end]
                places[at] += " " + re.sub(
                    rf"\b(?:from |in |on |to )?(?:the )?{re.escape(own)}\b", " ", piece, flags=re.IGNORECASE
                ).strip(" .")
        lines.append(f"{lead}{' -> '.join(places)}. {','.join(left)} {behind}")
    return "\n".join(lines)


def _without_opening(sentence: str) -> str:
    match = _OPENING.match(sentence)
    if match is None:
        return sentence
    words = match[0]
    opened = re.split(
        r"\b(?:dags?|workflow|data ?flow|pipeline|etl|process|job|automation|something|airflow)\b",
        words,
        flags=re.IGNORECASE,
    )[0]
    if mentions(opened) or MARK.search(opened):
        return sentence
    if re.match(r"\W*(?:the |a |an |our |my )?$", opened, re.IGNORECASE) and not re.search(
        r"(?:that|which|to|:|should|does|where)\W*$", words, re.IGNORECASE
    ):
        return sentence
    if re.search(r"\b(?:run|trigger|start|launch|execute|kick|wait\w*|submit)\b", opened, re.IGNORECASE):
        return sentence
    return sentence[match.end() :]


def _headed(sentence: str) -> tuple[str, str, tuple[str, str]]:
    """Returns the sentence, what stands before its colon, and what each is done for."""
    each = ("", "")
    if match := _EACH.search(sentence):
        each = ((match["thing"] or "").strip(), match["list"] or "")
        rest = sentence[match.end() :].lstrip(" :,")
        before = sentence[: match.start()].strip(" ,")
        sentence = f"{before}, {rest}" if before else rest
    head, colon, body = sentence.partition(": ")
    if not colon and sentence.rstrip().endswith(":"):
        head, colon, body = sentence.rstrip().removesuffix(":"), ":", ""
    if colon and len(head.split()) <= 9 and not _CUT.search(head.strip(" ,")):
        found = [act for act in acts_of(head) if act.kind not in ("branch",)]
        if _PARALLEL.search(head) and not found:
            body = f"in parallel {body}"
        if (
            not found
            or not body.strip()
            or (_SEVERAL.search(head) and (acts_of(body) or mentions(body) or MARK.search(body)))
            or (len(head.split()) <= 2 and not MARK.search(head))
        ):
            return body, head.strip(), each
    return sentence, "", each


def _segments(sentence: str) -> list[Clause]:
    parens: list[str] = []

    def keep(match: re.Match[str]) -> str:
        parens.append(match[1])
        return f" \u27e6{len(parens) - 1}\u27e7 "

    masked = _PARENS.sub(keep, sentence)
    clauses: list[Clause] = []
    joint, start, group, other = "start", 0, "", ""
    pending_parallel = False
    for found in [*_CUT.finditer(masked), None]:
        kind = next((k for k, v in found.groupdict().items() if v), "") if found else ""
        if (
            found is not None
            and kind == "after"
            and (_TIME_AFTER.match(masked, found.end()) or not masked[start : found.start()].strip(" ,"))
        ):
            continue
        piece = other + masked[start : found.start() if found else len(masked)]
        other = ""
        if (named := _GROUP.match(piece)) is not None and re.search(r"task[ -]?group", piece, re.IGNORECASE):
            group = named["name"] or named["name2"]
            piece = piece[named.end() :]
        elif joint == "then":
            group = ""
        is_parallel = bool(_PARALLEL.search(piece))
        is_chain = IN_SEQUENCE in piece
        if (
            joint in ("then", "arrow")
            and clauses
            and _ONLY_MARKS.match(piece)
            and not _ONLY_MARKS.match(clauses[-1].text)
        ):
            clauses[-1].text += f" and {piece.strip()}"
            clauses[-1].is_chain = True
            joint = "weak"
            piece = ""
        own = [parens[int(n)] for n in re.findall(r"\u27e6(\d+)\u27e7", piece)]
        plain = re.sub(r"\s*\u27e6(\d+)\u27e7\s*", lambda m: f" {_said_in(parens[int(m[1])])} ", piece)
        plain = " ".join(_PARALLEL.sub(" ", plain.replace(IN_SEQUENCE, " ")).split()).strip(" ,;:-")
        if plain and (not clauses or _stands_alone(plain, joint)):
            clauses.append(
                Clause(
                    plain,
                    joint,
                    own,
                    group=group,
                    is_parallel=is_parallel or pending_parallel,
                    is_chain=is_chain,
                )
            )
            joint, pending_parallel = "weak", False
        elif plain or own:
            if clauses:
                last = clauses[-1]
                last.text = (
                    f"{last.text} {'and ' if 'and' in (_before(masked, start)) else ', '}{plain}".replace(
                        " , ", ", "
                    ).strip(" ,")
                )
                last.parens += own
                last.is_parallel |= is_parallel
                last.is_chain |= is_chain
            joint = "weak"
        else:
            pending_parallel |= is_parallel
            if clauses and is_parallel and joint == "weak":
                clauses[-1].is_parallel = True
        if found is not None:
            start = found.end()
            said = "end" if kind == "end" else kind
            if kind == "other":
                other, said = "otherwise ", "then"
            if said in ("then", "arrow", "end", "after") or joint in ("start", "weak"):
                joint = said if not (joint in ("then", "arrow") and said == "weak") else joint
    if clauses:
        clauses[0].joint = clauses[0].joint if clauses[0].joint in ("then", "arrow") else "start"
    return clauses


_SEVERAL: Final = re.compile(
    r"\b(?:two|three|four|five|six|seven|[2-9]|following|these|several)\b[\w ]* (?:tasks|steps|commands|jobs"
    r"|queries|scripts|things|functions"
    r"|notebooks|models|operations|stages)\b",
    re.IGNORECASE,
)
_ONLY_MARKS: Final = re.compile(r"^[\s,]*(?:«\d+»(?:,| and|\s)*)+$")
_LIST_OF_NAMES: Final = re.compile(r"^(?:«\d+»|\w+)(?:(?:,? and |, ?| & ?|/)(?:«\d+»|\w+))+$")


def _said_in(parens: str) -> str:
    """Returns what stands in parentheses as part of the clause; nothing for a list of names: they are ids."""
    plain = parens.strip()
    is_said = bool(MARK.search(plain) or mentions(plain)) and not _LIST_OF_NAMES.match(plain)
    return (
        f", {plain}" if is_said and len(plain.split()) > 1 else plain if is_said and mentions(plain) else ""
    )


def _before(text: str, start: int) -> str:
    return text[max(0, start - 6) : start].lower()


def _stands_alone(piece: str, joint: str) -> bool:
    """Tells whether a piece is a step of its own, and no further object of the clause before it."""
    if piece.strip() == ANYWAY:
        return False
    if _PARTICIPLE.match(piece) and joint != "after":
        return False
    acts = acts_of(piece)
    named = mentions(piece)
    words = piece.split()
    if joint == "after":
        first = next(iter(acts), None)
        return bool(named or MARK.search(piece) or (first is not None and first.is_first)) and len(words) > 1
    if acts and (acts[0].is_first or joint in ("then", "arrow", "end", "start")):
        return True
    if any(
        piece.lower().startswith(word)
        for word in (
            "if ",
            "when ",
            "in case",
            "unless ",
            "otherwise",
            "else ",
            "only ",
            "whenever ",
            "once ",
        )
    ):
        return True
    nouns = word_set("step_nouns")
    has_noun = any(word.lower().strip(",.") in nouns for word in words)
    if joint in ("then", "arrow", "end", "item", "start"):
        return (
            bool(named) or bool(acts) or has_noun or joint == "arrow" or (len(words) <= 4 and joint == "then")
        )
    if (
        named
        and named[0].start < 5
        and named[0].service.kind == "other"
        and re.match(r" ?«\d+»", piece[named[0].end :])
    ):
        return True
    if named and has_noun:
        lead = named[0].start <= 24
        starts = (
            re.match(r"(?:an?|the|one|another|two|three|\d+|our|some|also) |«\d+»|[A-Za-z]", piece)
            is not None
        )
        # "from the api and the postgres table": a further source, no step.
        return (
            lead
            and starts
            and not re.match(r"(?:from|to|into|in|on|of|with|for|via)\b", piece, re.IGNORECASE)
        )
    return (
        bool(acts)
        and acts[0].start < 30
        and not MARK.match(piece)
        and bool(
            re.match(
                r"(?:it|they|we|the \w+|this|that|which|dag|airflow|you|i|also|both|all|there)\b",
                piece,
                re.IGNORECASE,
            )
        )
    )
