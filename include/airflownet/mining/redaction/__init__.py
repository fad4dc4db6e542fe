"""Replaces secrets and personal data in a file by placeholders; the file loads as it did before.

Only string literals and comments are touched, and each replacement is text of the same kind in the same
literal. What is for documentation stays: example.com (RFC 2606), 192.0.2.0/24 and its like (RFC 5737), AWS's
``AKIAIOSFODNN7EXAMPLE``.
"""

from __future__ import annotations

from airflownet.hashing import sha256_text
from airflownet.mining.giving_up import GiveUpError
from airflownet.mining.redaction.findings import may_hold_any
from airflownet.records import Transform

NAME, VERSION = "redact", 1
CHANGES_OUTCOME = "redaction-changes-outcome"


def redact(text: str) -> tuple[str, Transform | None]:
    """Returns the text without secrets and personal data, and the record of the change (or None).

    Raises:
        GiveUpError: the judge sees another outcome or other tasks afterwards, on some Airflow line.
    """
    if not may_hold_any(text):
        return text, None
    redacted = without_findings(text)
    if redacted == text:
        return text, None
    from airflownet.judge.settings import LINES  # most files need neither the judge nor LibCST

    if any(_seen_by_judge(text, line) != _seen_by_judge(redacted, line) for line in LINES):
        raise GiveUpError(CHANGES_OUTCOME)
    return redacted, Transform(NAME, VERSION, sha256_text(text), sha256_text(redacted))


def without_findings(text: str) -> str:
    """Returns a Python file without secrets and personal data, whatever that does to it.

    Raises:
        GiveUpError: it cannot be parsed.
    """
    import libcst as cst

    from airflownet.mining.redaction.literals import LiteralRedactor

    try:
        return cst.parse_module(text).visit(LiteralRedactor()).code
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError) as error:
        raise GiveUpError("not-redactable", type(error).__name__) from error


def _seen_by_judge(text: str, line: str) -> tuple[object, ...]:
    from airflownet.judge.verdict import judge_code

    verdict = judge_code(text, airflow=line)
    return verdict.outcome, verdict.dags
