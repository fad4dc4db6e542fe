from __future__ import annotations

import pytest
from pydantic import ValidationError

from airflownet.mining.settings import LocalSource, MiningSettings, PypiSource

WRONG = {
    "no-sources": {"sources": []},
    "unknown-kind": {"sources": [{"kind": "ftp", "project": "x"}]},
    "short-hash": {"sources": [{"project": "x", "sha256": "abc"}]},
    "not-a-version": {"sources": [{"project": "x", "version": "new-ish"}]},
    "typo": {"sources": [{"projct": "x"}]},
    "twice": {"sources": [{"project": "x", "version": "1.0"}, {"project": "x", "version": "1.0"}]},
    "version-and-versions": {"sources": [{"project": "x", "version": "1.0", "versions": ["1.1"]}]},
    "no-range": {"sources": [{"project": "x", "versions": "about 3"}]},
    "git-password": {"sources": [{"kind": "git", "repository": "https://u:p@h/x.git"}]},
    "git-twice": {"sources": [{"kind": "git", "repository": "x"}, {"kind": "git", "repository": "x"}]},
    "no-date": {"sources": [{"project": "x"}], "date": "yesterday"},
    "folder-up": {"sources": [{"project": "x"}], "folders": ["../tests"]},
    "size-out-of-range": {"sources": [{"project": "x"}], "max_file_bytes": 1},
}


def test_the_kind_of_a_source_may_be_left_out():
    settings = MiningSettings.model_validate({"sources": [{"project": "x"}, {"kind": "local", "path": "."}]})
    assert [type(source) for source in settings.sources] == [PypiSource, LocalSource]
    assert MiningSettings.model_validate(settings.model_dump(mode="json")) == settings


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG)
def test_wrong_settings_are_refused(data):
    with pytest.raises(ValidationError):
        MiningSettings.model_validate(data)
