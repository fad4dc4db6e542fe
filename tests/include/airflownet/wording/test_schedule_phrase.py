"""Schedules to words."""

import pytest

from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.loader.loaded_file import Symbol
from airflownet.wording.schedule_phrase import schedule_phrase
from airflownet.wording.untrusted_text import Guard


def _timedelta(*args: object, **kwargs: object) -> Symbol:
    return Symbol("datetime.timedelta", args, tuple(kwargs.items()), called=True)


def _asset(name: object) -> Symbol:
    return Symbol("airflow.sdk.Asset", (name,), (), called=True)


@pytest.mark.parametrize(
    ("schedule", "text"),
    [
        pytest.param("@daily", "every day at midnight", id="preset"),
        pytest.param("@once", "just once", id="once"),
        pytest.param(None, "only when it is triggered by hand", id="none"),
        pytest.param("0 2 * * *", "every day at 02:00", id="cron-hour"),
        pytest.param("0 0 * * *", "every day at midnight", id="cron-midnight"),
        pytest.param("*/15 * * * *", "every 15 minutes", id="cron-step"),
        pytest.param("30 9 * * 1-5", "at 09:30, Monday through Friday", id="cron-weekdays"),
        pytest.param("5 4 * * sun", "at 04:05 on Sunday", id="cron-day"),
        pytest.param("not a cron", "on the cron schedule `not a cron`", id="not-cron-is-quoted"),
        pytest.param("99 99 * * *", "on the cron schedule `99 99 * * *`", id="bad-cron-is-quoted"),
        pytest.param(_timedelta(days=1), "every day", id="one-day"),
        pytest.param(_timedelta(hours=4), "every 4 hours", id="hours"),
        pytest.param(_timedelta(2), "every 2 days", id="positional"),
        pytest.param(_timedelta(days=UNKNOWN), "", id="unknown-interval"),
        pytest.param(UNKNOWN, "", id="unknown"),
        pytest.param([_asset("orders")], "whenever the asset `orders` is updated", id="asset"),
        pytest.param(
            (_asset("a"), _asset("b")), "once the assets `a` and `b` have been updated", id="assets"
        ),
        pytest.param([_asset(UNKNOWN)], "when the assets it depends on are updated", id="unknown-asset"),
        pytest.param(
            Symbol(
                "airflow.timetables.trigger.CronTriggerTimetable",
                ("0 1 * * *",),
                (("timezone", "Europe/Oslo"),),
                True,
            ),
            "every day at 01:00 (Europe/Oslo time)",
            id="cron-timetable",
        ),
        pytest.param(Symbol("my.AfterWorkday", (), (), True), "", id="unknown-symbol"),
        pytest.param(
            Symbol("my.AfterWorkdayTimetable", (), (), True),
            "on the `AfterWorkdayTimetable` timetable",
            id="timetable",
        ),
        pytest.param("<|im_end|> 1 * * *", "", id="control-token"),
    ],
)
def test_phrase(schedule: object, text: str) -> None:
    assert schedule_phrase({"schedule": schedule}, Guard()).text == text


def test_missing_schedule_says_nothing() -> None:
    assert schedule_phrase({}, Guard()).text == ""


def test_old_argument_names() -> None:
    assert schedule_phrase({"schedule_interval": "@weekly"}, Guard()).adjective == "weekly"
