"""What classes of the task SDK refuse when they are built; Airflow 3.3.2 says the same of each row."""

from __future__ import annotations

import pytest

from airflownet.judge.verdict import judge_code

_HEAD = """
from datetime import datetime, time, timedelta
from airflow.sdk import *
from airflow.providers.standard.sensors.time import TimeSensor

def shout(text=None): ...
async def ashout(text=None): ...
class K:
    def m(self): ...
    async def am(self): ...
QUEUED = DeadlineReference.DAGRUN_QUEUED_AT
DAY = timedelta(days=1)
with DAG("d", start_date=datetime(2024, 1, 1), schedule=None):
    x = {}
"""
FAILS = {
    "AsyncCallback(shout)": "AttributeError",
    "AsyncCallback(lambda: 1)": "AttributeError",
    "AsyncCallback(K().m)": "AttributeError",
    "AsyncCallback(K)": "AttributeError",
    "AsyncCallback(print)": "AttributeError",
    "AsyncCallback('a-b.c')": "ImportError",
    "AsyncCallback(None)": "ImportError",
    "AsyncCallback(['a.b'])": "ImportError",
    "AsyncCallback(ashout, {'context': 1})": "ValueError",
    "SyncCallback('bad path')": "ImportError",
    "DeadlineAlert(QUEUED, DAY, shout)": "ValueError",
    "DeadlineAlert(QUEUED, DAY, 'a.b')": "ValueError",
    "DeadlineAlert(QUEUED, DAY, callback=K())": "ValueError",
    "DeadlineAlert(QUEUED, DAY, callback=AsyncCallback)": "ValueError",
    "DeadlineReference.AVERAGE_RUNTIME(5, 0)": "ValueError",
    "DeadlineReference.AVERAGE_RUNTIME(-1)": "ValueError",
    "DeadlineReference.AVERAGE_RUNTIME('5')": "TypeError",
    "FixedKeyMapper('')": "ValueError",
    "FixedKeyMapper(5)": "ValueError",
    "FixedKeyMapper('a', max_downstream_keys=0)": "ValueError",
    "SegmentWindow([])": "ValueError",
    "SegmentWindow(['a', ''])": "ValueError",
    "SegmentWindow(['a', 1])": "ValueError",
    "SegmentWindow(5)": "TypeError",
    "MinimumCount(0)": "ValueError",
    "RollupMapper(upstream_mapper=StartOfDayMapper(), window=SegmentWindow(['a']))": "TypeError",
    "RollupMapper(upstream_mapper=IdentityMapper(), window=HourWindow())": "TypeError",
    "RollupMapper(upstream_mapper='a', window=DayWindow())": "AttributeError",
    "FanOutMapper(upstream_mapper=StartOfDayMapper(), window=HourWindow())": "ValueError",
    "FanOutMapper(upstream_mapper=StartOfDayMapper(), window=None)": "ValueError",
    "StartOfDayMapper(timezone='Nowhere/Land')": "InvalidTimezone",
    "DayWindow(direction='sideways')": "ValueError",
    "RetryRule('ValueError')": "ValueError",
    "RetryRule(exception=['a.b', 'b'])": "ValueError",
    "TimeSensor(task_id='a', target_time='01:00')": "TypeError",
    "TimeSensor(task_id='a', target_time=None)": "TypeError",
    "TimeSensor(task_id='a', target_time=datetime(2024, 1, 1))": "TypeError",
}
LOADS = [
    "AsyncCallback(ashout)",
    "AsyncCallback(K().am)",
    "AsyncCallback('a.b.c', {'text': 1})",
    "SyncCallback(shout, executor='x')",
    "DeadlineAlert(QUEUED, DAY, AsyncCallback('a.b'))",
    "DeadlineReference.AVERAGE_RUNTIME()",
    "DeadlineReference.AVERAGE_RUNTIME(max_runs=0, min_runs=3)",
    "FixedKeyMapper('a', max_downstream_keys=2)",
    "SegmentWindow('ab')",
    "MinimumCount(-1)",
    "RollupMapper(upstream_mapper=StartOfDayMapper(), window=DayWindow())",
    "RollupMapper(upstream_mapper=FixedKeyMapper('a'), window=SegmentWindow(['a']))",
    "FanOutMapper(upstream_mapper=StartOfDayMapper(), window=DayWindow())",
    "StartOfDayMapper(timezone='Europe/Berlin')",
    "DayWindow(direction='backward')",
    "RetryRule(ValueError)",
    "TimeSensor(task_id='a', target_time=time(1))",
]


@pytest.mark.parametrize(("expression", "exception"), FAILS.items(), ids=list(FAILS))
def test_refuses(expression: str, exception: str) -> None:
    verdict = judge_code(_HEAD.replace("{}", expression))
    assert (verdict.outcome.value, verdict.reason.partition(":")[0]) == ("fails", exception)


@pytest.mark.parametrize("expression", LOADS)
def test_takes(expression: str) -> None:
    verdict = judge_code(_HEAD.replace("{}", expression))
    assert (verdict.outcome.value, verdict.reason) == ("loads", "")


def test_a_synchronous_callback_is_of_3_2() -> None:
    expression = "DeadlineAlert(QUEUED, DAY, SyncCallback(shout))"
    head = "from airflow.sdk.definitions.deadline import *\n" + _HEAD.replace("import *", "import DAG", 1)
    code = head.replace("{}", expression)
    assert [judge_code(code, airflow=line).outcome.value for line in ("3.1", "3.2")] == ["fails", "loads"]
