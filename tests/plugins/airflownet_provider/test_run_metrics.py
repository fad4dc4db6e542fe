"""The metrics of a stage as a StatsD server receives them."""

from __future__ import annotations

import json
import socket

import pytest
from airflow.sdk._shared.observability.metrics.base_stats_logger import NoStatsLogger
from airflow.sdk._shared.observability.metrics.statsd_logger import SafeStatsdLogger
from airflow.sdk.observability import stats

from airflownet.artifacts import StageResult
from airflownet.errors import NetworkError
from airflownet_provider.run_metrics import tell_failed, tell_finished

statsd = pytest.importorskip("statsd")


@pytest.fixture
def received():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(2)
        client = statsd.StatsClient(port=server.getsockname()[1], prefix="airflow")
        stats.initialize(factory=lambda: SafeStatsdLogger(client), export_legacy_names=False)

        def lines(count: int) -> dict[str, str]:
            found = [server.recv(1000).decode().split(":", 1) for _ in range(count)]
            return dict(found)

        yield lines
    stats.initialize(factory=NoStatsLogger, export_legacy_names=False)


def test_a_finished_stage(received, tmp_path):
    facts = {"speed": {"base": {"tokens_per_s": 120.5}, "tuned": {"tokens_per_s": 110.0}}}
    (tmp_path / "manifest.json").write_text(json.dumps({"facts": facts}))
    tell_finished(StageResult("inference", str(tmp_path), {"kept": 8}, False, 2.5), "small")
    assert received(5) == {
        "airflow.airflownet.inference.finished": "1|c",
        "airflow.airflownet.inference.seconds": "2500.000000|ms",
        "airflow.airflownet.inference.kept": "8|g",
        "airflow.airflownet.inference.tokens_per_s.base": "120.5|g",
        "airflow.airflownet.inference.tokens_per_s.tuned": "110.0|g",
    }


def test_the_memory_of_a_training_on_a_gpu(received, tmp_path):
    (tmp_path / "manifest.json").write_text(
        json.dumps({"facts": {"peak_gpu_bytes": 9, "peak_memory_bytes": 7}})
    )
    tell_finished(StageResult("training", str(tmp_path), {}, False, 1.0), "small")
    assert received(4) == {
        "airflow.airflownet.training.finished": "1|c",
        "airflow.airflownet.training.seconds": "1000.000000|ms",
        "airflow.airflownet.training.peak_gpu_memory_bytes": "9.0|g",
        "airflow.airflownet.training.peak_memory_bytes": "7.0|g",
    }


def test_a_stage_that_was_finished_already(received, tmp_path):
    tell_finished(StageResult("quality gate", str(tmp_path), {"kept": 8}, True, 0.0), "small")
    assert received(1) == {"airflow.airflownet.quality_gate.skipped": "1|c"}


def test_a_failure_is_counted_by_its_kind(received):
    tell_failed("mine", NetworkError("no answer", "connect"))
    assert received(1) == {"airflow.airflownet.failed.NetworkError": "1|c"}
