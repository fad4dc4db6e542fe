"""The tokens of ordinary Python text by one regular expression: the fast path of ``normalised_tokens``.

It answers None for everything out of the ordinary (unclosed strings or brackets, odd characters, dedents to
no known column, f-strings with quotes inside their braces), and the standard tokenizer decides. Lexical
definitions: Python Language Reference, chapter 2.
"""

from __future__ import annotations

import re

_DIGITS = r"[0-9](?:_?[0-9])*"
_EXPONENT = rf"[eE][-+]?{_DIGITS}"
_FLOAT = rf"(?:{_DIGITS}\.(?:{_DIGITS})?|\.{_DIGITS})(?:{_EXPONENT})?|{_DIGITS}{_EXPONENT}"
_NUMBER = (
    rf"(?:{_FLOAT}|{_DIGITS})[jJ]|{_FLOAT}|0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|"
    r"0(?:_?0)*|[1-9](?:_?[0-9])*"
)
_PREFIX = r"(?:[rR][bBfF]?|[bBfF][rR]?|[uU])?"
_STRING = (
    rf'{_PREFIX}(?:"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'|'
    r'(?!"""|\'\'\')(?:"[^\n"\\]*(?:\\.[^\n"\\]*)*"|' + r"'[^\n'\\]*(?:\\.[^\n'\\]*)*'))"
)
_TOKEN = re.compile(
    rf"[ \t]*(?:(?P<string>{_STRING})|(?P<number>{_NUMBER})|(?P<name>\w+)|(?P<newline>\r?\n)|"
    rf"(?P<comment>\#[^\r\n]*)|(?P<open>[(\[{{])|(?P<close>[)\]}}])|"
    r"(?P<operator>\*\*=?|>>=?|<<=?|//=?|->|\.\.\.|:=|!=|[-+*/%@&|^=<>]=?|[~:;.,])|"
    r"(?P<continued>\\\r?\n)|(?P<last>\Z))",
    re.DOTALL,
)


def fast_tokens(code: str) -> list[tuple[str, str]] | None:
    """Returns (kind, text): ``end``, ``string`` (the literal as written) or ``code``; None when unsure."""
    if not code.isascii() or "\f" in code or "\0" in code:
        return None
    found: list[tuple[str, str]] = []
    depth, at, begins_line, columns, kind = 0, 0, True, [0], ""
    for token in _TOKEN.finditer(code):
        if token.start() != at:
            return None
        before, kind, at = kind, str(token.lastgroup), token.end()
        text = token[kind]
        if kind == "newline":
            if not depth and not begins_line:
                found.append(("end", ""))
                begins_line = True
            continue
        if kind in ("comment", "last"):
            if kind == "last" and before == "continued":
                return None
            continue
        if begins_line and not depth:
            if kind == "continued" or not _is_known_column(token[0][: -len(text)], columns):
                return None
            begins_line = False
        if kind in ("name", "operator", "number"):
            found.append(("code", text))
        elif kind == "string":
            if "{" in text and text.count("{") != text.count("}"):
                return None
            found.append(("string", text))
        elif kind != "continued":
            depth += 1 if kind == "open" else -1
            if depth < 0:
                return None
            found.append(("code", text))
    if depth or at != len(code):
        return None
    if not begins_line:
        found.append(("end", ""))
    return found


def _is_known_column(indent: str, columns: list[int]) -> bool:
    """Keeps the stack of indentations; tells whether a line goes back to one of them."""
    if indent.strip(" "):  # tabs: their width is the tokenizer's business
        return False
    column = len(indent)
    if column > columns[-1]:
        columns.append(column)
        return True
    while column < columns[-1]:
        columns.pop()
    return column == columns[-1]
