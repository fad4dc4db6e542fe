"""What stands in the place of a secret, and what already is such a stand-in."""

from __future__ import annotations

import re
from typing import Final

PLACEHOLDER: Final = "REDACTED"
_STAND_INS = re.compile(
    r"(?ix) <.*> | \[.*\] | \*+ | x{3,} | \.{3} | -+ | \#+ | none | null | true | false | todo | "
    r".*(?:example|redacted|change.?me|placeholder|dummy|fake|your|sample|insert|replace|todo|mock).* | "
    r"(?:my|your|the|some|a|test|default|demo|foo|bar|wrong|new|old|db|user|root|admin)?[_-]?"
    r"(?:pass|passw(?:or)?d|pwd|secret|token|api[_-]?key|key|credentials?|value|string)[_-]?\d{0,4} | "
    r"te?mp | airflow | postgres(?:ql)? | mysql | root | admin | guest | test | user(?:name)? | "
    r"minio(?:admin)? | rabbitmq | redis | foo | bar | baz | abc | 123(?:4(?:5(?:6)?)?)? | p@ssw0rd"
)
_TEMPLATE = re.compile(r"\{\{|\{%|\$\{|\$\(|\{\w*\}|%\(\w+\)s|^%s$|^\$\w+$")


def is_placeholder(value: str) -> bool:
    """Tells whether a value is a template, a well-known default or an evident stand-in."""
    return bool(_TEMPLATE.search(value)) or bool(_STAND_INS.fullmatch(value.strip()))
