"""What the project may matter to is told from the text; a wrong yes costs time, a wrong no an answer."""

from __future__ import annotations

import pytest

from airflownet.mining.project.needs import imported_modules, may_need_project, provider_of

DAG = "from airflow.sdk import DAG\n\nwith DAG('d'):\n    pass\n"


@pytest.mark.parametrize(
    ("text", "runs_there", "needs"),
    [
        pytest.param(DAG, True, False, id="python and airflow alone"),
        pytest.param("import json, datetime as dt\n" + DAG, True, False, id="several of python's"),
        pytest.param("from airflow.providers.cncf.kubernetes import x\n" + DAG, True, False, id="official"),
        pytest.param(
            "from airflow.providers.acme import x\n" + DAG, True, True, id="a provider of one's own"
        ),
        pytest.param("import os, common.names as n\n" + DAG, True, True, id="a module among python's"),
        pytest.param("from . import names\n" + DAG, True, True, id="relative"),
        pytest.param("    from furl import furl\n" + DAG, False, True, id="within a function"),
        pytest.param("import os; import common\n" + DAG, True, True, id="behind a semicolon"),
        pytest.param("from os import path; import common\n" + DAG, True, True, id="behind a from"),
        pytest.param("try: import common\nexcept ImportError: pass\n" + DAG, True, True, id="behind a colon"),
        pytest.param("import os, \\\n  common\n" + DAG, True, True, id="over two lines"),
        pytest.param("from.common import x\n" + DAG, True, True, id="relative without a blank"),
        pytest.param(DAG + "ROOT = __file__\n", False, True, id="its own place"),
        pytest.param(DAG + "TEXT = open('x').read()\n", False, True, id="a file"),
        pytest.param(DAG + "X = Variable.get('x')\n", True, True, id="a variable"),
        pytest.param(DAG + "X = Variable.get('x')\n", False, False, id="a variable in a release"),
        pytest.param(DAG.replace("with", "def f():\n  with"), True, True, id="a DAG in a function"),
        pytest.param("from airflow.sdk import dag\n@dag()\ndef d(): ...\nd()\n", True, False, id="decorated"),
    ],
)
def test_what_the_project_may_matter_to(text, runs_there, needs):
    assert may_need_project(text, runs_there=runs_there) is needs


def test_imports_and_providers_are_read_from_the_text():
    text = "import a.b as c, d  # e\nfrom f.g import h\n  from .i import j\nimported = 'k'\n"
    text += '"""\nimport data from S3\n"""\nimport l; x = 1\n'
    assert list(imported_modules(text)) == ["a.b", "d", "f.g", ".i", "l"]
    assert provider_of("airflow.providers.apache.kafka.hooks") == "apache-airflow-providers-apache-kafka"
    assert provider_of("airflow.providers.google.cloud") == "apache-airflow-providers-google"
    assert provider_of("airflow.models") == ""
