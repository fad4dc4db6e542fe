from __future__ import annotations

import dataclasses
import json
import os
import signal
import socket
import time
from pathlib import Path

import pytest

from airflownet.errors import InputError, ServerError
from airflownet.llama.errors import PortTakenError, ServerStartError
from airflownet.llama.process import group_members, is_alive
from airflownet.llama.readiness import context_tokens, read_props
from airflownet.llama.server import managed_server, read_record, restart_server, start_server, stop_server
from airflownet.llama.server_spec import ServerHandle, ServerSpec

pytestmark = pytest.mark.llama


def test_it_offers_what_was_asked_for(server: ServerHandle, spec: ServerSpec) -> None:
    props = read_props(server.base_url)
    assert (props["total_slots"], context_tokens(props)) == (spec.n_slots, spec.context_tokens_per_slot)
    assert props["model_alias"] == server.alias
    assert len(server.model_sha256) == len(server.adapter_sha256) == 64
    assert ServerHandle.from_json(json.loads(json.dumps(server.to_json()))) == server


def test_a_retry_finds_the_server_and_teardown_ends_it(spec: ServerSpec, tmp_path: Path) -> None:
    first = start_server(spec, tmp_path)
    try:
        assert start_server(spec, tmp_path) == first
        smaller = start_server(dataclasses.replace(spec, n_slots=2), tmp_path)
        assert not is_alive(first.process)
        assert read_props(smaller.base_url)["total_slots"] == 2
        os.kill(smaller.pid, signal.SIGKILL)
        again = restart_server(smaller)
        assert again.pid != smaller.pid
    finally:
        # The handle of the first task is what teardown holds; the record leads to the successor.
        assert stop_server(first) is True
    assert not is_alive(again.process)
    assert stop_server(first) is False
    assert read_record(tmp_path) is None
    assert "listening" in (tmp_path / "llama-server.log").read_text()


def test_a_killed_wait_leaves_a_record_that_a_retry_uses(spec: ServerSpec, tmp_path: Path) -> None:
    handle = start_server(spec, tmp_path)
    record = tmp_path / "server.json"
    record.write_text(json.dumps({**handle.to_json(), "alias": "another", "model_sha256": ""}))
    again = start_server(spec, tmp_path)
    try:
        assert again.pid != handle.pid
        assert not group_members(handle.process)
    finally:
        stop_server(again)


def test_a_taken_port_is_named(spec: ServerSpec, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=str(port)) as caught:
            start_server(dataclasses.replace(spec, port=port), tmp_path)
    assert "setting port" in caught.value.remedy


def test_a_process_that_dies_is_reported_at_once(spec: ServerSpec, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    started = time.monotonic()
    with pytest.raises(ServerStartError, match="failed to load model") as caught:
        start_server(dataclasses.replace(spec, model=str(broken)), tmp_path)
    assert time.monotonic() - started < 20
    assert "llama-server.log" in caught.value.remedy
    assert read_record(tmp_path) is None


def test_a_context_the_model_cannot_have_is_an_error(spec: ServerSpec, tmp_path: Path) -> None:
    with pytest.raises(ServerStartError, match="4096 tokens of context per slot, 8192 were asked for"):
        start_server(dataclasses.replace(spec, context_tokens_per_slot=8192), tmp_path)
    assert read_record(tmp_path) is None


def test_a_missing_model_is_named(spec: ServerSpec, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.gguf"):
        start_server(dataclasses.replace(spec, model=str(tmp_path / "gone.gguf")), tmp_path)


def test_teardown_on_another_machine_says_so(server: ServerHandle) -> None:
    with pytest.raises(ServerError, match="another-host"):
        stop_server(dataclasses.replace(server, host="another-host"))


def test_the_users_settings_do_not_leak_in_and_the_key_is_asked_for(
    spec: ServerSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLAMA_ARG_CTX_CHECKPOINTS", "not a number")
    monkeypatch.setenv("LLAMA_ARG_API_PREFIX", "/elsewhere")
    with managed_server(spec, tmp_path, api_key="s3cret") as handle:
        with pytest.raises(ServerError, match="401"):
            read_props(handle.base_url)
        assert read_props(handle.base_url, "s3cret")["total_slots"] == 4
        written = (tmp_path / "server.json").read_text() + (tmp_path / "llama-server.log").read_text()
        command_lines = " ".join(" ".join(process.cmdline()) for process in group_members(handle.process))
        assert "s3cret" not in written + command_lines
    assert not group_members(handle.process)
