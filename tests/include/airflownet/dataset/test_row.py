"""Rows as chats: what stands in which turn."""

from __future__ import annotations

import pytest

from airflownet.dataset.row import Origin, Row, chat
from airflownet.dataset.settings import DatasetSettings
from airflownet.families.family_records import FamilyMember

REQUEST = "create an S3 bucket, then run a bash command"
ORIGIN = Origin("f", "r", "1", "p", "", "", "Apache-2.0", ())


def row(kind: str) -> Row:
    member = FamilyMember.__new__(FamilyMember)
    return Row(kind, ORIGIN, member, REQUEST, "answer", "", "loads")


@pytest.mark.parametrize(
    ("kind", "card"),
    [
        ("plan", "\nS3CreateBucketOperator(bucket_name"),
        ("create", "import S3CreateBucketOperator\n"),
        ("replay", ""),
    ],
)
def test_rows_can_carry_cards_behind_the_system_message(kind: str, card: str) -> None:
    system, user, _ = chat(row(kind), DatasetSettings(card_tokens=300))
    assert user.content == REQUEST  # the request keeps its words
    assert card in system.content
    plain = chat(row(kind), DatasetSettings())[0].content
    assert system.content.startswith(plain)
    assert ("What Airflow 3.3 offers for it:" in system.content) == bool(card)
    assert "offers for it" not in plain
