"""The DAG that a served model writes from an instruction alone, compared with the source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from airflownet.asked_for.parts import NOT_THERE
from airflownet.asked_for.structure import compare, structure_of
from airflownet.code_extraction import extract_code
from airflownet.instructions import prompt_files
from airflownet.instructions.settings import InstructionSettings
from airflownet.judge.loader import load_source
from airflownet.llama.asking import Asker
from airflownet.llama.sampling import Sampling
from airflownet.records import DagFile, Instruction, RoundTrip

METHOD = "regenerated"
_MOST_TOKENS = 4096


async def regenerated(
    instructions: Sequence[Instruction],
    files: Mapping[str, DagFile],
    settings: InstructionSettings,
    asker: Asker,
) -> list[RoundTrip]:
    """Returns one row for each instruction, in order; greedy, so one answer each.

    Raises:
        ServerError: the server failed for good.
    """
    system = prompt_files.prompt(prompt_files.REGENERATE).replace("{airflow}", settings.airflow)
    conversations = [
        ([{"role": "system", "content": system}, {"role": "user", "content": one.text}], 0)
        for one in instructions
    ]
    most = min(_MOST_TOKENS, settings.llama.context_tokens_per_slot // 2)
    answers = await asker.chat(conversations, Sampling(most), "Regenerating DAGs")
    sources = {id_: structure_of(load_source(file.content)) for id_, file in sorted(files.items())}
    rows = []
    for instruction, answer in zip(instructions, answers, strict=True):
        if answer.error:
            rows.append(_unscored(instruction, answer.error.partition(":")[0]))
            continue
        loaded = load_source(extract_code(answer.completion).code, settings.airflow)
        if not loaded.dags:
            # No DAG at all: the model, or the instruction, failed; a score of 0 would blame the latter.
            rows.append(_unscored(instruction, "no-dag-regenerated"))
            continue
        parts = compare(sources[instruction.dag_file_id], structure_of(loaded))
        rows.append(
            RoundTrip(
                instruction.id,
                METHOD,
                parts.operators,
                parts.schedule,
                parts.edges,
                parts.arguments,
                parts.score,
                "",
            )
        )
    return rows


def _unscored(instruction: Instruction, why: str) -> RoundTrip:
    none = NOT_THERE
    return RoundTrip(instruction.id, METHOD, none, none, none, none, none, why)
