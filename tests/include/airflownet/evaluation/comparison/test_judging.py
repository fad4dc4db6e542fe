"""What is kept of an answer that is judged beside others."""

from airflownet.evaluation.comparison.answer_files import Answer
from airflownet.evaluation.comparison.judging import PromptAnswers, judge_prompt
from airflownet.evaluation.comparison.prompts import Prompt


def test_a_plan_that_cannot_be_read_is_told_by_its_own_reason():
    why = "unreadable plan: no task is named"
    answer = Answer("p", "tuned", 0, "", "", "", False, 9, "", is_code=True, unreadable=why)
    prompt = Prompt("p", "Copy a table every day.", "f", "3.3", "", True)
    (judged,) = judge_prompt(PromptAnswers(prompt, ("3.3",), {"tuned": [answer]}, with_trivial=False))
    assert (judged.row.outcome, judged.row.reason) == ("fails", why)
