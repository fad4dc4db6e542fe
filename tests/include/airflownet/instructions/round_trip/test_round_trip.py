from __future__ import annotations

import pytest

from airflownet.asked_for.parts import NOT_THERE, Parts
from airflownet.asked_for.structure import compare, structure_of
from airflownet.instructions.describer import describe
from airflownet.instructions.round_trip.stated import stated
from airflownet.judge.loader import load_source

CODE = """from airflow.sdk import DAG
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.standard.operators.python import PythonOperator

with DAG("sales", schedule="@daily"):
    a = SQLExecuteQueryOperator(task_id="extract_orders", sql="select 1", database="shop")
    b = PythonOperator(task_id="load_orders", python_callable=print)
    a >> b
"""


def test_a_specification_states_more_than_a_vague_wish() -> None:
    facts = describe(load_source(CODE), "k", {"brief": 300}).facts
    told = "Every day: extract the orders with `select 1` from the database `shop`, then load the orders."
    assert stated(told, facts) == Parts(1.0, 1.0, 1.0, 1.0)
    backwards = "load the orders after you extract the orders, daily"
    assert stated(backwards, facts).edges == 0.0
    assert stated(backwards, facts).arguments == 0.0
    assert stated("Do something useful with our data.", facts).score == 0.0


OTHER_SQL = ('"select 1", database="shop"', '"select 2", database="all"')
INVENTED = ("a >> b\n", 'a >> b >> PythonOperator(task_id="z", python_callable=print)\n')


@pytest.mark.parametrize(
    ("change", "part", "value"),
    [
        pytest.param(("", ""), "score", 1.0, id="same"),
        pytest.param(("extract_orders", "pull"), "score", 1.0, id="ids-are-free"),
        pytest.param(("@daily", "@hourly"), "schedule", 0.0, id="schedule"),
        pytest.param(("a >> b", "b >> a"), "edges", 0.0, id="turned-edge"),
        pytest.param(("    a >> b\n", ""), "edges", 0.0, id="no-edge"),
        pytest.param(OTHER_SQL, "arguments", 0.0, id="command"),
        pytest.param(INVENTED, "operators", 0.8, id="invented-task"),
    ],
)
def test_structures_are_compared_part_by_part(change: tuple[str, str], part: str, value: float) -> None:
    source = structure_of(load_source(CODE))
    other = structure_of(load_source(CODE.replace(*change) if change[0] else CODE))
    assert getattr(compare(source, other), part) == pytest.approx(value)


def test_what_the_source_lacks_is_not_counted() -> None:
    assert Parts(1.0, NOT_THERE, NOT_THERE, 0.5).score == pytest.approx((0.4 + 0.1) / 0.6)
    assert Parts(NOT_THERE, NOT_THERE, NOT_THERE, NOT_THERE).score == NOT_THERE
