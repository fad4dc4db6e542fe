"""Further ways of writing: each prompt once a way and model, and never twice after a kill."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path

from airflownet.generation.model_source import LlamaModel, open_model
from airflownet.generation.settings import GenerationSettings
from airflownet.inference.arms import arm_answers
from airflownet.inference.settings import InferenceSettings
from airflownet.records import ArmAnswer, Message, Sample
from servers.writing_server import WritingServer

PLAN = '{"dag":"x","tasks":[{"@task":"python_function","code":"return 1"}]}'


def sample(number: int, request: str) -> Sample:
    messages = (Message("system", "s"), Message("user", request), Message("assistant", ""))
    return Sample(
        id=f"sample-{number}", family_id="f", split="test", kind="create", messages=messages, dag_file_id="d",
        instruction_id="i", view="brief", repo="r", ref="1", path="p", licence="Apache-2.0", airflow="3.3",
        outcome="loads", operators=(),
    )  # fmt: skip


def test_every_way_answers_every_prompt_and_a_killed_run_goes_on(tmp_path: Path) -> None:
    samples = [sample(1, "run a bash command every day"), sample(2, "run a Python function")]
    settings = InferenceSettings(arms=("outline", "plan"), n_slots=2)

    def run() -> list[ArmAnswer]:
        with WritingServer(lambda *_: PLAN) as server:

            async def ask() -> list[ArmAnswer]:
                async with open_model(GenerationSettings(), server=server.url) as model:
                    assert isinstance(model, LlamaModel)
                    scales = {"base": 0.0, "tuned": 1.0}
                    return await arm_answers(model.endpoints, samples, settings, scales, "3.3", tmp_path)

            return asyncio.run(ask())

    found = run()
    ways = [(one.arm, one.model, one.sample_id) for one in found]
    assert ways == sorted(
        [("outline", "", f"sample-{n}") for n in (1, 2)]
        + [("plan", model, f"sample-{n}") for model in ("base", "tuned") for n in (1, 2)]
    )
    drawn = {(one.arm, one.sample_id): one.n_tokens_drawn for one in found}
    assert drawn["outline", "sample-2"] == drawn["plan", "sample-1"] == 0  # rules, and no choice left
    assert drawn["plan", "sample-2"] > 0

    # Killed twice, each time in the middle of a line.
    marked = [json.dumps(asdict(one) | {"code": "kept"}) for one in found]
    half = '{"sample_id": "sam'
    (tmp_path / "arms.jsonl").write_text("\n".join([*marked[:2], half, *marked[2:4], half]))
    assert [one.code for one in run()].count("kept") == 4
