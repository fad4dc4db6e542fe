"""A password, token or key written into the file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from airflownet.judge.loader.model import LoadedFile
from airflownet.judge.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation

_KNOWN_SHAPES = re.compile(
    r"\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bxox[abpr]-[A-Za-z0-9-]{20,}"
    r"|-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----|\bsk-[A-Za-z0-9_-]{32,}"
)
_MARKS = ("AKIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "xox", "PRIVATE KEY", "sk-")
_WORDS = ("password", "passwd", "secret", "apikey", "api_key", "access_key", "auth_token", "private_key")
_VALUE = re.compile(r"""['"]?\s{0,3}[:=]\s{0,3}(['"])([^'"\n]{8,200})\1""")
_PLACEHOLDER = re.compile(
    r"(?i)\{\{|\{|<|\$|your|example|changeme|placeholder|dummy|secret|password|xxx|\.\.\.|test|_id$|_key$|_conn|conn_|/|\s"
)


@rule(
    "AFN702",
    "secret-in-code",
    Severity.PRACTICE,
    "A secret seems to be written into the file",
    RuleDoc(
        what="Text of the shape of a password, token or private key stands in the file. Placeholders and "
        "templates are left out.",
        why="DAG files are read by many people and end up in version control.",
        bad='api_key = "f3b09c1d77e24c6a"',
        good='api_key = "{{ conn.my_service.password }}"',
    ),
)
def secret_in_code(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:  # noqa: ARG001
    """Yields one violation for each line that holds one; the text itself is not repeated."""
    if any(mark in file.code for mark in _MARKS):
        for match in _KNOWN_SHAPES.finditer(file.code):
            yield _at(file.code, match.start(), "a token or private key is written here")
    text = file.code.lower()
    for word in _WORDS:
        start = text.find(word)
        while start >= 0:
            found = _VALUE.match(file.code, start + len(word)) if len(text) == len(file.code) else None
            if found is not None and _is_secret(found[2]):
                yield _at(file.code, start, "a secret is written here")
            start = text.find(word, start + 1)


def _at(code: str, start: int, message: str) -> Violation:
    before = code.rfind("\n", 0, start)
    return secret_in_code.violation(message, code.count("\n", 0, start) + 1, start - before)


def _is_secret(value: str) -> bool:
    has_both = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return has_both and _PLACEHOLDER.search(value) is None
