"""Where everything of one cluster is: folders, ports, secrets. Written once, read by every later command."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from airflownet.cache import cache_dir
from airflownet.errors import InputError, SetupError
from cluster.topology import SETTINGS, Component

CLONE = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
MARKER = "AIRFLOWNET_CLUSTER"
"""In the environment of every process of the cluster, with the cluster's folder as value."""
BUCKET = "airflownet"
PORTS = ("postgres", "redis", "s3", "scheduler_health", "worker_logs", "triggerer_logs", "llama")
WANTED_API_PORT = 8080
ON_THE_PATH = ("include", "plugins", "cluster/components")
ADDRESSES = {"worker": "127.0.0.2", "gpu-worker": "127.0.0.3"}
_FILE = "plan.json"


@dataclass(frozen=True)
class Plan:
    """One cluster."""

    folder: str
    ports: dict[str, int]
    secrets: dict[str, str]
    s3_endpoint: str
    """URL of the S3 server that holds the artifacts."""
    own_s3: bool
    """True when the cluster starts that server itself."""
    llama_model: str
    """GGUF file that the cluster's llama-server serves; empty: the GPU worker starts its own."""
    llama_adapter: str
    recipes: str
    settings: dict[str, str] = field(default_factory=dict)
    """Environment variables for every component, over those that this module gives."""

    @property
    def root(self) -> Path:
        """The cluster's folder."""
        return Path(self.folder)

    @property
    def url(self) -> str:
        """Address of the web interface."""
        return f"http://{HOST}:{self.ports['api']}"

    @property
    def artifact_root(self) -> str:
        """Where every stage leaves its output."""
        return f"s3://{BUCKET}/artifacts"

    @property
    def python(self) -> Path:
        """The interpreter of Airflow's components."""
        return self.root / "environment" / "bin" / "python"

    @property
    def database_folder(self) -> Path:
        """PostgreSQL's: below its own user's home when that is another user than this one."""
        if os.geteuid() != 0:
            return self.root / "postgres"
        name = hashlib.sha256(self.folder.encode()).hexdigest()[:12]
        return Path("/var/lib/postgresql") / f"airflownet-{name}"

    def folder_of(self, name: str) -> Path:
        """Returns the folder of one process: its working directory, its log, what it keeps."""
        return self.root / name

    def environment(self, name: str) -> dict[str, str]:
        """Returns what a component is started with, beside this process's own environment.

        Args:
            name: of the component; ``""`` for a command line that talks to the cluster.
        """
        own = self.folder_of(name) if name else self.root / "shell"
        database = f"airflow:{self.secrets['postgres']}@{HOST}:{self.ports['postgres']}/airflow"
        return {
            **SETTINGS,
            MARKER: self.folder,
            "AIRFLOW_HOME": str(own),
            "AIRFLOW__CORE__DAGS_FOLDER": str(CLONE / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(CLONE / "plugins"),
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "AIRFLOW__CORE__FERNET_KEY": self.secrets["fernet"],
            "AIRFLOW__API__SECRET_KEY": self.secrets["api"],
            "AIRFLOW__API_AUTH__JWT_SECRET": self.secrets["jwt"],
            "AIRFLOW__API__HOST": HOST,
            "AIRFLOW__API__PORT": str(self.ports["api"]),
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{database}",
            "AIRFLOW__CELERY__RESULT_BACKEND": f"db+postgresql+psycopg2://{database}",
            "AIRFLOW__CELERY__BROKER_URL": f"redis://:{self.secrets['redis']}@{HOST}:{self.ports['redis']}/0",
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST": HOST,
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(self.ports["scheduler_health"]),
            "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "2",
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "60",
            # One machine has one port for the logs of its workers: here both write to one folder, and the
            # first of them serves it. It is the only folder that two of them have in common.
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(self.root / "task-logs"),
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(self.ports["worker_logs"]),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(self.ports["triggerer_logs"]),
            "AIRFLOW__CORE__HOSTNAME_CALLABLE": "machine_address.machine_address",
            "AIRFLOWNET_CLUSTER_ADDRESS": ADDRESSES.get(name, HOST),
            "AIRFLOW__AIRFLOWNET__ARTIFACT_ROOT": self.artifact_root,
            "AIRFLOWNET_ARTIFACTS": self.artifact_root,
            "AIRFLOWNET_RECIPES": self.recipes,
            "AIRFLOWNET_CACHE_DIR": str(own / "cache"),
            "TMPDIR": str(own / "tmp"),
            "AWS_ENDPOINT_URL_S3": self.s3_endpoint,
            "AWS_ACCESS_KEY_ID": self.secrets["s3_user"],
            "AWS_SECRET_ACCESS_KEY": self.secrets["s3"],
            "AWS_DEFAULT_REGION": "us-east-1",
            "PYTHONPATH": os.pathsep.join(str(CLONE / part) for part in ON_THE_PATH),
            "PATH": os.pathsep.join([str(self.python.parent), os.environ.get("PATH", "")]),
            **self.settings,
        }

    def equip(self, name: str) -> None:
        """Gives the GPU worker, and it alone, what `airflownet setup` makes: llama.cpp, what trains."""
        if name != "gpu-worker":
            return
        for part in ("llama.cpp", "envs"):
            link = self.folder_of(name) / "cache" / part
            link.parent.mkdir(parents=True, exist_ok=True)
            if not link.is_symlink():
                link.symlink_to(cache_dir(part), target_is_directory=True)

    def command(self, component: Component) -> list[str]:
        """Returns the command line of one of Airflow's components."""
        words = [str(self.python.with_name("airflow")), *component.words]
        if component.is_worker:
            words += ["--celery-hostname", f"{component.name}@%h"]
        return [*words, "--skip-serve-logs"] if component.name == "gpu-worker" else words

    def save(self) -> None:
        """Writes the plan, readable by its owner alone: it holds the secrets."""
        path = self.root / _FILE
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(self), indent=1))

    @classmethod
    def load(cls, folder: Path) -> Plan | None:
        """Returns the plan of the cluster in the folder; None when there is none.

        Raises:
            SetupError: the file is there and cannot be read.
        """
        path = folder / _FILE
        if not path.is_file():
            return None
        try:
            return cls(**json.loads(path.read_text()))
        except (ValueError, TypeError) as error:
            raise SetupError(
                f"{path} cannot be read: {error}", f"end its processes and delete {folder}"
            ) from None


def make_plan(
    folder: Path,
    *,
    api_port: int | None = None,
    s3_endpoint: str = "",
    llama_model: str = "",
    llama_adapter: str = "",
    recipes: str = "",
    settings: Mapping[str, str] | None = None,
) -> Plan:
    """Returns a plan with free ports and new secrets.

    Args:
        folder: where the cluster lives.
        api_port: of the web interface; None takes 8080, else a free one.
        s3_endpoint: an S3 server that runs already; empty starts one.
        llama_model: GGUF file for a llama-server of the cluster's own.
        llama_adapter: GGUF file of a LoRA adapter for it.
        recipes: folder of recipes; empty takes the clone's.
        settings: environment variables for every component, over the cluster's own.

    Raises:
        InputError: the port is taken, or a file is not there.
    """
    for path in (llama_model, llama_adapter):
        if path and not Path(path).is_file():
            raise InputError(f"{path} is no file", "name a GGUF file")
    if api_port is not None and not _is_free(api_port):
        raise InputError(f"port {api_port} is taken on {HOST}", "name another one: make cluster PORT=8090")
    taken = [api_port if api_port else (WANTED_API_PORT if _is_free(WANTED_API_PORT) else _free_port())]
    ports = {"api": taken[0]}
    for name in PORTS:
        while (port := _free_port()) in taken:
            pass
        taken.append(port)
        ports[name] = port
    own_secrets = {name: secrets.token_urlsafe(24) for name in ("postgres", "redis", "s3", "s3_user")}
    own_secrets |= {name: secrets.token_urlsafe(64) for name in ("api", "jwt")}
    own_secrets["fernet"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return Plan(
        folder=str(folder),
        ports=ports,
        secrets=own_secrets,
        s3_endpoint=s3_endpoint or f"http://{HOST}:{ports['s3']}",
        own_s3=not s3_endpoint,
        llama_model=llama_model and str(Path(llama_model).resolve()),
        llama_adapter=llama_adapter and str(Path(llama_adapter).resolve()),
        recipes=(recipes and str(Path(recipes).resolve())) or str(CLONE / "recipes"),
        settings=dict(settings or {}),
    )


def _is_free(port: int) -> bool:
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
    except (OSError, OverflowError):
        return False
    return True


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])
