"""Out of memory: half the batch, remembered beside the checkpoints; a killed worker ends the try."""

import pytest

from airflownet.training import stage
from airflownet.training.failures import OutOfMemoryError, WorkerKilledError
from airflownet.training.settings import TrainingSettings
from airflownet.training.smaller_batch import halve_batch, with_smaller_batch


@pytest.mark.parametrize(
    ("rows", "passes", "then"),
    [
        pytest.param(4, 1, (2, 2), id="half"),
        pytest.param(2, 8, (1, 16), id="to one"),
        pytest.param(3, 2, (1, 6), id="odd"),
        pytest.param(1, 16, None, id="nothing left"),
    ],
)
def test_the_step_keeps_its_rows(tmp_path, rows, passes, then):
    settings = TrainingSettings(per_device_train_batch_size=rows, gradient_accumulation_steps=passes)
    smaller = halve_batch(settings, tmp_path)
    found = smaller and (smaller.per_device_train_batch_size, smaller.gradient_accumulation_steps)
    assert found == then
    assert with_smaller_batch(settings, tmp_path) == (smaller or settings)


def fits(most_rows, error=OutOfMemoryError):
    """A worker that runs out of memory with more rows at once."""

    def run_worker(_module, spec, _scratch, _description):
        rows = spec["settings"]["per_device_train_batch_size"]
        if rows > most_rows:
            raise error(f"no room for {rows}", "less")
        return {"facts": {}, "passes": spec["settings"]["gradient_accumulation_steps"]}

    return run_worker


def test_the_same_run_goes_on_with_less(tmp_path, monkeypatch):
    monkeypatch.setattr(stage, "run_worker", fits(1))
    result = stage.fit_into_memory(TrainingSettings(per_device_train_batch_size=4), {}, tmp_path)
    assert (result["facts"]["rows_per_pass"], result["passes"]) == (1, 4)


def test_one_row_too_much_is_final(tmp_path, monkeypatch):
    monkeypatch.setattr(stage, "run_worker", fits(0, WorkerKilledError))
    with pytest.raises(OutOfMemoryError, match="no room for 1") as caught:
        stage.fit_into_memory(TrainingSettings(per_device_train_batch_size=1), {}, tmp_path)
    assert type(caught.value) is OutOfMemoryError
    assert "max_length" in caught.value.remedy


def test_a_killed_worker_leaves_the_next_try_half(tmp_path, monkeypatch):
    settings = TrainingSettings(per_device_train_batch_size=4)
    monkeypatch.setattr(stage, "run_worker", fits(2, WorkerKilledError))
    with pytest.raises(WorkerKilledError):
        stage.fit_into_memory(settings, {}, tmp_path)
    assert stage.fit_into_memory(settings, {}, tmp_path)["facts"]["rows_per_pass"] == 2
