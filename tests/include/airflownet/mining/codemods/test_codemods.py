"""The whole of both codemods: what a system test becomes, what is given up, what is never touched."""

from __future__ import annotations

import ast

import pytest

from airflownet.artifacts import sha256_text
from airflownet.mining.codemods import STEPS, apply_codemods
from airflownet.mining.codemods.codemod import HARNESS_NOT_REMOVABLE, TESTS_AIRFLOW_ITSELF, GiveUpError

BOTH = tuple(STEPS)

SYSTEM_TEST = '''\
"""Copies a file."""

from __future__ import annotations

import os
from datetime import datetime

from airflow.providers.amazon.aws.operators.s3 import S3CreateBucketOperator, S3DeleteBucketOperator

from tests_common.test_utils.version_compat import AIRFLOW_V_3_0_PLUS

if AIRFLOW_V_3_0_PLUS:
    from airflow.sdk import DAG, chain
else:
    # Airflow 2 path
    from airflow.models.baseoperator import chain  # type: ignore[attr-defined,no-redef]
    from airflow.models.dag import DAG  # type: ignore[attr-defined,no-redef,assignment]

from system.amazon.aws.utils import ENV_ID_KEY, SystemTestContextBuilder, prune_logs

# Externally fetched variables:
ROLE_ARN_KEY = "ROLE_ARN"
SUBNETS_KEY = "SUBNETS"

sys_test_context_task = (
    SystemTestContextBuilder().add_variable(ROLE_ARN_KEY).add_variable(SUBNETS_KEY, split_string=True).build()
)

DAG_ID = "example_bucket"

with DAG(dag_id=DAG_ID, schedule="@once", start_date=datetime(2021, 1, 1), catchup=False) as dag:
    test_context = sys_test_context_task()
    env_id = test_context[ENV_ID_KEY]
    bucket_name = f"{env_id}-bucket"

    # [START howto_create_bucket]
    create_bucket = S3CreateBucketOperator(
        task_id="create_bucket",
        bucket_name=bucket_name,
        region_name=test_context[SUBNETS_KEY],  # kept as it is
    )
    # [END howto_create_bucket]

    delete_bucket = S3DeleteBucketOperator(
        task_id="delete_bucket", bucket_name=bucket_name, aws_conn_id=test_context[ROLE_ARN_KEY]
    )

    log_cleanup = prune_logs([("/aws/x", env_id)])

    chain(
        # TEST SETUP
        test_context,
        create_bucket,
        # TEST TEARDOWN
        delete_bucket,
        log_cleanup,
    )

    from tests_common.test_utils.watcher import watcher

    # This test needs watcher in order to properly mark success/failure
    # when "tearDown" task with trigger rule is part of the DAG
    list(dag.tasks) >> watcher()

from tests_common.test_utils.system_tests import get_test_run  # noqa: E402

# Needed to run the example DAG with pytest (see: contributing-docs/testing/system_tests.rst)
test_run = get_test_run(dag)
'''

USER_DAG = '''\
"""Copies a file."""

from __future__ import annotations

from datetime import datetime

from airflow.providers.amazon.aws.operators.s3 import S3CreateBucketOperator, S3DeleteBucketOperator

from airflow.sdk import DAG, chain

# Externally fetched variables:
ROLE_ARN = "arn:aws:iam::123456789012:role/example-role"
SUBNETS = ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"]

DAG_ID = "example_bucket"

with DAG(dag_id=DAG_ID, schedule="@once", start_date=datetime(2021, 1, 1), catchup=False) as dag:
    bucket_name = "my-bucket"

    create_bucket = S3CreateBucketOperator(
        task_id="create_bucket",
        bucket_name=bucket_name,
        region_name=SUBNETS,  # kept as it is
    )

    delete_bucket = S3DeleteBucketOperator(
        task_id="delete_bucket", bucket_name=bucket_name, aws_conn_id=ROLE_ARN
    )

    chain(
        create_bucket,
        delete_bucket,
    )
'''


def test_a_system_test_becomes_a_users_dag():
    before = SYSTEM_TEST.replace("import os\n", "")
    after, transforms = apply_codemods(before, BOTH)

    assert after == USER_DAG
    assert [t.in_sha256 for t in transforms] == [
        sha256_text(before),
        *[t.out_sha256 for t in transforms[:-1]],
    ]
    assert transforms[-1].out_sha256 == sha256_text(after)


def test_what_the_author_did_not_use_either_stays():
    after, _ = apply_codemods(SYSTEM_TEST, BOTH)

    assert after == USER_DAG.replace("from datetime", "import os\nfrom datetime", 1)


def test_its_own_output_is_left_alone():
    after, _ = apply_codemods(SYSTEM_TEST, BOTH)

    assert apply_codemods(after, BOTH) == (after, ())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(USER_DAG, id="plain"),
        pytest.param(
            "import os\nimport json\nfrom airflow import DAG\n\nENV_ID = os.environ.get('ENV_ID', 'dev')\n\n\n\n"  # noqa: E501
            "with DAG(f'a_{ENV_ID}') as dag:\n    # This test needs watcher\n    pass\n",
            id="own-env-id-and-unused-import",
        ),
        pytest.param(
            "from airflow import DAG\nfrom system import watcher\nfrom tests.helpers import get_test_run\n"
            "with DAG('a') as dag:\n    list(dag.tasks) >> watcher()\ntest_run = get_test_run(dag)\n",
            id="own-packages-of-like-names",
        ),
        pytest.param(
            "from airflow import DAG\n# [START of the story]\n# [START one]\nDAG('a')\n", id="lone-marker"
        ),
        pytest.param(
            "from airflow import DAG\ntext = '''\n# [START a]\n# [END a]\n'''\nDAG('a')\n",
            id="markers-in-a-string",
        ),
        pytest.param(
            "from airflow import DAG\r\n\r\nDAG('a')\r\n# TEST SETUP\r\n\x0c\n\u2028", id="odd-line-ends"
        ),
        pytest.param("from airflow import DAG\nDAG('tests_common and get_test_run')\n", id="named-in-text"),
        pytest.param(
            "try:\n    import pytest\nexcept ImportError:\n    pytest = None\nfrom airflow import DAG\nDAG('a')\n",  # noqa: E501
            id="own-pytest",
        ),
    ],
)
def test_a_users_own_dag_stays_byte_for_byte(text):
    assert apply_codemods(text, BOTH) == (text, ())


TRAILER = "\nfrom tests_common.test_utils.system_tests import get_test_run\n\ntest_run = get_test_run(dag)\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            "from airflow.sdk import DAG\nfrom system.openlineage.operator import OpenLineageTestOperator\n"
            "with DAG('a') as dag:\n    OpenLineageTestOperator(task_id='check')\n" + TRAILER,
            TESTS_AIRFLOW_ITSELF,
            id="openlineage",
        ),
        pytest.param(
            "from airflow.sdk import DAG\nfrom airflow_google_provider_resource_cleanup import clean\n"
            "with DAG('a') as dag:\n    clean()\n",
            TESTS_AIRFLOW_ITSELF,
            id="resource-cleanup",
        ),
        pytest.param(
            "from airflow.sdk import DAG\nfrom tests_common.test_utils.magic import magic\n"
            "with DAG('a', tags=[magic]) as dag:\n    pass\n" + TRAILER,
            HARNESS_NOT_REMOVABLE,
            id="unknown-helper-in-use",
        ),
        pytest.param(
            "from airflow.sdk import DAG\nimport system.google.stuff\n"
            "with DAG('a', tags=[system.google.stuff.x]) as dag:\n    pass\n",
            HARNESS_NOT_REMOVABLE,
            id="plain-import-in-use",
        ),
        pytest.param(
            "from airflow.sdk import DAG, task\n"
            "from tests_common.test_utils.api_client_helpers import create_airflow_connection\n"
            "with DAG('a') as dag:\n"
            "    @task\n    def make(conn):\n        create_airflow_connection(conn)\n        return conn\n"
            "    @task\n    def use(conn): ...\n"
            "    use(make('x'))\n",
            HARNESS_NOT_REMOVABLE,
            id="result-of-harness-task-in-use",
        ),
    ],
)
def test_gives_up_with_a_reason(text, reason):
    with pytest.raises(GiveUpError) as given_up:
        apply_codemods(text, BOTH)
    assert given_up.value.reason == reason


def dag(body: str, imports: str = "", top: str = "") -> str:
    lines = "".join(f"    {line}\n" if line else "\n" for line in body.split("\n"))
    return f"from airflow.sdk import DAG, chain, task\n{imports}\n{top}\nwith DAG('a') as dag:\n{lines}"


CREATE = "from system.google.gcp_api_client_helpers import create_airflow_connection\n"
WATCHER = "from tests_common.test_utils.watcher import watcher\n"


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        pytest.param(
            dag("a, b = f(1), f(2)\n(\n    [a, b]\n    >> watcher()\n)", WATCHER, "from x import f\n"),
            ["a, b = f(1), f(2)\n"],
            ["watcher", ">>", "[a, b]"],
            id="watcher-edge-in-brackets",
        ),
        pytest.param(
            dag(
                "[t for t in dag.tasks if t.task_id not in ['x']] >> watcher()\nf(1)",
                WATCHER,
                "from x import f",
            ),
            ["    f(1)\n"],
            ["watcher", "task_id"],
            id="watcher-edge-of-some-tasks",
        ),
        pytest.param(
            dag(
                "@task\ndef make(conn):\n    create_airflow_connection(conn)\nm = make('c')\na, b, c = f(), f(), f()\n"  # noqa: E501
                "a >> m >> b\n[m, b] >> c\nchain([a, m], b, [c, make('d')])\nm >> [a]",
                CREATE,
                "from x import f\n",
            ),
            ["    a >> b\n", "    b >> c\n", "    chain(a, b, c)\n"],
            ["make", " m", "[a]"],
            id="connection-task-in-edges",
        ),
        pytest.param(
            dag(
                "@task\ndef make(conn):\n    create_airflow_connection(conn)\n"
                "chain(make('c'), *[f(n) for n in (1, 2)])",
                CREATE,
                "from x import f\n",
            ),
            ["    chain(*[f(n) for n in (1, 2)])\n"],
            ["make"],
            id="connection-task-before-a-starred-list",
        ),
        pytest.param(
            dag(
                "vpc = get_default_vpc_id()\na = f(vpc)\nb = f([vpc])\nchain(vpc, a, b)",
                "from system.amazon.aws.utils.ec2 import get_default_vpc_id\n",
                "from x import f\n",
            ),
            ['    vpc = "vpc-0123456789abcdef0"\n', "f(vpc)", "f([vpc])", "chain(a, b)"],
            ["get_default_vpc_id"],
            id="constant-is-no-task",
        ),
        pytest.param(
            dag(
                "f(f'{ENV_ID}', BUCKET, OTHER, ENV_ID)",
                "import os\nfrom x import f\n",
                "ENV_ID = os.environ.get('SYSTEM_TESTS_ENV_ID', 'default')\n"
                "BUCKET = f'bucket-{DAG_ID}_{ENV_ID}'.replace('_', '-')\nOTHER = f'{ENV_ID}_x' f'/{ENV_ID}/{{y}}'\n"  # noqa: E501
                "DAG_ID = 'a'\n",
            ),
            [
                'ENVIRONMENT = "dev"\n',
                "BUCKET = f'bucket-{DAG_ID}'.replace('_', '-')\n",
                "OTHER = 'my_x' '/{y}'\n",
                "f(f'{ENVIRONMENT}', BUCKET, OTHER, ENVIRONMENT)",
            ],
            ["ENV_ID", "import os"],
            id="environment-id",
        ),
        pytest.param(
            dag(
                "f(PROJECT_ID, TOKEN, BUCKET)",
                "import os\nfrom x import f\nfrom system.google import DEFAULT_GCP_SYSTEM_TEST_PROJECT_ID\n",
                "PROJECT_ID = os.environ.get('SYSTEM_TESTS_GCP_PROJECT') or DEFAULT_GCP_SYSTEM_TEST_PROJECT_ID\n"  # noqa: E501
                "TOKEN = os.environ.get('SYSTEM_TESTS_TOKEN', 'abc')\nBUCKET = os.environ['BUCKET']\n",
            ),
            [
                'PROJECT_ID = "my-project"\n',
                "TOKEN = 'abc'\n",
                "BUCKET = os.environ['BUCKET']\n",
                "import os\n",
            ],
            ["SYSTEM_TEST"],
            id="project-and-settings",
        ),
        pytest.param(
            dag(
                "f(DEFAULT_ARGS, START_DATE)",
                "from x import f\nfrom system.apache.beam.utils import DEFAULT_ARGS, START_DATE\n",
            ),
            ["DEFAULT_ARGS = {", "from datetime import datetime\n", "START_DATE = datetime(2021, 1, 1)\n"],
            ["system"],
            id="beam-constants",
        ),
        pytest.param(
            dag(
                "f(A, 1 if NEW else 2, new=NEW)\nif not NEW:\n    f(3)\nelse:\n    f(4)",
                "from x import f\nfrom tests_common.test_utils.version_compat import AIRFLOW_V_3_0_PLUS as NEW\n",  # noqa: E501
                "if NEW:\n    A = 1\nelse:\n    A = 2\n",
            ),
            ["A = 1\n", "f(A, 1, new=True)\n", "    f(4)\n"],
            ["NEW", "A = 2", "f(3)"],
            id="version-switch",
        ),
        pytest.param(
            dag(
                "f()",
                "import pytest\n",
                "try:\n    from x import f\nexcept ImportError:\n    pytest.skip('no')\n",
            )
            + TRAILER,
            ["from x import f\n"],
            ["pytest", "try", "except"],
            id="pytest-guard",
        ),
        pytest.param(
            dag(
                "f()",
                "try:\n    from tests_common.test_utils.watcher import watcher\nexcept ImportError:\n    pass\n",  # noqa: E501
                "from x import f\n",
            ),
            ["    f()\n"],
            ["try", "except", "watcher"],
            id="optional-harness-import",
        ),
        pytest.param(
            dag(
                "f()  # system test",
                "# A system test of f,\n# which takes long.\n\n# The point of it.\n",
                "from x import f\n",
            )
            + TRAILER,
            ["# The point of it.\n", "f()  # system test\n"],
            ["takes long"],
            id="comment-blocks",
        ),
        pytest.param(
            dag("f()", "from tests.system.utils.watcher import watcher\nfrom x import f\n"),
            ["    f()\n"],
            ["watcher"],
            id="harness-of-airflow-2",
        ),
        pytest.param(
            dag(
                "@task\ndef send(env_id):\n    return f'{env_id}-x'\nsend(env_id=context['ENV_ID'])",
                "from system.amazon.aws.utils import SystemTestContextBuilder\n",
                "build = SystemTestContextBuilder().build()\ncontext = build()\n",
            ),
            [
                "def send(env_id):\n        return f'{env_id}-x'\n",
                "send(env_id=ENVIRONMENT)",
                'ENVIRONMENT = "dev"\n',
            ],
            ["context", "build"],
            id="parameter-of-the-same-name",
        ),
    ],
)
def test_parts_of_the_harness(text, wanted, unwanted):
    after, _ = apply_codemods(text, BOTH)

    ast.parse(after)
    assert [part for part in wanted if part not in after] == [], after
    assert [part for part in unwanted if part in after] == [], after
    assert apply_codemods(after, BOTH) == (after, ())


def test_only_what_is_named_is_done():
    markers_only, (transform,) = apply_codemods(SYSTEM_TEST, ("doc-markers",))

    assert transform.name == "remove-doc-markers"
    assert "[START" not in markers_only
    assert "get_test_run" in markers_only
    assert apply_codemods(SYSTEM_TEST, ()) == (SYSTEM_TEST, ())
