"""Credentials by their shape, in text that a model wrote or a repository holds."""

from __future__ import annotations

import re
from typing import Final

# Shapes that issuers document; each is specific enough to stand alone.
_SHAPES: Final = {
    "aws-key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "github-token": re.compile(r"\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_\w{22,})\b"),
    "slack-token": re.compile(r"\bxox[abprs]-[0-9A-Za-z-]{10,}"),
    "google-key": re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b"),
    "api-key": re.compile(r"\bsk-[0-9A-Za-z_-]{20,}"),
    "private-key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "json-web-token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\."),
    "password-in-uri": re.compile(
        r"\b[a-z][a-z0-9+.-]*://[^\s:/@]+:(?!\*|<|\{|\$|password|pass\b)[^\s:/@]{3,}@"
    ),
    "password": re.compile(
        r"\b(?:password|passwd|secret|token)\s*(?:is|=|:)\s*['\"]?(?=\S*\d)(?=\S*[A-Za-z])[^\s'\"<>{}$]{8,}",
        re.I,
    ),
}


def secret_kind(text: str) -> str:
    """Returns the kind of credential a text holds, empty for none."""
    return next((kind for kind, shape in _SHAPES.items() if shape.search(text)), "")
