"""LLM judge against static judge, on the same code: where both answer one question, who saw what?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from airflownet.llm_judge.reply import Grading
from airflownet.llm_judge.rubric import Rubric
from airflownet.records import JudgedSample

_MOST_EXAMPLES = 5
_GOOD_GRADE = 4


def contradictions(graded: Iterable[tuple[JudgedSample, Grading]], rubric: Rubric) -> dict[str, Any]:
    """Returns the tables: outcome by completeness, and fact by fact.

    ``by_outcome``: outcome -> completeness grade -> answers, with ``unscored`` as a column of its own.
    ``by_fact``: for each fact with parser codes: ``both``, ``parser_only`` (the model overlooked what is
    certainly there), ``model_only`` (it may see more, or see what is not there), ``neither``; and examples.
    """
    by_outcome: dict[str, Counter[str]] = {}
    by_fact: dict[str, Counter[str]] = {
        fact.id: Counter(both=0, parser_only=0, model_only=0, neither=0)
        for fact in rubric.facts
        if fact.parser
    }
    examples: list[dict[str, str]] = []
    fails_but_fine = loads_but_not = 0
    for row, grading in graded:
        grade = grading.grades.get("completeness")
        by_outcome.setdefault(row.outcome, Counter())["unscored" if grade is None else str(grade)] += 1
        if grade is None:
            continue
        fails_but_fine += row.outcome == "fails" and grade >= _GOOD_GRADE
        loads_but_not += row.outcome == "loads" and grade < _GOOD_GRADE - 1
        for fact in rubric.facts:
            if not fact.parser:
                continue
            finding = grading.findings[fact.id]
            # Only a file that fails for certain settles what the model should have seen.
            parser = row.outcome == "fails" and any(code.startswith(fact.parser) for code in row.codes)
            model = finding.holds != fact.good
            kind = ("both" if model else "parser_only") if parser else ("model_only" if model else "neither")
            by_fact[fact.id][kind] += 1
            if kind == "parser_only" and len(examples) < _MOST_EXAMPLES:
                examples.append(
                    {
                        "sample_id": row.sample_id,
                        "model": row.model,
                        "fact": fact.id,
                        "parser": row.reason,
                        "judge": finding.text,
                    }
                )
    return {
        "by_outcome": {name: dict(sorted(counts.items())) for name, counts in sorted(by_outcome.items())},
        "by_fact": {name: dict(counts) for name, counts in by_fact.items()},
        "fails_but_graded_4_or_5": int(fails_but_fine),
        "loads_but_graded_1_or_2": int(loads_but_not),
        "overlooked": examples,
    }
