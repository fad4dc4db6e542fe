import json

import pytest
from typer import Typer
from typer.testing import CliRunner

from airflownet.cli.doctor import doctor
from airflownet.toolchain.doctor.examine import examine, is_ready
from airflownet.toolchain.doctor.finding import Finding, State


@pytest.fixture
def bare_machine(tmp_path, monkeypatch, separate_cache):
    """Nothing set up: an empty cache, and no llama.cpp, compiler or key anywhere."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("CC", "CXX", "AIRFLOWNET_TRAIN_PYTHON", "AIRFLOWNET_LLAMA_CPP_DIR", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-very-secret")


def by_name(findings):
    return {finding.name: finding for finding in findings}


def test_everything_missing_is_found_with_a_remedy(bare_machine):
    findings = examine(quick=True)
    missing = {finding.name for finding in findings if finding.state is State.MISSING}
    assert {"C compiler", "C++ compiler", "git", "make", "training", "llama-server"} <= missing
    assert not is_ready(findings)
    for finding in findings:
        assert bool(finding.remedy) == (finding.state is not State.PRESENT), finding


def test_present_python_airflow_and_entry_point_are_seen(bare_machine):
    found = by_name(examine(quick=True))
    assert found["Python"].state is State.PRESENT
    assert found["Airflow"].detail.startswith("3.3.")
    assert found["provider entry point"].detail.startswith("airflownet_provider:get_provider_info")


def test_keys_are_told_and_never_shown(bare_machine):
    found = by_name(examine(quick=True))
    assert found["ANTHROPIC_API_KEY"].state is State.PRESENT
    assert found["GITHUB_TOKEN"].state is State.OPTIONAL
    assert "sk-very-secret" not in repr(examine(quick=True))


def test_optional_things_do_not_make_the_answer_no():
    assert is_ready([Finding("f", "a", State.PRESENT, ""), Finding("f", "b", State.OPTIONAL, "", "r")])
    assert not is_ready([Finding("f", "a", State.MISSING, "", "r")])


def test_full_disk_is_missing(bare_machine, full_disk):
    found = by_name(examine(quick=True))
    assert found["disk for artifacts"].state is State.MISSING
    assert "AIRFLOWNET_CACHE_DIR" in found["disk for the cache"].remedy


def run(*arguments):
    app = Typer()
    app.command()(doctor)
    return CliRunner().invoke(app, ["--quick", *arguments])


def test_command_exits_1_when_something_is_missing(bare_machine):
    answer = run()
    assert answer.exit_code == 1
    assert "make setup" in answer.stdout


def test_json_is_for_programs(bare_machine):
    answer = run("--format", "json")
    report = json.loads(answer.stdout)
    assert report["ready"] is False
    assert {"family", "name", "state", "detail", "remedy"} == set(report["findings"][0])
