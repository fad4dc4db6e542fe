"""What is said before training when rows are too long."""

import pytest

from airflownet.training.chat_dataset import ChatDataset, length_notice


@pytest.mark.parametrize(
    ("kept", "too_long", "notice"),
    [
        pytest.param([90] * 5, [200] * 5, "", id="half is not most"),
        pytest.param(
            [90] * 4,
            [200] * 5 + [900],
            "training.max_length 100 drops 6 of 10 training rows (60%); "
            "900 would keep 90%, 900 would keep all",
            id="most",
        ),
        pytest.param(
            [90] * 8,
            list(range(101, 181)) + [900] * 2,
            "training.max_length 100 drops 82 of 90 training rows (91%); "
            "174 would keep 90%, 900 would keep all",
            id="a few very long ones",
        ),
    ],
)
def test_notice_names_the_limits_that_keep_more(kept, too_long, notice):
    examples = [{"input_ids": [0] * n, "labels": [0] * n} for n in kept]
    assert length_notice(ChatDataset(examples=examples, too_long=too_long), 100) == notice
