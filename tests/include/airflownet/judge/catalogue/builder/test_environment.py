"""The catalogue of a made environment: found, read as text, kept, and judged with."""

from __future__ import annotations

import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from airflownet.errors import InputError
from airflownet.judge.catalogue.builder.environment import catalogue_of
from airflownet.judge.catalogue.builder.site_packages import find_site_packages, installed_modules
from airflownet.judge.catalogue.environment_file import environment_catalogue, file_bytes
from airflownet.judge.project.reading import read_project
from airflownet.judge.verdict import judge_code

INSTALLED = {
    "apache_airflow-3.0.6": {
        "airflow/__init__.py": "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"
        "__version__ = '3.0.6'\n",
        "airflow/models/__init__.py": "",
        "airflow/models/baseoperator.py": "class BaseOperator:\n"
        "    def __init__(self, *, task_id: str, retries: int = 0, **kwargs): ...\n",
        "airflow/sdk/__init__.py": "from airflow.sdk.dag import DAG\n",
        "airflow/sdk/dag.py": "class DAG:\n    def __init__(self, dag_id: str, schedule=None): ...\n",
    },
    "apache_airflow_providers_crm-9.9.0": {
        "airflow/providers/crm/__init__.py": "",
        "airflow/providers/crm/needs.py": "import crm_sdk\n",
        "airflow/providers/crm/operators.py": "from airflow.models.baseoperator import BaseOperator\n"
        "try:\n    import crm_sdk\nexcept ImportError:\n    crm_sdk = None\n"
        "class CrmOperator(BaseOperator):\n"
        "    def __init__(self, *, table: str, **kwargs):\n        super().__init__(**kwargs)\n",
    },
    "furl-2.1": {
        "furl/__init__.py": "raise SystemExit('this is never run')\n",
        "furl/common.py": "",
        "furl/broken.py": "def (",
        "google/cloud/tables/__init__.py": "",
    },
    "acme_tools-1.0": {
        "acme/__init__.py": "from acme.operators import AcmeOperator\n"
        "from acme.factory import AcmeDag, load\n",
        "acme/operators.py": "from airflow.models.baseoperator import BaseOperator\nimport enum\n"
        "class AcmeOperator(BaseOperator):\n    def __init__(self, *, model: str, **kwargs):\n"
        "        super().__init__(**kwargs)\n"
        "class Mode(enum.Enum):\n    LOCAL = 1\n",
        "acme/factory.py": "from airflow.sdk import DAG\n"
        "class AcmeDag(DAG):\n    def __init__(self, **kwargs): super().__init__(kwargs.pop('name'))\n"
        "def load(folder): return [AcmeDag(name='x')]\n",
        "acme/lazy.py": "def __getattr__(name): ...\n",
        "tests/__init__.py": "",
    },
    "acme_fast-1.0": {"acme_fast/__init__.py": "", "acme_fast/core.so": ""},
    "patched-1.0": {"patched/__init__.py": "import sys\nsys.modules['patched.moves'] = sys\n"},
    "single-1.0": {"single.py": "", "fast.cpython-311-x86_64-linux-gnu.so": ""},
}
HEAD = "from airflow.sdk import DAG\nfrom airflow.providers.crm.operators import CrmOperator\n"
END = "with DAG('d'):\n    CrmOperator(task_id='t', table='x')\n"


def install(folder: Path, packages: dict[str, dict[str, str]]) -> None:
    for name, files in packages.items():
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        metadata = folder / f"{name}.dist-info"
        metadata.mkdir()
        distribution, _, version = name.rpartition("-")
        needs = "Requires-Dist: apache_airflow>=2\n" if name.startswith("acme") else ""
        (metadata / "METADATA").write_text(f"Name: {distribution}\nVersion: {version}\n{needs}")
        (metadata / "RECORD").write_text("".join(f"{path},,\n" for path in files))


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AIRFLOWNET_CACHE_DIR", str(tmp_path / "cache"))
    root = tmp_path / "env"
    install(root / "lib" / "python3.14" / "site-packages", INSTALLED)
    (root / "bin").mkdir()
    (root / "bin" / "python").write_text("#!/bin/sh\necho this is never run > ran\n")
    (root / "pyvenv.cfg").write_text("version = 3.14.4\ninclude-system-site-packages = false\n")
    return root


@pytest.fixture
def dags(tmp_path: Path) -> Path:
    folder = tmp_path / "project" / "dags"
    (folder / "furl").mkdir(parents=True)
    (folder / "furl" / "mine.py").write_text("X = 1\n")
    (folder / "helper.py").write_text("X = 1\n")
    (tmp_path / "project" / "requirements.txt").write_text("absent\n")
    return folder


@pytest.mark.parametrize(
    ("imports", "outcome", "reason"),
    [
        ("import furl.common, google.cloud.tables, single, fast, helper", "loads", ""),
        ("from furl import anything\nanything().more", "loads", ""),
        ("import patched.moves, single.inner", "loads", ""),
        ("import furl.mine", "fails", "No module named 'furl.mine'"),
        ("import google.cloud.storage", "fails", "No module named 'google.cloud.storage'"),
        ("from itertools import from_a_newer_python\nimport os.newer", "loads", ""),
        ("import imp", "fails", "No module named 'imp'"),
        ("import absent", "fails", "No module named 'absent'"),
        ("import pandas", "fails", "No module named 'pandas'"),
        ("import airflow.providers.http", "fails", "No module named 'airflow.providers.http'"),
        ("import airflow.providers.crm.needs", "fails", "No module named 'crm_sdk'"),
        ("CrmOperator(task_id='t')", "fails", "table"),
        ("from acme import AcmeOperator\nAcmeOperator(task_id='t', model='m')", "loads", ""),
        ("from acme import AcmeOperator\nAcmeOperator(task_id='t')", "fails", "model"),
        ("from acme import AcmeOperatr", "fails", "cannot import name 'AcmeOperatr' from 'acme'"),
        ("import acme.factry", "fails", "No module named 'acme.factry'"),
        ("from acme.operators import Mode\nMode.REMOTE", "fails", "REMOTE"),
        ("from acme import AcmeDag, load\nAcmeDag(name='x', any=1)\nload().more", "loads", ""),
        ("from acme.lazy import anything\nimport acme_fast.core", "loads", ""),
    ],
    ids=[
        *("installed-and-local", "names-are-opaque", "open-packages", "installed-hides-local"),
        *(
            "namespace",
            "newer-python",
            "removed-from-python",
            "declared-only",
            "comes-with-other-lines",
            "provider",
            "in-provider",
            "operator",
        ),
        *("own-operator", "own-argument", "own-name", "own-module", "own-member", "own-opaque", "own-open"),
    ],
)
def test_judged_for_what_is_installed(
    environment: Path, dags: Path, imports: str, outcome: str, reason: str
) -> None:
    file = catalogue_of(environment / "bin" / "python")
    project = replace(read_project(dags.parent, [dags]), catalogue_file=str(file))
    verdict = judge_code(f"{HEAD}{imports}\n{END}", path=str(dags / "d.py"), project=project)
    assert (verdict.outcome, verdict.airflow) == (outcome, "3.0")
    assert reason in verdict.reason
    assert {one.kind for one in verdict.assumptions} <= {"dag"}


def test_kept_until_something_is_installed(environment: Path) -> None:
    first = catalogue_of(environment)
    written = first.stat().st_mtime_ns
    assert catalogue_of(environment / "bin" / "python") == first
    assert first.stat().st_mtime_ns == written
    found = environment_catalogue(str(first))
    assert (found.version, found.python) == ("3.0.6", (3, 14))
    install(environment / "lib" / "python3.14" / "site-packages", {"absent-1": {"absent.py": ""}})
    second = catalogue_of(environment)
    installed = environment_catalogue(str(second)).installed
    assert second != first
    assert installed is not None
    assert "absent" in installed.modules


def test_projects_installed_in_place(environment: Path, tmp_path: Path) -> None:
    packages = environment / "lib" / "python3.14" / "site-packages"
    own = tmp_path / "own"
    for path in ("airflow/providers/own/operators.py", "tools/__init__.py", "other/src/jobs/__init__.py"):
        (own / path).parent.mkdir(parents=True, exist_ok=True)
        (own / path).write_text("VALUE = 1\n")
    (packages / "own.pth").write_text(f"import os\n{own}\n/nowhere\n")
    finder = f"MAPPING: dict[str, str] = {{'jobs': '{own}/other/src/jobs'}}\n"
    (packages / "__editable___jobs_1_finder.py").write_text(finder)
    modules, _, _ = installed_modules(find_site_packages(environment))
    assert {"tools", "jobs"} <= set(modules)
    catalogue = environment_catalogue(str(catalogue_of(environment)))
    assert catalogue.resolve("airflow.providers.own.operators", "VALUE")


@pytest.mark.parametrize(
    ("place", "message"),
    [("nowhere", "does not exist"), ("empty", "nothing is installed"), ("bare", "no Airflow is installed")],
    ids=["missing", "empty", "no-airflow"],
)
def test_what_is_no_airflow_environment(tmp_path: Path, place: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    install(tmp_path / "bare" / "lib" / "python3.14" / "site-packages", {"furl-1": {"furl.py": ""}})
    with pytest.raises(InputError, match=message):
        catalogue_of(tmp_path / place)


def test_catalogue_of_another_version(tmp_path: Path) -> None:
    file = tmp_path / "old.catalogue"
    file.write_bytes(file_bytes(zlib.compress(b'{"line": "3.3", "installed": []}'), b""))
    with pytest.raises(InputError, match="made by another version"):
        environment_catalogue(str(file))


def test_committed_catalogue_and_standard_input(environment: Path, dags: Path) -> None:
    def run(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "airflownet.cli.main", *arguments]
        return subprocess.run(
            command, cwd=dags.parent, input=text, capture_output=True, text=True, timeout=120, check=False
        )

    made = run("catalogue", "environment", str(environment), "--output", "image.catalogue")
    assert "Airflow 3.0.6, Python 3.14" in made.stdout
    (dags / "d.py").write_text(f"{HEAD}import helper, absent\n{END}")
    (dags.parent / "pyproject.toml").write_text('[tool.airflownet]\ncatalogue = "image.catalogue"\n')
    judged = run("judge", "dags")
    assert "No module named 'absent'" in judged.stdout
    assert "judged for Airflow 3.0.6, Python 3.14" in judged.stderr
    alone = run("judge", "-", "--catalogue", "image.catalogue", text=f"{HEAD}import helper\n{END}")
    assert "unknown" in alone.stdout
    damaged = (dags.parent / "image.catalogue").read_bytes()[:-1]
    (dags.parent / "image.catalogue").write_bytes(damaged)
    refused = run("judge", "dags")
    assert refused.returncode == 2
    assert "is damaged" in refused.stderr
