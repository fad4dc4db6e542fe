"""Small English: articles, plurals, third person, counts and lists.

Rules for the nouns and verbs that operator names and task ids use, not for the language at large.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

# Initials whose first letter is spoken with a vowel: an S3 bucket, an HTTP request.
_VOWEL_LETTERS: Final = frozenset("AEFHILMNORSX")
_SPOKEN_AS_A_WORD: Final = frozenset(
    {"SQL", "RAM", "SAP", "SOAP", "SUSE", "FTP", "SFTP", "HITL", "NAT", "LOB"}
)
_SOUNDS_LIKE_AN: Final = frozenset({"SFTP", "FTP"})
_UNCOUNTABLE: Final = frozenset(
    {
        "data",
        "metadata",
        "sql",
        "code",
        "text",
        "access",
        "training",
        "information",
        "lineage",
        "storage",
        "status",
    }
)
_SINGULAR_IN_S: Final = frozenset(
    {"status", "access", "process", "address", "class", "alias", "dms", "analysis", "series"}
)
_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number(count: int) -> str:
    """Returns the count as a word up to ten, as digits above."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def article(phrase: str) -> str:
    """Returns ``a`` or ``an`` as the phrase is spoken: ``an S3 bucket``, ``a SQL query``, ``a user``."""
    word = re.split(r"[\s/-]", phrase.strip("`'\""), maxsplit=1)[0]
    if not word:
        return "a"
    if word in _SOUNDS_LIKE_AN:
        return "an"
    if word.isupper() or re.fullmatch(r"[A-Z]+[0-9]+", word):
        return "an" if word[0] in _VOWEL_LETTERS and word not in _SPOKEN_AS_A_WORD else "a"
    lowered = word.lower()
    if re.match(r"(uni(?!n)|use|user|usu|eu|one\b|once|ubi)", lowered):
        return "a"
    if re.match(r"(hour|honest|heir)", lowered):
        return "an"
    return "an" if lowered[0] in "aeiou" else "a"


def is_uncountable(noun: str) -> bool:
    """True when the last word takes neither article nor plural."""
    words = noun.lower().split()
    return bool(words) and words[-1] in _UNCOUNTABLE


def is_plural(noun: str) -> bool:
    """True when the last word looks like a plural."""
    words = noun.split()
    if not words or words[-1].isupper():
        return False
    last = words[-1].lower()
    return last.endswith("s") and not last.endswith(("ss", "us", "is")) and last not in _SINGULAR_IN_S


def plural(noun: str) -> str:
    """Returns the plural of a noun phrase: of its last word, of the words before ``of``."""
    if " of " in noun:
        head, tail = noun.split(" of ", 1)
        return f"{plural(head)} of {tail}"
    if is_plural(noun) or is_uncountable(noun):
        return noun
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "z", "ch", "sh")) else "s")


def third_person(verb: str) -> str:
    """Returns the third person of a verb in base form; only its first word changes (``set up``)."""
    if " or " in verb:
        return " or ".join(third_person(part) for part in verb.split(" or "))
    head, _, tail = verb.partition(" ")
    irregular = {"be": "is", "have": "has", "do": "does", "go": "goes"}
    if head in irregular:
        form = irregular[head]
    elif re.search(r"[^aeiou]y$", head):
        form = head[:-1] + "ies"
    else:
        form = head + ("es" if head.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")
    return f"{form} {tail}".strip()


def join_words(items: Sequence[str], conjunction: str = "and") -> str:
    """Returns ``a``, ``a and b`` or ``a, b and c``."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}"


def count_of(count: int, noun: str) -> str:
    """Returns ``one task`` or ``12 tasks``."""
    return f"{number(count)} {noun if count == 1 else plural(noun)}"


def sentence(text: str) -> str:
    """Returns the text with a capital at its start and a full stop at its end."""
    text = text.strip()
    if not text:
        return ""
    if text[0].islower():
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "?", "!", ":")) else text + "."
