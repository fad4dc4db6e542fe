import json

import pytest

from airflownet.training.checkpoints import is_finished, mark_complete, newest_checkpoint


def make_checkpoint(folder, step, *, complete=True, max_steps=100):
    path = folder / f"checkpoint-{step}"
    path.mkdir()
    (path / "trainer_state.json").write_text(json.dumps({"global_step": step, "max_steps": max_steps}))
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
