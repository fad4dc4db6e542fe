"""A small finished run on disk, hostile text included, written through the real records and stages."""

import json
import struct

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from airflownet.artifacts import StageSettings, run_stage
from airflownet.evaluation.settings import EvaluationSettings
from airflownet.evaluation.stage import run
from airflownet.records import Generation, Message, Sample
from airflownet.tables import write_table

GOOD = """from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

with DAG("first", schedule=None):
    EmptyOperator(task_id="a") >> EmptyOperator(task_id="b")
"""
BROKEN = "with DAG('broken'\n    task = \n"
HOSTILE = (
    "</script><script>alert('x')</script> ```` ![a](http://evil.invalid/a.png) {{ 7 * 7 }} & <b>\n| cell |"
)

SETTINGS = EvaluationSettings(bootstrap_resamples=500, n_examples=6)


class NoSettings(StageSettings):
    pass


def sample(number, split="test"):
    code = GOOD if number % 4 else GOOD + "".join(f"x{i} = {i}\n" for i in range(number * 10))
    return Sample(
        id=f"sample-{number:02}",
        family_id=f"family-{number // 2}",
        split=split,
        kind="create",
        messages=(
            Message("system", "You write Airflow DAGs."),
            Message("user", f"Request {number}: {HOSTILE}"),
            Message("assistant", code),
        ),
        dag_file_id=f"file-{number}",
        instruction_id=f"instruction-{number}",
        view="brief",
        repo="apache-airflow",
        ref="3.3.2",
        path=f"airflow/example_dags/<b>{number}</b>.py",
        licence="Apache-2.0",
        airflow="3.3",
        outcome="loads",
        operators=("EmptyOperator",),
    )


def generation(number, model, completion, error="", stop_type="eos"):
    return Generation(
        sample_id=f"sample-{number:02}",
        model=model,
        sample_index=0,
        completion=completion,
        stop_type=stop_type,
        truncated=False,
        prompt_tokens=100,
        completion_tokens=50,
        cached_tokens=20,
        prompt_ms=10.0,
        completion_ms=1000.0 + number,
        error=error,
        server="server-1",
    )


def generations():
    """12 prompts. Base: 2 load, 1 missing. Tuned: 7 load, 1 request failed."""
    rows = []
    for number in range(12):
        if number != 11:
            rows.append(
                generation(number, "base", GOOD if number < 2 else f"{BROKEN}# {HOSTILE}", stop_type="limit")
            )
        if number == 10:
            rows.append(generation(number, "tuned", "", error="the request timed out after 3600 s"))
        else:
            good = number < 7
            rows.append(generation(number, "tuned", f"Here:\n```python\n{GOOD if good else BROKEN}```\n"))
    return rows


def write_stage(root, folder, write, name="", facts=None):
    name = name or folder

    def body(work):
        work.facts |= facts or {}
        work.funnel.listed, work.funnel.kept = 20, 17
        work.funnel.drop("exact_copy", 3)
        write(work.directory)

    run_stage(name, NoSettings(), {}, str(root / folder), body, code=(name,), libraries=("pyarrow",))


def write_log(folder):
    rows = [
        {"step": step, "loss": loss, "eval_loss": eval_loss, "num_tokens": 100.0 * step}
        for step, loss, eval_loss in (
            (1, 4.0, None),
            (2, 2.0, None),
            (2, None, 3.0),
            (4, 1.0, None),
            (4, None, 2.5),
        )
    ]
    pq.write_table(pa.Table.from_pylist(rows), folder / "training_log.parquet")


def write_dataset(folder, samples=None):
    rows = samples if samples is not None else [sample(number) for number in range(12)]
    write_table(folder / "samples.parquet", Sample, [*rows, sample(90, "train")])
    (folder / "leakage.json").write_text(json.dumps({"clean": True, "odd": HOSTILE}))


def write_base_model(folder):
    (folder / "model").mkdir()
    (folder / "model" / "config.json").write_text('{"model_type": "qwen2"}')
    header = json.dumps({"w": {"dtype": "F32", "shape": [1000, 2500], "data_offsets": [0, 0]}}).encode()
    (folder / "model" / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    write_log(folder)


def write_inference(folder, rows=None):
    write_table(folder / "generations.parquet", Generation, generations() if rows is None else rows)
    (folder / "servers.json").write_text(json.dumps({"server-1": {"build": HOSTILE, "n_slots": 4}}))


def write_run(root, rows=None, samples=None, adapter_works=True):
    speed = {"n_generated": 12, "tokens_per_s": 84.2, "seconds": 14.0, "n_busy_slots_per_decode": [3.5]}
    facts = {"speed": {"base": speed, "tuned": speed}, "adapter_changes_answers": adapter_works}
    write_stage(root, "mining", lambda _: None)
    write_stage(root, "dataset", lambda folder: write_dataset(folder, samples))
    write_stage(root, "base_model", write_base_model, name="seedling", facts={"train_s": 61.5})
    write_stage(root, "training", write_log)
    write_stage(root, "inference", lambda folder: write_inference(folder, rows), facts=facts)


def evaluate(root, settings=SETTINGS, **options):
    places = [str(root / name) for name in ("dataset", "inference", "training", "base_model")]
    output = options.pop("output", str(root / "evaluation"))
    return run(settings, *places, output, mining=str(root / "mining"), **options)


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory):
    """Root of a run whose evaluation is finished."""
    root = tmp_path_factory.mktemp("run")
    write_run(root)
    evaluate(root)
    return root


@pytest.fixture
def run_writer():
    """``write_run``, ``evaluate`` and the row builders, for tests that change the inputs."""
    from types import SimpleNamespace

    return SimpleNamespace(
        write_run=write_run,
        evaluate=evaluate,
        generations=generations,
        generation=generation,
        sample=sample,
        hostile=HOSTILE,
    )
