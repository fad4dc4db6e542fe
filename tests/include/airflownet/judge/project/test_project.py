"""What a project says is read, and a DAG file is judged with it."""

# ruff: noqa: E501 - one file a line
from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from airflownet.errors import InputError
from airflownet.judge.project.find import find_project
from airflownet.judge.project.folder import DiskFolder, TextFolder
from airflownet.judge.project.import_names import modules_of
from airflownet.judge.project.project import Project
from airflownet.judge.project.reading import project_of, read_project
from airflownet.judge.verdict import judge_code
from airflownet.records import Outcome, Verdict

FILES = {
    "Dockerfile": """
ARG AIRFLOW_VERSION=2.10.5
FROM apache/airflow:${AIRFLOW_VERSION}-python3.12
ENV PYTHONPATH="/opt/airflow/lib:${PYTHONPATH}"
COPY requirements.txt /tmp/requirements.txt
RUN pip install --no-cache-dir -r /tmp/requirements.txt && \\
    pip install 'acme-warehouse[fast]==1.2' git+https://example.com/acme/acme-alerts.git@v3
""",
    "requirements.txt": "-r requirements/base.txt\nbeautifulsoup4==4.12 --hash=sha256:0\n# furl\n",
    "requirements/base.txt": "-r ../requirements.txt\nlegacy_crm ; python_version > '3'\nastronomer-cosmos\n",
    "variables.json": '{"bucket": "raw", "limits": {"rows": 10}, "teams": "[\\"a\\", \\"b\\"]"}',
    "airflow_settings.yaml": (
        "airflow:\n  variables:\n    - variable_name: owner\n      variable_value: data\n"
        "  connections:\n    - conn_id: warehouse\n      conn_type: postgres\n"
    ),
    ".env": "export REGION=eu  # comment\nAIRFLOW_VAR_SCHEDULE='@daily'\nAIRFLOW_CONN_CRM=http://crm\n",
    "docker-compose.yaml": (
        "services:\n  scheduler:\n    image: acme\n    environment:\n      AIRFLOW__CORE__EXECUTOR: LocalExecutor\n"
        "      STAGE: ${STAGE:-dev}\n      TOKEN: ${TOKEN}\n"
    ),
    "pyproject.toml": '[tool.airflownet]\ninstalled = ["in_house"]\nassume = ["connections"]\n',
    "lib/common/__init__.py": "",
    "lib/common/defaults.py": (
        "from airflow.models import Variable\n"
        "def args(**more):\n    return {'owner': Variable.get('owner'), 'start_date': START, **more}\n"
        "from datetime import datetime\nSTART = datetime(2024, 1, 1)\n"
    ),
    "dags/config/sales.yaml": "dag_id: sales\nsteps: [extract, load]\n",
    "dags/config/costs.yaml": "dag_id: costs\nsteps: [extract]\n",
    "dags/tables.json": '["orders", "clients"]',
    "dags/sql/orders.sql": "select 1",
    "plugins/yaml/__init__.py": "raise RuntimeError('shadows PyYAML for a naive reader')\n",
}
HEAD = "from airflow import DAG\nfrom airflow.operators.empty import EmptyOperator\nfrom common.defaults import args\n"


def write(root: Path, files: dict[str, str]) -> Path:
    """Writes files below a folder, returns it."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def company(root: Path, **dags: str) -> Path:
    """Returns the company's project, with DAG files by name."""
    return write(root, FILES | {f"dags/{name}.py": text for name, text in dags.items()})


DAG = "with DAG('d', default_args=args(), schedule='@daily'):\n    EmptyOperator(task_id='t')\n"


def judged(root: Path, name: str, **options: object) -> Verdict:
    project = read_project(root, [root / "dags"], **options)  # type: ignore[arg-type]
    file = root / "dags" / f"{name}.py"
    assert project.airflow is not None
    return judge_code(file.read_bytes(), airflow=project.airflow.version, path=str(file), project=project)


def kinds(verdict: Verdict) -> set[tuple[str, str]]:
    return {(one.kind, one.subject) for one in verdict.assumptions}


def test_what_the_files_say(tmp_path: Path) -> None:
    root = company(tmp_path, d=HEAD + DAG)
    project = read_project(root, [root / "dags"])
    assert find_project([root / "dags"]) == root
    assert project.airflow is not None
    assert (project.airflow.version, project.airflow.place) == ("2.10.5", "Dockerfile, line 3")
    assert project.python is not None
    assert project.python.version == "3.12"
    assert {"beautifulsoup4", "legacy-crm", "acme-warehouse", "acme-alerts", "astronomer-cosmos"} <= set(
        project.packages
    )
    assert project.packages["legacy-crm"] == "requirements/base.txt, line 2"
    assert "furl" not in project.packages
    assert project.variables == {
        "bucket": "raw",
        "limits": {"rows": 10},
        "teams": '["a", "b"]',
        "owner": "data",
        "schedule": "@daily",
    }
    assert set(project.connections) == {"warehouse", "crm"}
    assert project.environment["REGION"] == "eu"
    assert project.environment["STAGE"] == "dev"
    assert "TOKEN" not in project.environment
    assert [project.shown(place) for place in project.roots][:3] == ["lib", "dags", "plugins"]


def test_what_would_be_installed(tmp_path: Path) -> None:
    root = company(tmp_path, d=HEAD + DAG)
    (root / "Dockerfile").write_text(
        "FROM apache/airflow:slim-2.10.5\nCOPY --chown=airflow requirements/image.txt wanted.txt\n"
        "RUN pip install -r requirements.txt\nRUN pip install --requirement wanted.txt\n"
        "RUN pip install beautifulsoup4==4.13 furl legacy_crm\n"
    )
    (root / "requirements" / "image.txt").write_text("apache-airflow==2.11.1\n")
    (root / "uv.lock").write_text(
        '[[package]]\nname = "acme"\nversion = "0.1.0"\nsource = { editable = "." }\ndependencies = [\n]\n\n'
        '[[package]]\nname = "six"\nversion = "1.17.0"\nsource = { registry = "x" }\n'
    )
    project = read_project(root, [root / "dags"])
    said = project.requirements
    assert said["beautifulsoup4"] == "beautifulsoup4==4.13"  # a later step of the image
    assert said["legacy-crm"] == "legacy_crm ; python_version > '3'"
    assert said["six"] == "six==1.17.0"
    assert "acme" not in {
        **project.packages,
        **said,
    }  # the repository itself: its modules are the project's own
    assert str(root) in project.roots
    assert project.airflow is not None
    assert project.airflow.version == "2.11.1"  # what the image's second step installs over its own Airflow


@pytest.mark.parametrize(
    ("distribution", "modules"),
    [
        ("PyYAML", ("yaml",)),
        ("beautifulsoup4", ("bs4",)),
        ("google.cloud_storage", ("google.cloud.storage",)),
        ("acme-things", ("acme_things",)),
        ("python-acme", ("python_acme", "acme")),
        ("apache-airflow-providers-acme", ("airflow.providers.acme",)),
    ],
)
def test_import_names(distribution: str, modules: tuple[str, ...]) -> None:
    assert modules_of(distribution) == modules


LOADS = {
    "module": (DAG, {("d", ("t",))}, set()),
    "package": ("import acme_alerts\nfrom acme_warehouse.load import run\nX = run(acme_alerts.Soup('').find('a').text)['x'] + 1\n" + DAG, {("d", ("t",))}, {("package", "acme_alerts"), ("package", "acme_warehouse")}),
    "in-house": ("import in_house\n" + DAG, {("d", ("t",))}, {("package", "in_house")}),
    "variable": ("from airflow.models import Variable\nwith DAG('d', default_args=args(), schedule=Variable.get('schedule')):\n    for t in Variable.get('teams', deserialize_json=True):\n        EmptyOperator(task_id=t + str(Variable.get('limits', deserialize_json=True)['rows']))\n", {("d", ("a10", "b10"))}, set()),
    "environment": ("import os\nwith DAG('d_' + os.environ['REGION'], default_args=args(), schedule=None):\n    EmptyOperator(task_id=os.getenv('STAGE'))\n", {("d_eu", ("dev",))}, set()),
    "connection": ("from airflow.hooks.base import BaseHook\nC = BaseHook.get_connection('warehouse').host\n" + DAG, {("d", ("t",))}, set()),
    "config": ("import yaml\nfrom pathlib import Path\nfor path in sorted((Path(__file__).parent / 'config').glob('*.yaml')):\n    with path.open() as file:\n        c = yaml.safe_load(file)\n    with DAG(c['dag_id'], default_args=args(), schedule=None) as dag:\n        for step in c['steps']:\n            EmptyOperator(task_id=step)\n    globals()[c['dag_id']] = dag\n", {("sales", ("extract", "load")), ("costs", ("extract",))}, set()),
    "json": ("import json, os\nwith DAG('d', default_args=args(), schedule=None):\n    for t in json.load(open(os.path.join(os.path.dirname(__file__), 'tables.json'))):\n        EmptyOperator(task_id=t)\n", {("d", ("orders", "clients"))}, set()),
    "image-path": ("import os\nwith DAG('d', default_args=args(), schedule=None):\n    for f in os.listdir('/opt/airflow/dags/sql'):\n        EmptyOperator(task_id=f[:-4], doc=open('/opt/airflow/dags/sql/' + f).read())\n", {("d", ("orders",))}, {("path", "/opt/airflow/dags/sql"), ("path", "/opt/airflow/dags/sql/orders.sql")}),
    "operator": ("from acme_warehouse.operators import AcmeOperator\nwith DAG('d', default_args=args(), schedule=None):\n    AcmeOperator(task_id='a') >> EmptyOperator(task_id='b')\n", {("d", ("a", "b"))}, {("package", "acme_warehouse")}),
    "dag-of-package": ("from cosmos import DbtDag\nd = DbtDag(dag_id='x')\n", set(), {("package", "cosmos"), ("dag", "cosmos.DbtDag")}),
    "newer-python": ("from itertools import batched, no_such_name_yet\n" + DAG, {("d", ("t",))}, set()),
    "virtualenv": ("from airflow.operators.python import PythonVirtualenvOperator\ndef run():\n    pass\nwith DAG('d', default_args=args(), schedule=None):\n    PythonVirtualenvOperator(task_id='t', python_callable=run)\n", {("d", ("t",))}, set()),
}  # fmt: skip


@pytest.mark.parametrize("name", LOADS)
def test_a_file_loads_in_its_project(tmp_path: Path, name: str) -> None:
    code, graphs, assumed = LOADS[name]
    verdict = judged(company(tmp_path, d=HEAD + code), "d")
    assert (verdict.outcome, verdict.reason) == (Outcome.LOADS, "")
    if graphs:
        assert {(dag.dag_id, dag.tasks) for dag in verdict.dags} == {(i, tuple(sorted(t))) for i, t in graphs}
    assert kinds(verdict) == assumed


NOT_KNOWN = {
    "package": ("import furl\n", ("package", "furl"), ""),
    "variable": ("from airflow.models import Variable\nX = Variable.get('absent')\n", ("variable", "absent"), "variables"),
    "environment": ("import os\nX = os.environ['ABSENT']\n", ("environment", "ABSENT"), "environment"),
    "none-of-environment": ("import os\nX = os.getenv('ABSENT') + '/x'\n", ("environment", "ABSENT"), "environment"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_KNOWN)
def test_what_the_project_does_not_say_is_unknown_until_assumed(tmp_path: Path, name: str) -> None:
    code, cause, option = NOT_KNOWN[name]
    root = company(tmp_path, d=HEAD + code + DAG)
    verdict = judged(root, "d")
    assert verdict.outcome is Outcome.UNKNOWN
    assert cause in {(one.kind, one.subject) for one in verdict.causes}
    verdict = judged(root, "d", **({"assume": (option,)} if option else {"installed": (cause[1],)}))
    assert verdict.outcome is Outcome.LOADS
    assert cause in kinds(verdict)
    assert ("AFN701" in {violation.code for violation in verdict.violations}) is bool(option)


NEVER_FAILS = {
    "looked-up": "from airflow.models import Variable\ndef more():\n    return {'owner': Variable.get('absent')}\na = more()\na['start_date'] = args()['start_date']\nwith DAG('d', default_args=a, schedule=None):\n    EmptyOperator(task_id='t')\n",
    "open-mapping": "from acme_warehouse import settings\nwith DAG('d', schedule=None, **settings()):\n    EmptyOperator(task_id='t')\n",
    "open-union": "from acme_warehouse import settings\na = settings() | {'tags': ['a']}\nwith DAG('d', schedule=None, **a):\n    EmptyOperator(task_id='t')\n",
    "attribute": "import acme_warehouse\nfor x in acme_warehouse.a.b(1).c:\n    print(x.y + 1, x['a'], x < 3)\n" + DAG,
    "derived": "from acme_warehouse import Base\nclass Mine(Base):\n    def run(self):\n        return super().run()\nMine(1, a=2).anything(3).more\n" + DAG,
}  # fmt: skip


@pytest.mark.parametrize("name", NEVER_FAILS)
def test_what_is_not_known_never_fails(tmp_path: Path, name: str) -> None:
    verdict = judged(company(tmp_path, d=HEAD + NEVER_FAILS[name]), "d", assume=("variables",))
    assert (verdict.outcome, verdict.reason) == (Outcome.LOADS, "")


def test_real_faults_still_fail(tmp_path: Path) -> None:
    code = (
        HEAD
        + "import bs4\nwith DAG('d', default_args=args(), schedule=None):\n    EmptyOperator(task_id='t', no_such=1)\n"
    )
    verdict = judged(company(tmp_path, d=code), "d")
    assert verdict.outcome is Outcome.FAILS


def test_a_repository_without_a_checkout(tmp_path: Path) -> None:
    root = company(tmp_path, d=HEAD + LOADS["config"][0])
    texts = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    project = project_of(TextFolder(texts, "/project"), ["/project/dags"])
    verdict = judge_code(texts["dags/d.py"], airflow="2.10", path="/project/dags/d.py", project=project)
    assert verdict.outcome is Outcome.LOADS
    assert [dag.dag_id for dag in verdict.dags] == ["costs", "sales"]


def hostile(root: Path) -> Project:
    outside = root / "outside"
    write(outside, {"secret.yaml": "dag_id: stolen\n", "secret.py": "STOLEN = 'stolen'\n"})
    inside = write(
        root / "inside",
        {
            "Dockerfile": "FROM apache/airflow:2.10.5\n",
            "dags/a.py": "",
            "requirements.txt": "\n".join(f"package-{n}" for n in range(10_000)) + "\n-r loop.txt\n",
            "loop.txt": "-r requirements.txt\n-r /etc/passwd\n-r ../outside/more.txt\n",
            "docker-compose.yaml": "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "".join(
                f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
            ),
            "variables.json": "[" * 100_000,
            "dags/big.json": "[" + "1," * 900_000 + "1]",
            "poetry.lock": "[[package]]\n" * 50_000,
            "airflow_settings.yaml": "{" * 50_000,
            "uv.lock": 'name = "' * 50_000,
            "setup.cfg": "[options]\n" + "none\n" * 80_000,
        },
    )
    os.mkfifo(inside / "dags/pipe.yaml")
    os.mkfifo(inside / "pyproject.toml")
    os.mkfifo(inside / "requirements-pipe.txt")
    (inside / "dags/linked.yaml").symlink_to(outside / "secret.yaml")
    (inside / "dags/linked.py").symlink_to(outside / "secret.py")
    (inside / "dags/out").symlink_to(outside)
    (inside / "dags/self").symlink_to(inside / "dags")
    return read_project(inside, [inside / "dags"])


READS = {
    "link": "open(Path(__file__).parent / 'linked.yaml').read()",
    "link-to-folder": "open(Path(__file__).parent / 'out' / 'secret.yaml').read()",
    "dots": "open(Path(__file__).parent / '../../outside/secret.yaml').read()",
    "absolute": "open('/etc/hostname').read()",
    "module": "__import__('linked').STOLEN",
    "listing": "(os.listdir(Path(__file__).parent / '../../outside') or [''])[0]",
    "glob": "str(list((Path(__file__).parent).glob('../../outside/*'))[0])",
    "pipe": "open(Path(__file__).parent / 'pipe.yaml').read()",
    "large": "str(json.load(open(Path(__file__).parent / 'big.json')))",
    "many": "''.join(str(p) for p in Path(__file__).parent.rglob('**/**/*'))[:9]",
    "again": "''.join(open(Path(__file__).parent / 'big.json').read()[:1] for _ in range(1000))",
}  # fmt: skip


@pytest.mark.parametrize("name", READS)
def test_a_hostile_project_is_judged_soon_and_shows_nothing(tmp_path: Path, name: str) -> None:
    started_s = time.perf_counter()
    project = hostile(tmp_path)
    code = f"import json, os\nfrom pathlib import Path\nfrom airflow import DAG\nX = {READS[name]}\nwith DAG('d_' + X, schedule=None):\n    pass\n"
    verdict = judge_code(code, airflow="2.10", path=str(tmp_path / "inside/dags/a.py"), project=project)
    assert time.perf_counter() - started_s < 4  # 2 s on a machine that does nothing else
    assert "stolen" not in str(verdict)
    assert "secret" not in str(verdict.dags)
    assert len(project.packages) <= 10_010


def test_no_file_outside_is_read(tmp_path: Path) -> None:
    hostile(tmp_path)
    folder = DiskFolder(str(tmp_path / "inside"))
    for path in (
        "../outside/secret.yaml",
        "dags/linked.yaml",
        "/etc/hostname",
        "dags/out/secret.yaml",
        "dags/pipe.yaml",
        "a\0b",
    ):
        assert folder.read(path) is None, path
        assert folder.kind(path) != "file", path


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ('assume = ["everything"]', "cannot be assumed"),
        ("colour = 1", "colour"),
        ('fail-on = "never"', "fail-on"),
        ('roots = "lib"', "roots"),
    ],
)
def test_a_bad_setting_names_itself(tmp_path: Path, setting: str, said: str) -> None:
    root = company(tmp_path)
    (root / "pyproject.toml").write_text(f"[tool.airflownet]\n{setting}\n")
    with pytest.raises(InputError, match=said):
        read_project(root, [root / "dags"])


PINS = {
    "astro": ({"Dockerfile": "FROM quay.io/astronomer/astro-runtime:12.1.0\n"}, "2.10"),
    "astro-3": ({"Dockerfile": "FROM astrocrpublic.azurecr.io/runtime:3.1-2\n"}, "3.1"),
    "astro-agent": (
        {"Dockerfile": "FROM images.astronomer.cloud/baseimages/astro-remote-execution-agent:3.2-1-python-3.12\n"},
        "3.2",
    ),
    "composer": ({"terraform/main.tf": 'image_version = "composer-2.9.7-airflow-2.9.3"\n'}, "2.9.3"),
    "mwaa": ({"infra/mwaa.yaml": 'AirflowVersion: "2.8.1"\n'}, "2.8.1"),
    "constraints": ({"requirements.txt": '--constraint "https://raw.example/constraints-2.9.2/constraints-3.11.txt"\n'}, "2.9.2"),
    "lock": ({"uv.lock": '[[package]]\nname = "apache-airflow"\nversion = "3.0.2"\n'}, "3.0.2"),
    "poetry": ({"pyproject.toml": '[tool.poetry.dependencies]\napache-airflow = {version = "^2.11.0", extras = ["celery"]}\n'}, "2.11.0"),
    "group": ({"pyproject.toml": '[dependency-groups]\nairflow = ["apache-airflow[google]==2.11.2"]\n'}, "2.11.2"),
    "pipfile": ({"Pipfile": '[packages]\napache-airflow = "==3.2.1"\n'}, "3.2.1"),
    "compose": ({"docker-compose.yaml": "services:\n  a:\n    image: ${IMAGE:-apache/airflow:2.8.4}\n"}, "2.8.4"),
    "branch": ({"requirements-constraints.txt": '# For the "v2-9-test" branch of Airflow.\n'}, "2.9"),
    "setup": ({"setup.cfg": "[options]\ninstall_requires =\n    apache-airflow==2.7.3\n"}, "2.7.3"),
}  # fmt: skip


@pytest.mark.parametrize("name", PINS)
def test_the_airflow_that_a_project_pins(tmp_path: Path, name: str) -> None:
    files, version = PINS[name]
    project = read_project(write(tmp_path, files | {"dags/a.py": ""}), [tmp_path / "dags"])
    assert project.airflow is not None
    assert project.airflow.version == version
