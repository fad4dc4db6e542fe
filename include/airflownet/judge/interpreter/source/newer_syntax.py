"""What Python's parser refuses here, and a newer Python that runs the project may take.

The judge asks the parser of the Python that it runs on. Where the project runs on a newer one, a file with
that one's syntax is no faulty file: the outcome is unknown, with the remedy. Sources: PEP 695 and 701 (3.12),
PEP 750 and 758 (3.14).
"""

from __future__ import annotations

import re
import sys
from typing import Final

_HERE: Final = sys.version_info[:2]
_DECLARED = re.compile(r"\s*(?:type\s+\w+\s*(?:\[|=)|(?:async\s+)?def\s+\w+\s*\[|class\s+\w+\s*\[)")
_TEMPLATE = re.compile(r"""(?<![\w"'])[tT][rR]?["']""")
_UNPARENTHESISED: Final = "multiple exception types must be parenthesized"


def newer_syntax(error: SyntaxError, text: str, python: tuple[int, ...]) -> str:
    """Returns why it cannot be told whether a text is refused; empty where it is in any case.

    Args:
        error: what the parser said.
        text: of the file.
        python: the Python that runs the project, ``(3, 12)``.
    """
    if python[:2] <= _HERE:
        return ""
    if not _HERE < _since(error, text) <= python[:2]:
        return ""
    wanted = ".".join(map(str, python[:2]))
    return (
        f"{error.msg} (line {error.lineno or 0}) for the judge's Python {_HERE[0]}.{_HERE[1]}, which Python "
        f"{wanted} may take: run the judge with that"
    )


def _since(error: SyntaxError, text: str) -> tuple[int, int]:
    """Returns from which Python on the place may be right; a far one where none makes it so."""
    lines = text.splitlines()
    number = error.lineno or 0
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    message = error.msg or ""
    if message.startswith("f-string") or _DECLARED.match(line):
        return 3, 12
    if message.startswith(_UNPARENTHESISED) or _TEMPLATE.search(line):
        return 3, 14
    return 9, 0
