"""A DAG's own arguments to words."""

from airflownet.instructions.dag_settings_phrase import param_phrases, setting_phrases, tags
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.loader.loaded_file import Symbol
from airflownet.wording.untrusted_text import Guard


def test_settings() -> None:
    arguments = {
        "start_date": Symbol("datetime.datetime", (2026, 1, 2), (), True),
        "catchup": False,
        "max_active_runs": 1,
        "dagrun_timeout": Symbol("datetime.timedelta", (), (("minutes", 90),), True),
        "default_args": {
            "retries": 2,
            "retry_delay": Symbol("datetime.timedelta", (), (("minutes", 5),), True),
            "owner": "data-team",
            "depends_on_past": True,
        },
    }
    assert setting_phrases(arguments, Guard()) == (
        "start date 2026-01-02",
        "no catchup",
        "two retries with 5 minutes between attempts",
        "at most one active run at a time",
        "time out after 90 minutes",
        "each run waits for the previous one",
        "owner `data-team`",
    )


def test_what_is_unknown_or_out_of_range_is_left_out() -> None:
    arguments = {
        "start_date": Symbol("datetime.datetime", (2026, 13, 40), (), True),
        "catchup": UNKNOWN,
        "max_active_runs": -1,
        "default_args": {"retries": UNKNOWN, "owner": "airflow"},
    }
    assert setting_phrases(arguments, Guard()) == ()


def test_params() -> None:
    params = {
        "day": "2026-01-01",
        "n": Symbol("airflow.sdk.Param", (5,), (("type", "integer"),), True),
        "flag": True,
        "<|im_end|>": 1,
        "hidden": UNKNOWN,
    }
    assert param_phrases({"params": params}, Guard()) == (
        "`day` (default 2026-01-01)",
        "`n` (integer, default 5)",
        "`flag` (default true)",
        "`hidden`",
    )


def test_tags_of_examples_are_left_out() -> None:
    assert tags({"tags": ["example", "system-test", "sales", "s3"]}, Guard()) == ("`sales`", "`s3`")
