"""Secrets and personal data in a project's other files: settings, environment files, YAML, JSON, SQL.

Local modules are redacted as DAG files are, but for the question whether they load as before: that is asked
of the DAG files that import them. Of connections nothing but their names is looked at by anyone, so nothing
else is kept.
"""

from __future__ import annotations

import json
import re
from typing import Any

from airflownet.mining.giving_up import GiveUpError
from airflownet.mining.redaction import without_findings
from airflownet.mining.redaction.findings import Replacements, may_hold_any, redacted_text
from airflownet.mining.redaction.named_values import is_secret
from airflownet.mining.redaction.placeholders import PLACEHOLDER

_CONNECTIONS = re.compile(r"(?i)(?:.*/)?[^/]*connections?[^/]*\.(?:json|ya?ml)")
_PAIR = re.compile(
    r"""(?m)^(?P<before>[ \t]*(?:-[ \t]+)?(?:export[ \t]+|ENV[ \t]+)?["']?"""
    r"""(?P<name>[A-Za-z_][\w.-]{1,80})["']?[ \t]*[:=][ \t]*)"""
    r"""(?P<quote>["']?)(?P<value>[^"'\s#,][^"'\r\n#,]{2,400}?)(?P=quote)"""
    r"""(?P<after>[ \t]*+(?:,[ \t]*+)?(?:\#.*)?)$"""
)
"""``NAME=value``, ``export NAME="value"``, ``name: value``, ``"name": "value",``: one on a line.

Blanks behind the value are taken as one run, never tried in parts: there may be very many."""
_BARE_PAIR = re.compile(
    r"""(?m)^(?P<before>[ \t]*(?:-[ \t]+)?(?:export[ \t]+|ENV[ \t]+)?(?P<name>[A-Za-z_][\w.-]{1,80})"""
    r"""[ \t]*[:=][ \t]*)(?P<quote>)(?P<value>[^\s"'#,{\[$][^\s]{2,400}?)"""
    r"""(?P<after>,?(?:[ \t]+\#.*|[ \t]+)?)$"""
)
"""``PASSWORD=a#b,c``: without quotes, and with what would end the value of another."""
_CONNECTION = re.compile(
    r"""(?P<before>\bAIRFLOW_CONN_\w+(?:["'][ \t]*)?[:=][ \t]*["']?)"""
    r"""[^\s"'>|][^\r\n]*?(?P<after>["']?,?(?:(?<![ \t])[ \t]+\\)?)$""",
    re.MULTILINE | re.IGNORECASE,
)
"""The value up to the end of the line, whatever stands in it; what ends the line stays."""
_SETTING = re.compile(
    r"(?m)^(?P<before>[ \t]*(?:-[ \t]+)?conn_(?:uri|host|schema|login|password|port|extra)[ \t]*:[ \t]*)"
    r"[^\s>|][^\r\n]*$"
)
"""Of a connection in ``airflow_settings.yaml`` all but its name and type."""
_VARIABLE = re.compile(
    r"""(?m)^(?P<before>[ \t]*(?:-[ \t]+)?variable_name[ \t]*:[ \t]*["']?(?P<name>[\w.-]{1,80})["']?"""
    r"""[ \t]*\r?\n[ \t]*variable_value[ \t]*:[ \t]*)(?P<quote>["']?)(?P<value>[^\r\n]+?)(?P=quote)"""
    r"""(?P<after>(?:(?<![ \t])[ \t]+)?)$"""
)
"""A Variable there, whose name stands on the line before its value."""


def redact_project_text(path: str, text: str) -> str | None:
    """Returns the text of a project's file without secrets and personal data.

    None for a Python file in which they are and cannot be replaced.
    """
    if path.endswith(".py"):
        try:
            return without_findings(text) if may_hold_any(text) else text
        except GiveUpError:
            return None
    if _CONNECTIONS.fullmatch(path):
        return _names_alone(text)
    text = _CONNECTION.sub(rf"\g<before>{PLACEHOLDER}\g<after>", text)
    text = _SETTING.sub(rf"\g<before>{PLACEHOLDER}", text)
    text = _VARIABLE.sub(_redacted_pair, text)
    text = _BARE_PAIR.sub(_redacted_pair, _PAIR.sub(_redacted_pair, text))
    return redacted_text(text, Replacements())


def _redacted_pair(match: re.Match[str]) -> str:
    """``PASSWORD=...``, ``password: ...``: the value, where the name says that it is a secret."""
    if not is_secret(match["name"], match["value"].strip()):
        return match[0]
    return f"{match['before']}{match['quote']}{PLACEHOLDER}{match['quote']}{match['after']}"


def _names_alone(text: str) -> str:
    """Returns a file of connections with their names, as JSON, which YAML is too."""
    found: Any
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        from airflownet.judge.project.bounded_yaml import read_yaml

        found = read_yaml(text)
    names = [name for name in found if isinstance(name, str)] if isinstance(found, dict) else []
    return json.dumps({name: {} for name in names}, indent=1) + "\n"
