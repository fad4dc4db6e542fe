"""The one prompt that every judge gets: request and code between marks that nothing in them can forge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from airflownet.hashing import sha256_text
from airflownet.llm_judge.rubric import Rubric

SYSTEM = "system.v1.md"
QUESTION = "question.v1.md"
PAIR = "pair.v1.md"


@dataclass(frozen=True, slots=True)
class JudgePrompt:
    """What the judge is asked about one answer, and which time it is asked."""

    system: str
    user: str
    json_schema: str
    """What the reply must obey."""
    repeat: int = 0


def judge_prompt(
    request: str, code: str, airflow: str, rubric: Rubric, repeat: int = 0, *, max_finding_chars: int = 0
) -> JudgePrompt:
    """Returns the prompt. The mark is the hash of what it encloses, so it cannot stand inside."""
    parts = {
        "airflow": airflow,
        "mark": sha256_text(f"{request}\0{code}")[:20],
        "questions": rubric.questions,
        "request": request.strip(),
        "code": code.rstrip(),
    }
    schema = rubric.schema(max_finding_chars)
    return JudgePrompt(prompt_text(SYSTEM), filled(QUESTION, parts), schema, repeat)


def filled(name: str, parts: Mapping[str, str]) -> str:
    """Returns a prompt file with its placeholders filled; what stands in the parts is left as it is."""
    pieces = prompt_text(name).split("{")
    return pieces[0] + "".join(
        parts[key] + rest for key, _, rest in (piece.partition("}") for piece in pieces[1:])
    )


@cache
def prompt_text(name: str) -> str:
    """Returns the text of one prompt file, without the last line end."""
    return resources.files(__package__).joinpath("prompts", name).read_text("utf-8").rstrip("\n")
