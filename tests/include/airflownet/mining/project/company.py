"""A company's repository, small: two sub-projects, and everything that its DAG files lean on."""

# ruff: noqa: E501 - one file a line
from __future__ import annotations

from pathlib import Path

HEAD = "from datetime import datetime\nfrom airflow import DAG\nfrom airflow.operators.empty import EmptyOperator\n"
PLAIN = HEAD + (
    "\nwith DAG('plain', start_date=datetime(2024, 1, 1), schedule='@daily'):\n    EmptyOperator(task_id='wait')\n"
)
FILES: dict[str, str] = {
    "README.md": "Our pipelines.\n",
    "Dockerfile": "FROM apache/airflow:2.10.5-python3.12\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n",
    "requirements.txt": "furl==2.1.3\nacme-warehouse==1.0\n",
    "settings/variables.json": '{"bucket": "raw-data", "api_token": "c9f1b2a47d8e4f60b3a5"}',
    "settings/.env": "AIRFLOW_CONN_CRM=postgres://app:hunter2secret9@db.acme.io/crm\nAIRFLOW_VAR_REGION=eu\nDB_PASSWORD=s3cr3tpasswd99\n",
    "dags/.airflowignore": "drafts\n",
    "dags/plain.py": PLAIN,
    "dags/drafts/unfinished.py": PLAIN.replace("plain", "unfinished"),
    "dags/with_package.py": HEAD.replace("from airflow", "from furl import furl\nfrom airflow", 1)
    + "\nwith DAG('with_package', start_date=datetime(2024, 1, 1), schedule=None):\n    EmptyOperator(task_id='wait', doc_md=furl('https://acme.io').url)\n",
    "dags/with_variable.py": HEAD
    + "from airflow.models import Variable\n\nBUCKET = Variable.get('bucket')\nwith DAG('with_' + BUCKET.split('-')[0], start_date=datetime(2024, 1, 1), schedule=None):\n    EmptyOperator(task_id='copy')\n",
    "dags/with_module.py": HEAD
    + "from common.defaults import DEFAULTS, name_of\n\nwith DAG(name_of('orders'), default_args=DEFAULTS, start_date=datetime(2024, 1, 1), schedule=None):\n    EmptyOperator(task_id='load')\n",
    "dags/common/__init__.py": "",
    "dags/common/defaults.py": "from common.teams import OWNER\n\nDEFAULTS = {'owner': OWNER, 'retries': 2}\n\n\ndef name_of(table):\n    return f'load_{table}'\n",
    "dags/common/teams.py": "OWNER = 'data'\n",
    "dags/from_config.py": HEAD
    + "from pathlib import Path\nimport yaml\n\nfor path in sorted((Path(__file__).parent / 'config').glob('*.yaml')):\n    settings = yaml.safe_load(path.read_text())\n    with DAG(settings['dag_id'], start_date=datetime(2024, 1, 1), schedule=None) as dag:\n        for step in settings['steps']:\n            EmptyOperator(task_id=step)\n    globals()[settings['dag_id']] = dag\n",
    "dags/config/sales.yaml": "dag_id: sales\nsteps: [extract, load]\n",
    "dags/config/costs.yaml": "dag_id: costs\nsteps: [extract]\n",
    "dags/by_factory.py": '"""The airflow dag that finance asked for."""\nfrom common.factory import daily\n\ndag = daily(\'finance\')\n',
    "dags/common/factory.py": HEAD
    + "\n\ndef daily(name):\n    with DAG(name, start_date=datetime(2024, 1, 1), schedule='@daily') as dag:\n        EmptyOperator(task_id='wait')\n    return dag\n",
    "dags/with_plugin.py": HEAD.replace("EmptyOperator", "EmptyOperator  # noqa")
    + "from acme_operators import CrmOperator\n\nwith DAG('with_plugin', start_date=datetime(2024, 1, 1), schedule=None):\n    CrmOperator(task_id='crm')\n",
    "plugins/acme_operators.py": "from airflow.models.baseoperator import BaseOperator\n\n\nclass CrmOperator(BaseOperator):\n    def execute(self, context):\n        return 'token'\n",
    "dags/undeclared.py": HEAD
    + "import onepasswordconnectsdk\n\nwith DAG('undeclared', start_date=datetime(2024, 1, 1), schedule=None):\n    EmptyOperator(task_id='wait')\n",
    "teams/ads/Dockerfile": "FROM apache/airflow:3.1.0\nRUN pip install adsapi\n",
    "teams/ads/dags/campaigns.py": "import adsapi\nfrom airflow.sdk import dag, task\n\n\n@dag(schedule=None)\ndef campaigns():\n    @task\n    def fetch():\n        return adsapi.fetch()\n\n    fetch()\n\n\ncampaigns()\n",
}


def write(root: Path, files: dict[str, str] = FILES) -> Path:
    """Writes the repository below a folder, returns it."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root
