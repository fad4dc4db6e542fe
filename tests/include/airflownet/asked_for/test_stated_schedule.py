"""When a request wants its DAG to run: the time of day and the days of the week, as people write them."""

from __future__ import annotations

import pytest

from airflownet.asked_for import read_request
from airflownet.asked_for.stated_schedule import stated_schedule
from airflownet.generation.wanted import Wanted


@pytest.mark.parametrize(
    ("said", "schedule"),
    [
        ("every night at 2", "0 2 * * *"),
        ("at 2 every night", "0 2 * * *"),
        ("every night at 2, and", "0 2 * * *"),
        ("every night at 2 am", "0 2 * * *"),
        ("every night at 2:30", "30 2 * * *"),
        ("every night at 11", "0 23 * * *"),
        ("every night at 12", "0 0 * * *"),
        ("nightly at 02:00 UTC", "0 2 * * *"),
        ("daily at 14:30", "30 14 * * *"),
        ("daily at 25:99", "@daily"),
        ("every day at 2 p.m.", "0 14 * * *"),
        ("every day at 12 am", "0 0 * * *"),
        ("every day at noon", "0 12 * * *"),
        ("each day at midnight", "0 0 * * *"),
        ("every day at 6 in the evening", "0 18 * * *"),
        ("every day at 3:15 in the afternoon", "15 15 * * *"),
        ("every day at 5 o'clock", "0 5 * * *"),
        ("every morning at 6", "0 6 * * *"),
        ("every evening at 6", "0 18 * * *"),
        ("every evening", "@daily"),
        ("every Monday at 6", "0 6 * * 1"),
        ("on Mondays at 6 am", "0 6 * * 1"),
        ("every Monday and Thursday at 8:00", "0 8 * * 1,4"),
        ("every Monday, Wednesday, and Friday at noon", "0 12 * * 1,3,5"),
        ("every Monday to Friday at 9", "0 9 * * 1-5"),
        ("every Thursday through Sunday", "0 0 * * 4-7"),
        ("weekly on Sunday at midnight", "0 0 * * 0"),
        ("every week on Friday at 17:00", "0 17 * * 5"),
        ("on weekdays at 7", "0 7 * * 1-5"),
        ("every weekday at 18:45", "45 18 * * 1-5"),
        # An amount, or a rhythm that has no time of day.
        ("daily at 2 locations", "@daily"),
        ("every day at 2.5 degrees", "@daily"),
        ("every day at 80% load", "@daily"),
        ("every hour at 15", "@hourly"),
        ("every week at 17:00", "0 17 * * 0"),
        # Days and times in one phrase, as the describer and people write them.
        ("at 06:00 on Monday", "0 6 * * 1"),
        ("at 02:30 on Saturday and Sunday", "30 2 * * 0,6"),
        ("at 09:00, Monday through Friday", "0 9 * * 1-5"),
        ("Mondays at 8", "0 8 * * 1"),
        ("every weekend", "0 0 * * 0,6"),
        ("every month on the 15th at 3 am", "0 3 15 * *"),
        ("at 03:00 on day 15 of the month", "0 3 15 * *"),
        ("on the first day of every month at 6", "0 6 1 * *"),
        ("on the last day of the month", "0 0 L * *"),
        ("at 07:00 on day 1 and 15 of the month", "0 7 1,15 * *"),
        ("every hour at 15 minutes past the hour", "15 * * * *"),
        ("every day at 08:00 and 20:00", "0 8,20 * * *"),
        ("twice a day", "0 */12 * * *"),
        ("every day at 1 am, 5 retries", "0 1 * * *"),
        ("at 9 am and 5 pm every day", "0 9,17 * * *"),
        ("at 14:30", "30 14 * * *"),
        ("one time only", "@once"),
    ],
)
def test_times_and_days_as_people_write_them(said: str, schedule: str) -> None:
    assert Wanted(f"A DAG that copies a file from S3 to GCS {said} with Python.").schedule == f'"{schedule}"'
    assert Wanted(f"{said[0].upper()}{said[1:]} copy a file from S3 to GCS.").schedule == f'"{schedule}"'


@pytest.mark.parametrize(
    "said",
    ["daily at 5:30", "every night at 2", "on weekdays at 7", "weekly on Monday at 6 am", "every evening"],
)
def test_when_it_runs_is_no_work(said: str) -> None:
    assert not read_request(f"run it {said}").deeds


@pytest.mark.parametrize("text", ["A DAG about Mondays.", "It waits at 2 places.", "Copy it on Monday."])
def test_no_schedule_is_read_where_none_is_stated(text: str) -> None:
    assert stated_schedule(text) is None
