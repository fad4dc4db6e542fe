"""The shipped data answers as the Airflow of each line does."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from airflownet.errors import InputError
from airflownet.judge.catalogue import ClassInfo, Kind, load_catalogue, store
from airflownet.judge.catalogue.builder import pack
from airflownet.judge.catalogue.builder.lines_file import read_lines

LINES = ("2.7", "2.8", "2.9", "2.10", "2.11", "3.0", "3.1", "3.2", "3.3")
MAX_DATA_BYTES = 10_000_000
MAX_LOAD_S = 0.2


@pytest.fixture(autouse=True)
def _fresh() -> None:
    store.forget()


def test_every_line_is_shipped() -> None:
    assert store.known_lines() == LINES
    assert sum(path.stat().st_size for path in store.DATA.iterdir()) <= MAX_DATA_BYTES


@pytest.mark.parametrize("line", LINES)
def test_load_time(line: str) -> None:
    from airflownet.judge.catalogue.catalogue import Catalogue

    durations_s = []
    for _ in range(5):
        store.forget()
        started = time.process_time()
        Catalogue(line).class_("airflow.models.baseoperator.BaseOperator")
        durations_s.append(time.process_time() - started)
    assert min(durations_s) <= MAX_LOAD_S


@pytest.mark.parametrize(
    ("asked", "line"), [("3.3", "3.3"), ("3.3.1", "3.3"), ("2.9.3", "2.9"), ("2.10", "2.10")]
)
def test_patch_release_maps_to_its_line(asked: str, line: str) -> None:
    assert load_catalogue(asked).line == line


@pytest.mark.parametrize("asked", ["1.10", "4.0", "", "three"])
def test_unknown_line_names_the_known_ones(asked: str) -> None:
    with pytest.raises(InputError, match=r"2\.7, 2\.8, 2\.9"):
        load_catalogue(asked)


# (line, module, name, kind or None for missing, final path)
RESOLUTIONS = [
    ("3.3", "airflow", "DAG", Kind.CLASS, "airflow.sdk.definitions.dag.DAG"),
    ("2.9", "airflow", "DAG", Kind.CLASS, "airflow.models.dag.DAG"),
    ("3.3", "airflow.sdk", "task", Kind.VARIABLE, "airflow.sdk.definitions.decorators.task"),
    ("2.9", "airflow.sdk", "task", None, ""),
    (
        "3.3",
        "airflow.operators.bash",
        "BashOperator",
        Kind.CLASS,
        "airflow.providers.standard.operators.bash.BashOperator",
    ),
    ("2.9", "airflow.operators.bash", "BashOperator", Kind.CLASS, "airflow.operators.bash.BashOperator"),
    (
        "2.7",
        "airflow.operators.bash_operator",
        "BashOperator",
        Kind.CLASS,
        "airflow.operators.bash.BashOperator",
    ),
    ("3.0", "airflow.operators.bash_operator", "BashOperator", None, ""),
    (
        "2.9",
        "airflow.operators.dummy_operator",
        "DummyOperator",
        Kind.CLASS,
        "airflow.operators.empty.EmptyOperator",
    ),
    ("3.3", "airflow.operators.dummy", "DummyOperator", None, ""),
    ("2.11", "airflow.utils.dates", "days_ago", Kind.FUNCTION, "airflow.utils.dates.days_ago"),
    ("3.3", "airflow.utils.dates", "days_ago", None, ""),
    ("3.3", "airflow.hooks.base", "BaseHook", Kind.CLASS, "airflow.sdk.bases.hook.BaseHook"),
    (
        "3.3",
        "airflow.utils.timezone",
        "utcnow",
        Kind.FUNCTION,
        "airflow.sdk._shared.timezones.timezone.utcnow",
    ),
    (
        "3.3",
        "airflow.utils.trigger_rule",
        "TriggerRule.ALL_DONE",
        Kind.ENUM_MEMBER,
        "airflow.task.trigger_rule.TriggerRule.ALL_DONE",
    ),
    ("3.3", "airflow.utils.trigger_rule", "TriggerRule.ALL_DUN", None, ""),
    (
        "3.3",
        "airflow.providers.common.compat.sdk",
        "BaseOperator",
        Kind.CLASS,
        "airflow.sdk.bases.operator.BaseOperator",
    ),
    (
        "2.11",
        "airflow.providers.common.compat.sdk",
        "BaseOperator",
        Kind.CLASS,
        "airflow.models.baseoperator.BaseOperator",
    ),
    ("3.3", "airflow.providers.http.operators.http", "SimpleHttpOperator", None, ""),
    (
        "2.7",
        "airflow.providers.http.operators.http",
        "SimpleHttpOperator",
        Kind.CLASS,
        "airflow.providers.http.operators.http.SimpleHttpOperator",
    ),
    ("2.9", "airflow.datasets", "Dataset", Kind.CLASS, "airflow.datasets.Dataset"),
    ("3.3", "airflow.providers", "amazon", Kind.MODULE, "airflow.providers.amazon"),
    ("3.3", "airflow.models.baseoperator", "chain", Kind.FUNCTION, "airflow.sdk.bases.operator.chain"),
]


@pytest.mark.parametrize(
    ("line", "module", "name", "kind", "path"),
    RESOLUTIONS,
    ids=[f"{row[0]}-{row[1]}.{row[2]}" for row in RESOLUTIONS],
)
def test_resolution(line: str, module: str, name: str, kind: Kind | None, path: str) -> None:
    found = load_catalogue(line).resolve(module, name)
    if kind is None:
        assert not found
        assert found.reason
    else:
        assert (found.kind, found.path) == (kind, path)


def test_deprecated_name_tells_its_replacement() -> None:
    found = load_catalogue("3.3").resolve("airflow.operators.bash", "BashOperator")
    assert found.deprecated is not None
    assert found.deprecated.replacement == "airflow.providers.standard.operators.bash.BashOperator"


@pytest.mark.parametrize(
    ("line", "path", "required", "unknown"),
    [
        ("3.3", "airflow.operators.bash.BashOperator", ("bash_command", "task_id"), "bash_comand"),
        ("2.7", "airflow.operators.bash.BashOperator", ("bash_command", "task_id"), "bash_comand"),
        (
            "3.3",
            "airflow.providers.standard.operators.python.PythonOperator",
            ("python_callable", "task_id"),
            "provide_context",
        ),
        ("3.3", "airflow.sdk.DAG", ("dag_id",), "schedule_interval"),
        ("3.0", "airflow.models.dag.DAG", ("dag_id",), "concurrency"),
    ],
)
def test_call(line: str, path: str, required: tuple[str, ...], unknown: str) -> None:
    info = load_catalogue(line).class_(path)
    assert isinstance(info, ClassInfo)
    assert set(info.init.required) == set(required)
    assert info.init.problems(0, required) == ()
    assert [problem.name for problem in info.init.problems(0, (*required, unknown))] == [unknown]


def test_schedule_interval_still_taken_by_2() -> None:
    info = load_catalogue("2.9").class_("airflow.DAG")
    assert info is not None
    assert "schedule_interval" in info.init
    assert info.init["dag_id"].required


@pytest.mark.parametrize(
    ("line", "name", "distribution"),
    [
        ("3.3", "docker", "apache-airflow-providers-docker"),
        ("2.9", "docker", "apache-airflow-providers-docker"),
        ("3.3", "branch", "apache-airflow-providers-standard"),
        ("2.9", "branch", "apache-airflow"),
        ("2.9", "python", "apache-airflow"),
        ("2.7", "kubernetes", "apache-airflow-providers-cncf-kubernetes"),
    ],
)
def test_task_decorator(line: str, name: str, distribution: str) -> None:
    catalogue = load_catalogue(line)
    decorator = catalogue.task_decorators[name]
    assert decorator.distribution == distribution
    operator = catalogue.class_(decorator.operator)
    assert operator is not None
    assert operator.is_operator


@pytest.mark.parametrize(
    ("module", "distribution"),
    [
        ("yaml", "pyyaml"),
        ("google.cloud.storage", "google-cloud-storage"),
        ("boto3", "boto3"),
        ("pandas", "pandas"),
    ],
)
def test_third_party_module_is_known(module: str, distribution: str) -> None:
    packages = load_catalogue("3.3").packages_of(module)
    assert distribution in [package.distribution for package in packages]


def test_unknown_third_party_module() -> None:
    assert load_catalogue("3.3").packages_of("no_such_package") == ()


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        (
            "airflow.operators.bash_operator.BashOperator",
            "airflow.providers.standard.operators.bash.BashOperator",
        ),
        (
            "airflow.providers.amazon.aws.operators.s3.S3CreateBucketOperatr",
            "airflow.providers.amazon.aws.operators.s3.S3CreateBucketOperator",
        ),
    ],
)
def test_suggestion(wrong: str, meant: str) -> None:
    assert load_catalogue("3.3").suggestions(wrong)[0] == meant


@pytest.mark.parametrize("line", LINES)
def test_every_class_of_a_large_provider_can_be_read(line: str) -> None:
    catalogue = load_catalogue(line)
    n_operators = 0
    for path in catalogue.modules:
        module = catalogue.module(path)
        assert module is not None
        if path.startswith("airflow.providers.google.cloud.operators.") and not module.import_error:
            for name in module.names:
                found = catalogue.resolve(path, name)
                n_operators += isinstance(found.target, ClassInfo) and found.target.is_operator
    assert n_operators > 200


def test_packing_again_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = {line: pack.read_line(line) for line in store.known_lines()}
    shipped = {path.name: path.read_bytes() for path in store.DATA.iterdir() if path.suffix != ".json"}
    monkeypatch.setattr(pack, "MODULES_FILE", tmp_path / "modules.bin")
    monkeypatch.setattr(pack, "index_file", lambda line: tmp_path / f"{line}.index")
    pack.write_data(lines)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == shipped


def test_every_wheel_is_pinned_by_hash() -> None:
    lines = read_lines()
    assert tuple(lines) == LINES
    for line in lines.values():
        assert line.version.startswith(line.line + ".")
        assert all(len(wheel.sha256) == 64 for wheel in line.wheels)
        assert len({wheel.distribution for wheel in line.wheels}) == len(line.wheels) > 80
