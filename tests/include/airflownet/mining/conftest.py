"""A package index with small archives, and an empty cache."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from servers.package_index import PackageIndex

ASF = """\
#
# Licensed to the Apache Software Foundation (ASF) under one
# or more contributor license agreements.  You may obtain a copy of the License at
#
#   http://www.apache.org/licenses/LICENSE-2.0
#
# Licensed under the Apache License, Version 2.0; see the License for the
# specific language governing permissions and limitations
# under the License.
"""
DAG_TEXT = ASF + (
    '"""A DAG."""\nfrom airflow.sdk import DAG\nfrom airflow.providers.apache.hive.operators.hive '
    'import HiveOperator\n\nwith DAG("example_%s"):\n    HiveOperator(task_id="run", hql="select 1")\n'
)
PKG_INFO = "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\nLicense-Expression: Apache-2.0\n"
APACHE_TEXT = "Apache License\nVersion 2.0, January 2004\n"

Archive = Callable[..., bytes]


@pytest.fixture
def archive() -> Archive:
    """Makes a source archive: path below the top folder -> text, bytes or a prepared TarInfo."""

    def make(files: dict[str, str | bytes | tarfile.TarInfo], *, licensed: bool = True) -> bytes:
        everything = dict(files)
        if licensed:
            everything |= {"PKG-INFO": PKG_INFO, "LICENSE": APACHE_TEXT}
        buffer = io.BytesIO()
        with (
            gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as zipped,
            tarfile.open(fileobj=zipped, mode="w") as tar,
        ):
            for path, content in everything.items():
                if isinstance(content, tarfile.TarInfo):
                    content.name = f"demo-1.0/{path}"
                    tar.addfile(content)
                    continue
                data = content.encode() if isinstance(content, str) else content
                member = tarfile.TarInfo(f"demo-1.0/{path}")
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
        return buffer.getvalue()

    return make


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AIRFLOWNET_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def index(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    with PackageIndex() as running:
        monkeypatch.setenv("PIP_INDEX_URL", running.url)
        for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setattr("airflownet.mining.release_index.PAUSES_S", (0.01, 0.01))
        yield running
