"""What an audit's report means: refused, accepted for a while, unknown."""

from __future__ import annotations

import datetime

import pytest

from airflownet.errors import InputError
from airflownet.toolchain.audit import Allowed, findings, read_allowed

TODAY = datetime.date(2026, 11, 30)
REPORT = {
    "dependencies": [
        {"name": "sound", "version": "1.0", "vulns": []},
        {"name": "private", "skip_reason": "not found"},
        {
            "name": "holey",
            "version": "2.0",
            "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2.1"], "description": ""}],
        },
    ]
}


def allowed(**changed: object) -> Allowed:
    fields = {"id": "CVE-1", "package": "holey", "until": TODAY, "why": "not reached"}
    return Allowed.model_validate(fields | changed)


@pytest.mark.parametrize(
    ("entries", "n_refused"),
    [
        pytest.param([], 1, id="nothing-accepted"),
        pytest.param([allowed()], 0, id="by-alias-to-the-last-day"),
        pytest.param([allowed(until=TODAY - datetime.timedelta(days=1))], 1, id="its-day-is-over"),
        pytest.param([allowed(package="sound")], 1, id="of-another-package"),
    ],
)
def test_findings(entries, n_refused):
    found = findings(REPORT, entries, TODAY)
    assert len(found.refused) == n_refused
    assert len(found.refused) + len(found.accepted) == 1
    assert found.unknown == ("private",)
    assert found.n_known == 2


def test_the_list_of_the_repository_can_be_read():
    assert isinstance(read_allowed(), list)


def test_an_entry_without_a_day_is_refused(tmp_path):
    (tmp_path / "list.yaml").write_text("- {id: CVE-1, package: p, why: because}\n")
    with pytest.raises(InputError, match="until"):
        read_allowed(tmp_path / "list.yaml")
