"""Values whose name says that they are secret or personal: ``password="..."``, ``"owner": "..."``."""

from __future__ import annotations

import re

from airflownet.mining.redaction.findings import Replacements, redacted_text
from airflownet.mining.redaction.placeholders import PLACEHOLDER, is_placeholder

_PASSWORD_NAME = re.compile(r"(?i)(?:^|.*[_\W])(?:pass|passw(?:or)?d|passphrase|pwd)$|.*password$")
_TOKEN_NAME = re.compile(
    r"(?i)(?:^|.*[_\W])(?:secret|token|api_?key|access_?key|secret_?key|private_?key|fernet_?key|auth|"
    r"client_?secret|access_?key_?id|account_?key|credentials?|webhook)$|.*(?:apikey|token|secret)$"
)
_OWNER_NAME = re.compile(r"(?i)owner|owners|__author__|author|created_by|maintainer")
_PERSON = re.compile(r"[A-Z][a-z'-]+(?: [A-Z]\.)?(?: [A-Z][a-z'-]+){1,2}|[a-z]{2,15}\.[a-z]{2,20}")
_NO_PERSON = re.compile(
    r"(?i)\b(?:team|data|platform|engineering|engineers?|analytics|ops|devops|services?|science|group|"
    r"department|airflow|apache|etl|infra(?:structure)?|department|community|foundation|inc|corp|pipeline|"
    r"machine|learning|business|intelligence|marketing|finance|sales|product|core|system|admin)\b"
)
QUOTED = re.compile(
    r"""(?P<before>(?P<open>\\?["']?)(?P<name>[\w.-]{2,60})(?P=open)\s*[:=]\s*\\?(?P<quote>["']))"""
    r"""(?P<value>[^"'\\\n]{4,300})(?P<after>\\?(?P=quote))"""
)


def redacted_value(name: str, value: str, replacements: Replacements) -> str:
    """Returns the text of a literal that is given to a name (empty: to none), redacted."""
    if name and is_secret(name, value):
        return PLACEHOLDER
    if name and _OWNER_NAME.fullmatch(name) and _PERSON.fullmatch(value) and not _NO_PERSON.search(value):
        return "airflow"
    return redacted_text(value, replacements)


def is_secret(name: str, value: str) -> bool:
    """Tells whether a value of that name is a secret itself, not the name or the place of one."""
    if len(value) < 4 or value != value.strip() or is_placeholder(value):
        return False
    if _PASSWORD_NAME.fullmatch(name):
        return len(value) <= 200 and not value.isspace() and " " not in value and not _is_a_name(value)
    return bool(_TOKEN_NAME.fullmatch(name)) and _is_random(value)


def _is_a_name(value: str) -> bool:
    """Of a variable, a key of a secret store, a path or an address: ``DB_PASSWORD``, ``/run/secrets/db``."""
    return bool(
        re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", value)
        or re.search(r"://|^/|\.(?:json|txt|ya?ml|pem|key)$", value)
        or re.fullmatch(
            r"(?i)[a-z]+(?:[_-][a-z]+)*[_-](?:password|passwd|pwd|secret|key|token|conn|id)", value
        )
    )


def _is_random(value: str) -> bool:
    """Long enough, without spaces, with letters and digits, and no words joined by punctuation."""
    if len(value) < 12 or re.search(r"\s|://|^/", value) or _is_a_name(value):
        return False
    if not (re.search(r"[A-Za-z]", value) and re.search(r"\d", value)):
        return False
    words = re.split(r"[_\-/.:]", value)
    return not all(re.fullmatch(r"[a-z]*\d{0,4}|[A-Z]+\d{0,3}|[A-Z][a-z]+\d{0,3}", word) for word in words)
