"""``airflownet setup``: both tools are made at once, and a failure of one does not lose the other."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from airflownet.cli.main import typer_app as app
from airflownet.errors import NetworkError, SetupError
from airflownet.toolchain.llama_cpp import LlamaCpp

PYTHON = Path("/cache/envs/train/bin/python")
PROGRAMS = Path("/cache/llama.cpp/bin")
TOOLS = LlamaCpp(
    server=PROGRAMS / "llama-server",
    quantize=PROGRAMS / "llama-quantize",
    batched_bench=PROGRAMS / "llama-batched-bench",
    convert_hf_to_gguf=PROGRAMS / "convert_hf_to_gguf.py",
    convert_lora_to_gguf=PROGRAMS / "convert_lora_to_gguf.py",
    version="b1 (abc)",
    origin="built",
)


@pytest.fixture
def makers(monkeypatch):
    """Sets what makes the environment and what makes llama.cpp."""

    def set_makers(environment, llama_cpp):
        monkeypatch.setattr(
            "airflownet.toolchain.training_environment.ensure_training_environment", environment
        )
        monkeypatch.setattr("airflownet.toolchain.llama_cpp.ensure_llama_cpp", llama_cpp)

    return set_makers


def _raise(error):
    raise error


def test_each_is_made_while_the_other_is(makers):
    met = threading.Barrier(2)

    def met_then(result):
        met.wait(30)
        return result

    makers(lambda: met_then(PYTHON), lambda: met_then(TOOLS))
    answer = CliRunner().invoke(app, ["setup"])
    assert answer.exit_code == 0, answer.output
    assert f"Training environment: {PYTHON.parent.parent}\nllama.cpp: b1 (abc) in {PROGRAMS}" in answer.output


def test_a_failed_environment_is_told_before_llama_cpp_is_built(makers, caplog):
    told = threading.Event()

    class Listener(logging.Handler):
        def emit(self, record):
            if "no answer" in record.getMessage():
                told.set()

    listener = Listener()
    logging.getLogger("airflownet.cli.setup").addHandler(listener)
    try:
        makers(
            lambda: _raise(NetworkError("no answer", "connect")),
            lambda: TOOLS if told.wait(30) else _raise(AssertionError("not told")),
        )
        answer = CliRunner().invoke(app, ["setup"])
    finally:
        logging.getLogger("airflownet.cli.setup").removeHandler(listener)
    assert isinstance(answer.exception, NetworkError)


def test_a_failed_build_leaves_the_environment_time_to_finish(makers):
    failed, finished = threading.Event(), []

    def environment():
        failed.wait(30)
        finished.append(True)
        return PYTHON

    def llama_cpp():
        failed.set()
        raise SetupError("compiling llama.cpp failed", "read the log")

    makers(environment, llama_cpp)
    assert isinstance(CliRunner().invoke(app, ["setup"]).exception, SetupError)
    assert finished == [True]


@pytest.mark.parametrize(
    ("option", "said"),
    [("--no-training", "llama.cpp: b1 (abc)"), ("--no-llama-cpp", "Training environment:")],
)
def test_one_alone(makers, option, said):
    unwanted = {
        "--no-training": lambda: _raise(AssertionError("training")),
        "--no-llama-cpp": lambda: _raise(AssertionError("llama.cpp")),
    }[option]
    makers(
        unwanted if option == "--no-training" else lambda: PYTHON,
        unwanted if option == "--no-llama-cpp" else lambda: TOOLS,
    )
    answer = CliRunner().invoke(app, ["setup", option])
    assert answer.exit_code == 0, answer.output
    assert said in answer.output
