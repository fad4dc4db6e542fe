"""PostgreSQL, Redis, the S3 server and llama-server: how each is started and when it is ready."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from airflownet.errors import SetupError
from cluster.plan import BUCKET, HOST, Plan
from cluster.processes import LOG, find, start
from cluster.programs import DATABASE_USER, as_database_user, program
from cluster.topology import BROKER, DATABASE, LLAMA_SERVER, REDIS_OPTIONS

S3_SERVER = "s3-server"
_PATIENCE_S = 120.0


def start_database(plan: Plan) -> None:
    """Starts PostgreSQL on its data; makes data, user and database where there are none."""
    folder = plan.database_folder
    environment = {"LC_ALL": "C.UTF-8"}
    is_new = not (folder / "PG_VERSION").is_file()
    if is_new:
        _make_database(plan, folder)
    port = str(plan.ports["postgres"])
    words = [program("postgres"), "-D", str(folder), "-p", port, "-h", HOST, "-k", ""]
    words += ["-c", "max_connections=200"]
    start(plan, DATABASE, as_database_user(words), environment, directory=Path("/"))
    question = [program("pg_isready"), "--host", HOST, "--port", port, "--quiet"]
    wait(plan, DATABASE, lambda: subprocess.run(question, check=False).returncode == 0)
    if is_new:
        address = f"postgresql://airflow@{HOST}:{port}/postgres"
        secret = {**os.environ, "PGPASSWORD": plan.secrets["postgres"]}  # everyone can read a command line
        _run([program("psql"), address, "--quiet", "--command", "CREATE DATABASE airflow"], secret)


def _make_database(plan: Plan, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    password = folder.with_name(folder.name + ".password")
    password.touch(mode=0o600)
    password.write_text(plan.secrets["postgres"])
    if os.geteuid() == 0:
        for path in (folder, password):
            shutil.chown(path, DATABASE_USER, DATABASE_USER)
    words = ["--pgdata", str(folder), "--username", "airflow", "--pwfile", str(password)]
    words += ["--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale"]
    try:
        _run(as_database_user([program("initdb"), *words]))
    finally:
        password.unlink()


def start_broker(plan: Plan) -> None:
    """Starts Redis, with its queue on disk."""
    folder = plan.folder_of(BROKER)
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "redis.conf"  # not on the command line, where everyone on the machine can read it
    settings.touch(mode=0o600)
    settings.write_text(f'requirepass "{plan.secrets["redis"]}"\ndir "{folder}"\nbind {HOST}\n')
    port = str(plan.ports["redis"])
    start(plan, BROKER, [program("redis-server"), str(settings), "--port", port, *REDIS_OPTIONS], {})
    wait(plan, BROKER, lambda: _answers_ping(plan))


def start_s3(plan: Plan) -> None:
    """Starts the S3 server where the cluster has its own, and makes the bucket."""
    if plan.own_s3:
        python = plan.root / "s3-environment" / "bin" / "python"
        words = ["-m", "moto.server", "--host", HOST, "--port", str(plan.ports["s3"])]
        start(plan, S3_SERVER, [str(python), *words], {})
        wait(plan, S3_SERVER, lambda: _is_open(plan.ports["s3"]))
    code = f"import s3fs; s3fs.S3FileSystem().mkdirs({BUCKET!r}, exist_ok=True)"
    environment = {**os.environ, **plan.environment("")}
    (plan.root / "shell" / "tmp").mkdir(parents=True, exist_ok=True)
    _run([str(plan.python), "-c", code], environment)


def start_llama(plan: Plan) -> None:
    """Starts llama-server with the flags that AirflowNet's check demands, where a model is given."""
    from airflownet.llama.server_spec import ServerSpec
    from airflownet.toolchain.llama_cpp import find_llama_cpp

    if not plan.llama_model:
        return
    spec = ServerSpec(
        model=plan.llama_model, adapter=plan.llama_adapter, n_slots=4, context_tokens_per_slot=2048, threads=1
    )
    port = plan.ports["llama"]
    command = spec.command(str(find_llama_cpp().server), port, "airflownet-cluster")
    start(plan, LLAMA_SERVER, command, {})
    wait(plan, LLAMA_SERVER, lambda: answers(f"http://{HOST}:{port}/health"))


def answers(address: str) -> bool:
    """Returns whether a GET of the address succeeds."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError, ValueError):
        return False


def wait(plan: Plan, name: str, is_ready: Callable[[], bool], patience_s: float = _PATIENCE_S) -> None:
    """Waits until a process is ready.

    Raises:
        SetupError: it ended, or took too long; with the end of its log.
    """
    deadline = time.monotonic() + patience_s
    while not is_ready():
        ended = find(plan, name) is None
        if ended or time.monotonic() > deadline:
            path = plan.folder_of(name) / LOG
            what = "ended" if ended else f"was not ready after {patience_s:.0f} s"
            raise SetupError(f"{name} {what}:\n{_end_of(path)}", f"read {path}; then make cluster-down")
        time.sleep(0.3)


def _answers_ping(plan: Plan) -> bool:
    try:
        with socket.create_connection((HOST, plan.ports["redis"]), timeout=2) as connection:
            connection.sendall(f"AUTH {plan.secrets['redis']}\r\nPING\r\n".encode())
            time.sleep(0.1)
            return b"PONG" in connection.recv(1000)
    except OSError:
        return False


def _is_open(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=2):
            return True
    except OSError:
        return False


def _end_of(path: Path) -> str:
    return path.read_text(errors="replace")[-2000:] if path.is_file() else ""


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd="/")
    if answer.returncode:
        said = (answer.stderr + answer.stdout).strip()[-2000:]
        raise SetupError(f"{Path(command[0]).name} failed: {said}", "mend the cause and run it again")
