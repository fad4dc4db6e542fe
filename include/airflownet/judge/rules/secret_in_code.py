"""A password, token or key written into the file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from airflownet.judge.loader.loaded_file import LoadedFile
from airflownet.judge.rules.registry import JudgeContext, RuleDoc, rule
from airflownet.records import Severity, Violation

_KNOWN_SHAPES = re.compile(
    r"\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bxox[abpr]-[A-Za-z0-9-]{20,}"
    r"|-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----|\bsk-[A-Za-z0-9_-]{32,}"
)
_MARKS = ("AKIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "xox", "-----BEGIN ", "sk-")
"""How each of them begins."""
_WORDS = {
    "passw": ("password", "passwd"),
    "secret": ("secret",),
    "key": ("apikey", "api_key", "access_key", "private_key"),
    "auth_token": ("auth_token",),
}
"""Words before a value that is kept secret, by what is searched for first."""
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
        bad="""
from airflow.providers.http.operators.http import HttpOperator
from airflow.sdk import DAG

api_key = "f3b09c1d77e24c6a"

with DAG("daily"):
    HttpOperator(task_id="call", endpoint="orders", headers={"X-Key": api_key})
""",
        good="""
from airflow.providers.http.operators.http import HttpOperator
from airflow.sdk import DAG

with DAG("daily"):
    HttpOperator(task_id="call", endpoint="orders", headers={"X-Key": "{{ conn.my_service.password }}"})
""",
    ),
)
def secret_in_code(file: LoadedFile, context: JudgeContext) -> Iterator[Violation]:  # noqa: ARG001
    """Yields one violation for each line that holds one; the text itself is not repeated."""
    code = file.code
    for mark in _MARKS:
        for start in _places(code, mark):
            if _KNOWN_SHAPES.match(code, start) is not None:
                yield _at(code, start, "a token or private key is written here")
    text = code.lower()
    if len(text) != len(code):
        return  # a letter whose small form is longer: places in the two texts differ
    for part, words in _WORDS.items():
        for word in words if part in text else ():
            for start in _places(text, word):
                found = _VALUE.match(code, start + len(word))
                if found is not None and _is_secret(found[2]):
                    yield _at(code, start, "a secret is written here")


def _places(text: str, part: str) -> Iterator[int]:
    """Yields where a part stands in a text."""
    start = text.find(part)
    while start >= 0:
        yield start
        start = text.find(part, start + 1)


def _at(code: str, start: int, message: str) -> Violation:
    before = code.rfind("\n", 0, start)
    return secret_in_code.violation(message, code.count("\n", 0, start) + 1, start - before)


def _is_secret(value: str) -> bool:
    has_both = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return has_both and _PLACEHOLDER.search(value) is None
