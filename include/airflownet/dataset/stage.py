"""The dataset stage: mined files, verdicts and instructions in; samples in proven splits out.

Output: ``samples.parquet`` (Sample), ``data/`` and ``dataset_dict/`` (the same rows for ``datasets``), the
tables of families, ``leakage.json``, ``statistics.json``, ``changes.json``, the card ``README.md``,
``croissant.json``, ``NOTICE.md``, ``CHANGELOG.md``, ``samples.html`` and ``SHA256SUMS``. Same inputs and
settings: same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

from airflownet.artifacts import StageResult, StageWork, run_stage
from airflownet.dataset.assembly import assemble
from airflownet.dataset.editions import previous_edition
from airflownet.dataset.settings import DatasetSettings

LIBRARIES = ("datasets", "numpy", "pyarrow", "scikit-learn", "tokenizers")


def run(
    settings: DatasetSettings,
    dag_files: str,
    verdicts: str,
    instructions: str,
    output: str,
    *,
    previous: str | None = None,
    synthetic: str | None = None,
    answers: str | None = None,
    benchmarks: Sequence[str] = (),
    fresh: bool = False,
) -> StageResult:
    """Assembles the dataset into ``output`` (path or URL of a folder).

    Args:
        settings: see ``DatasetSettings``.
        dag_files: output of the mining stage; ``tombstones.parquet`` and ``sources.json`` are read too.
        verdicts: output of the judging stage for these files; ``labels.parquet`` is read too.
        instructions: output of the instructions stage for these files.
        output: folder to write.
        previous: output of an earlier dataset run, elsewhere; its families keep their ids and splits. With
            ``keep_editions`` it is found, and kept aside, without being named.
        synthetic: folder with ``rows.parquet`` (``SyntheticRow``), for magpie and replay rows.
        answers: output of an evaluation (``results.parquet``), for repair rows from answers that failed.
        benchmarks: further benchmark files to compare the rows with, beside those of the settings.
        fresh: run even when a finished output is there.

    Raises:
        GateNotMet: a split would be empty, or the proof found a leak; nothing is published.
        ArtifactError: the verdicts are not those of these files and of this Airflow line.
        InputError: a setting needs an input that is not there.
    """
    inputs = {"dag_files": dag_files, "verdicts": verdicts, "instructions": instructions}
    inputs |= {name: place for name, place in (("synthetic", synthetic), ("answers", answers)) if place}
    if previous is None and settings.keep_editions:
        previous = previous_edition(output, inputs)
    if previous:
        inputs["previous"] = previous
    if settings.tokenizer:
        inputs["tokenizer"] = settings.tokenizer
    files = (*settings.benchmarks, *benchmarks)
    inputs |= {f"benchmark_{number:02}": file for number, file in enumerate(files, start=1)}

    def body(work: StageWork) -> None:
        assemble(work, settings)

    return run_stage(
        "dataset",
        settings,
        inputs,
        output,
        body,
        code=("dataset", "families", "judge"),
        libraries=LIBRARIES,
        fresh=fresh,
    )
