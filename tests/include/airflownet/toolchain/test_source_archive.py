import dataclasses
import hashlib
import socket

import pytest

from airflownet.cache import cache_dir
from airflownet.errors import DiskSpaceError, IntegrityError, NetworkError, SetupError
from airflownet.toolchain.source_archive import SourceArchive, fetch

DATA = bytes(range(256)) * 20_000
ARCHIVE = SourceArchive(
    "some-project", "1.0", "some_project-1.0.tar.gz", len(DATA), hashlib.sha256(DATA).hexdigest()
)


def test_downloads_once_and_makes_no_request_afterwards(package_index):
    package_index.files[ARCHIVE.filename] = DATA
    path = fetch(ARCHIVE)
    assert path.read_bytes() == DATA
    asked = len(package_index.requests)
    assert fetch(ARCHIVE) == path
    assert len(package_index.requests) == asked


def test_damaged_file_in_the_cache_is_downloaded_again(package_index):
    package_index.files[ARCHIVE.filename] = DATA
    fetch(ARCHIVE).write_bytes(b"damaged")
    assert fetch(ARCHIVE).read_bytes() == DATA


def test_wrong_hash_is_refused_and_nothing_is_kept(package_index):
    package_index.files[ARCHIVE.filename] = b"x" + DATA[1:]
    with pytest.raises(IntegrityError, match=ARCHIVE.sha256) as caught:
        fetch(ARCHIVE)
    assert hashlib.sha256(b"x" + DATA[1:]).hexdigest() in caught.value.message
    assert not list(cache_dir("downloads").glob("*.tar.gz*[!k]"))
    package_index.files[ARCHIVE.filename] = DATA
    assert fetch(ARCHIVE).read_bytes() == DATA


def test_broken_download_continues_where_it_stopped(package_index):
    package_index.files[ARCHIVE.filename] = DATA
    package_index.cut_after_bytes = 2_000_000
    with pytest.raises(NetworkError, match="is kept"):
        fetch(ARCHIVE)
    package_index.cut_after_bytes = None
    assert fetch(ARCHIVE).read_bytes() == DATA
    assert len(package_index.ranges) == 1
    assert 0 < int(package_index.ranges[0].removeprefix("bytes=").removesuffix("-")) <= 2_000_000


def test_too_long_rest_of_another_file_is_not_continued_for_ever(package_index):
    package_index.files[ARCHIVE.filename] = DATA
    part = cache_dir("downloads") / (ARCHIVE.filename + ".part")
    part.write_bytes(b"z" * (len(DATA) + 5))
    with pytest.raises(IntegrityError):
        fetch(ARCHIVE)
    assert fetch(ARCHIVE).read_bytes() == DATA


def test_no_network_names_the_remedies(package_index, monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{unused.getsockname()[1]}/simple/")
        with pytest.raises(NetworkError) as caught:
            fetch(ARCHIVE)
    assert "PIP_INDEX_URL" in caught.value.remedy
    assert "make setup" in caught.value.remedy


def test_password_of_the_index_is_never_shown(package_index, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://user:hunter2@127.0.0.1:9/simple/")
    with pytest.raises(NetworkError) as caught:
        fetch(ARCHIVE)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "archive",
    [
        pytest.param(ARCHIVE, id="no such project"),
        pytest.param(dataclasses.replace(ARCHIVE, filename="some_project-2.0.tar.gz"), id="no such file"),
    ],
)
def test_index_without_the_release(package_index, archive):
    if archive is not ARCHIVE:
        package_index.files[ARCHIVE.filename] = DATA
    with pytest.raises(SetupError, match="does not offer"):
        fetch(archive)


def test_full_disk_is_told_before_anything_is_asked(package_index, full_disk):
    package_index.files[ARCHIVE.filename] = DATA
    with pytest.raises(DiskSpaceError, match="are left"):
        fetch(ARCHIVE)
    assert package_index.requests == []
