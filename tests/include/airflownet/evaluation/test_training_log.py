import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from airflownet.evaluation.training_log import loss_summary, read_loss_curve, validation_loss

WIDE = [
    {"step": 1, "loss": 4.0, "eval_loss": None, "num_tokens": 100.0},
    {"step": 2, "loss": 2.0, "eval_loss": None, "num_tokens": 200.0},
    {"step": 2, "loss": None, "eval_loss": 3.0, "num_tokens": 200.0},
]
LONG = [
    {"step": 1, "split": "train", "loss": 4.0, "tokens_seen": 100, "seconds": 0.5},
    {"step": 2, "split": "validation", "loss": 3.0, "tokens_seen": 200, "seconds": 1.0},
    {"step": 2, "split": "train", "loss": 2.0, "tokens_seen": 200, "seconds": 1.0},
]


@pytest.mark.parametrize(
    ("rows", "seconds"), [(WIDE, None), (LONG, 1.0)], ids=["column-per-split", "row-per-split"]
)
def test_reads_the_curve(tmp_path, rows, seconds):
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "training_log.parquet")
    curve = read_loss_curve(tmp_path, "Adapter")
    assert curve.train == ((1, 4.0), (2, 2.0))
    assert curve.validation == ((2, 3.0),)
    figures = loss_summary(curve)
    assert (figures.n_steps, figures.first_loss, figures.last_loss) == (2, 4.0, 2.0)
    assert (figures.tokens_seen, figures.seconds) == (200, seconds)
    assert validation_loss(figures) == "3.000, measured once"


def test_no_log_is_no_curve(tmp_path):
    assert read_loss_curve(tmp_path, "Adapter") is None


def test_a_loss_that_is_not_a_number_is_left_out(tmp_path):
    rows = [{"step": 1, "loss": float("nan"), "eval_loss": None}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "training_log.parquet")
    assert read_loss_curve(tmp_path, "Adapter") is None
