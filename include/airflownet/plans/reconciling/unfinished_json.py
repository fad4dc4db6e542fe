"""The JSON in an answer, also where the answer was cut, has words around it, or goes on after its end."""

from __future__ import annotations

import json
from typing import Any, Final

from airflownet.code_extraction import extract_code
from airflownet.plans.model import PlanError
from airflownet.plans.plan_text import MAX_CHARS, Pairs

_MOST_TRIES: Final = 60
_CLOSERS: Final = {"{": "}", "[": "]"}


def json_in(text: str) -> tuple[Any, bool]:
    """Returns the decoded JSON of an answer, and whether it had to be ended for it.

    What was cut off inside a value is left out with its key; repeated keys keep their first value
    (``Pairs.repeated`` names them).

    Raises:
        PlanError: there is no JSON in it.
    """
    if len(text) > MAX_CHARS:
        raise PlanError("too-long", f"{len(text):,} characters, {MAX_CHARS:,} are the limit")
    body = extract_code(text).code if "```" in text or "~~~" in text else text
    starts = [place for place in (body.find("{"), body.find("[")) if place >= 0]
    if not starts:
        raise PlanError("not-json", "no object in the answer")
    body = body[min(starts) :]
    decoder = json.JSONDecoder(object_pairs_hook=Pairs, strict=False)
    try:
        found, _ = decoder.raw_decode(body)
    except RecursionError:
        raise PlanError("too-deep") from None
    except ValueError:
        pass
    else:
        return found, False
    for attempt in _endings(body):
        try:
            return json.loads(attempt, object_pairs_hook=Pairs, strict=False), True
        except (ValueError, RecursionError):
            continue
    raise PlanError("not-json", "the answer's JSON cannot be ended")


def _endings(text: str) -> list[str]:
    """Returns the text cut after its last whole values, each closed, the longest first."""
    stack: list[str] = []
    cuts: list[tuple[int, str]] = []
    in_text = is_escaped = False
    for place, char in enumerate(text):
        if in_text:
            if is_escaped:
                is_escaped = False
            elif char == "\\":
                is_escaped = True
            elif char == '"':
                in_text = False
            continue
        if char == '"':
            in_text = True
        elif char in _CLOSERS:
            stack.append(_CLOSERS[char])
            cuts.append((place + 1, "".join(reversed(stack))))
        elif char in "}]":
            if not stack or stack[-1] != char:
                break
            stack.pop()
            cuts.append((place + 1, "".join(reversed(stack))))
            if not stack:
                break
        elif char == "," and stack:
            cuts.append((place, "".join(reversed(stack))))
    else:
        cuts.append((len(text), ('"' if in_text else "") + "".join(reversed(stack))))
    return [text[:place] + closing for place, closing in reversed(cuts[-_MOST_TRIES:])]
