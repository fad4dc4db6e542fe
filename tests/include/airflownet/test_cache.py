"""The cache folder and the check for free disk."""

from __future__ import annotations

import pytest

from airflownet.cache import cache_dir, require_free_disk
from airflownet.errors import DiskSpaceError


def test_the_cache_can_be_put_elsewhere(separate_cache):
    assert cache_dir("a", "b") == separate_cache / "a" / "b"
    assert (separate_cache / "a" / "b").is_dir()


def test_a_full_disk_names_need_rest_and_remedy(tmp_path):
    with pytest.raises(DiskSpaceError, match=r"demo needs 1000000000\.0 GB .* are left") as caught:
        require_free_disk(tmp_path / "not" / "there", 10**18, "demo")
    assert "AIRFLOWNET_CACHE_DIR" in caught.value.remedy


def test_enough_disk_is_silent(tmp_path):
    require_free_disk(tmp_path, 1, "demo")
