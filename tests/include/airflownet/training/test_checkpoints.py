import json

import pytest

from airflownet.training.checkpoints import best_checkpoint, is_finished, mark_complete, newest_checkpoint


def make_checkpoint(folder, step, *, complete=True, max_steps=100, **state):
    path = folder / f"checkpoint-{step}"
    path.mkdir()
    state |= {"global_step": step, "max_steps": max_steps}
    (path / "trainer_state.json").write_text(json.dumps(state))
    if complete:
        mark_complete(path)
    return path


def test_newest_is_by_number_not_by_name(tmp_path):
    make_checkpoint(tmp_path, 9)
    newest = make_checkpoint(tmp_path, 10)
    assert newest_checkpoint(tmp_path) == newest


def test_half_written_checkpoint_is_removed(tmp_path):
    whole, half = make_checkpoint(tmp_path, 5), make_checkpoint(tmp_path, 6, complete=False)
    assert newest_checkpoint(tmp_path) == whole
    assert not half.exists()


def test_no_checkpoint(tmp_path):
    assert newest_checkpoint(tmp_path / "none") is None


@pytest.mark.parametrize(("step", "finished"), [(99, False), (100, True), (101, True)])
def test_finished(tmp_path, step, finished):
    assert is_finished(make_checkpoint(tmp_path, step)) is finished


@pytest.mark.parametrize(("counter", "finished"), [(1, False), (2, True)])
def test_finished_for_want_of_progress(tmp_path, counter, finished):
    stopping = {
        "args": {"early_stopping_patience": 2},
        "attributes": {"early_stopping_patience_counter": counter},
    }
    state = {"stateful_callbacks": {"EarlyStoppingCallback": stopping}}
    assert is_finished(make_checkpoint(tmp_path, 7, **state)) is finished


def test_best_is_found_by_its_name_where_the_folder_is_now(tmp_path):
    best = make_checkpoint(tmp_path, 2)
    make_checkpoint(tmp_path, 4, best_model_checkpoint="/elsewhere/checkpoint-2")
    assert best_checkpoint(tmp_path) == best
