"""Grammars from the catalogue: llama.cpp takes them, and even random weights then write what exists."""

from __future__ import annotations

import asyncio

import pytest

from airflownet.generation.cards import cards_for
from airflownet.generation.fallback import call_of, fallback_grammar, import_of_cards, surroundings
from airflownet.generation.grammar import relation_grammar, trie
from airflownet.generation.unfinished import faults_so_far
from airflownet.generation.wanted import Wanted
from airflownet.judge.catalogue import load_catalogue
from airflownet.llama.client import LlamaClient
from airflownet.llama.sampling import Sampling
from airflownet.llama.server_spec import ServerHandle

CATALOGUE = load_catalogue("3.3")
IMPORTS = """from datetime import datetime

from airflow.providers.google.cloud.transfers.gcs_to_bigquery import GCSToBigQueryOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG

"""
DAG = IMPORTS + 'with DAG(dag_id="a", start_date=datetime(2024, 1, 1), schedule="@daily"):\n'
TWO = (
    DAG
    + '    one = BashOperator(task_id="one", bash_command="l")\n'
    + '    two = BashOperator(task_id="two", bash_command="l")\n'
)
REQUEST = "load a file from GCS into BigQuery every day, DAG id `nightly`"


@pytest.mark.parametrize(
    ("words", "expression"),
    [
        (["a"], '"a"'),
        (["abc", "abd"], '"ab" ("c" | "d")'),
        (["a", "ab"], '"a" ("" | "b")'),
        (["x", "ay", "az"], '"a" ("y" | "z") | "x"'),
    ],
)
def test_trie(words: list[str], expression: str) -> None:
    assert trie(words) == expression


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        pytest.param(IMPORTS, "from airflow.providers.google.bigquery import Load\n", id="import"),
        pytest.param(IMPORTS, 'with DAG(dag_id="b", schedule="@weekly") as dag:\n', id="header"),
        pytest.param(DAG, '    BashOperator(task_id="x", bash="l")\n', id="call"),
        pytest.param(DAG, "    GCSToBigQueryOperator(bucket='b')\n", id="call-of-many"),
        pytest.param(DAG, "    PythonOperator(task_id='x')\n", id="call-of-python"),
        pytest.param(DAG.rstrip("\n"), "\n    Nothing()\n", id="call-of-any"),
        pytest.param(TWO, "    one >> three\n", id="relation"),
    ],
)
@pytest.mark.llama
def test_random_weights_write_what_exists(server: ServerHandle, code: str, refused: str) -> None:
    wanted, cards = Wanted(REQUEST), cards_for(REQUEST)
    grammar = fallback_grammar(code, refused, CATALOGUE, wanted, cards)
    assert grammar

    async def draw() -> list[str]:
        async with LlamaClient(server.base_url) as client:
            ids = await client.tokenize("x", parse_special=False)
            samplings = [Sampling(900, temperature=1.0, seed=seed, grammar=grammar) for seed in range(3)]
            return [(await client.completion(ids, one))["content"] for one in samplings]

    for text in asyncio.run(draw()):
        assert text.endswith("\n"), text
        # Edges that close a circle and values that a name's own check refuses are for the judge to find.
        assert {fault.kind for fault in faults_so_far(code + text)} <= {"cycle", "bad-value"}


def test_a_header_has_the_stated_id_and_schedule() -> None:
    grammar = fallback_grammar(
        IMPORTS, "with DAG(dag_id='b') as dag:", CATALOGUE, Wanted(REQUEST), cards_for(REQUEST)
    )
    assert '\\"nightly\\"' in grammar
    assert '\\"@daily\\"' in grammar
    assert "@weekly" not in grammar


def test_ids_that_are_taken_are_not_offered_again() -> None:
    wanted = Wanted("Tasks:\n  - `one`: list (BashOperator)\n  - `three`: list (BashOperator)")
    grammar = call_of(["BashOperator"], surroundings(TWO, CATALOGUE), wanted, TWO)
    assert '\\"three\\"' in grammar
    assert '\\"one\\"' not in grammar


def test_without_a_dag_or_an_operator_there_is_no_grammar() -> None:
    wanted = Wanted(REQUEST)
    assert fallback_grammar("", "x = unknown_name\n", CATALOGUE, wanted, cards_for(REQUEST)) == ""
    assert import_of_cards(cards_for(REQUEST, budget_tokens=0), "") == ""


def test_relations_are_of_tasks_that_are_there() -> None:
    assert relation_grammar(("one", "two"), '""').count('"one" | "two"') == 1
