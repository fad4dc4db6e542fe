"""A small package index on a real socket: the simple API in HTML (PEP 503) and files with byte ranges."""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest

from airflownet.toolchain import llama_cpp_build, llama_cpp_source
from airflownet.toolchain.llama_cpp_source import TREE
from airflownet.toolchain.source_archive import SourceArchive


@dataclass
class PackageIndex:
    """What is offered, what was asked for, and how the server misbehaves."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    cut_after_bytes: int | None = None

    def add_wheel(self, name: str, version: str, requires: tuple[str, ...] = (), body: str = "") -> None:
        """Offers a wheel with one module of that name."""
        stem = f"{name}-{version}"
        metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"]
        metadata += [f"Requires-Dist: {requirement}\n" for requirement in requires]
        members = {
            f"{name}.py": body,
            f"{stem}.dist-info/METADATA": "".join(metadata),
            f"{stem}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(f"{path},,\n" for path in (*members, f"{stem}.dist-info/RECORD"))
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as wheel:
            for path, text in (*members.items(), (f"{stem}.dist-info/RECORD", record)):
                wheel.writestr(path, text)
        self.files[f"{stem}-py3-none-any.whl"] = buffer.getvalue()


def _handler(index: PackageIndex) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.requests.append(self.path)
            kind, _, name = unquote(self.path).strip("/").partition("/")
            if kind == "files" and name in index.files:
                self.send_file(index.files[name])
            elif kind == "simple":
                self.send_page(name.rstrip("/"))
            else:
                self.send_error(404)

        def send_page(self, project: str) -> None:
            stem = project.replace("-", "_") + "-"
            links = [
                f'<a href="../../files/{name}#sha256={hashlib.sha256(data).hexdigest()}">{name}</a>'
                for name, data in index.files.items()
                if name.lower().startswith(stem)
            ]
            if not links:
                self.send_error(404)
                return
            page = f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def send_file(self, data: bytes) -> None:
            start = 0
            if wanted := self.headers.get("Range"):
                index.ranges.append(wanted)
                start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            self.send_response(206 if wanted else 200)
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            self.wfile.write(data[start : index.cut_after_bytes])
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@pytest.fixture
def package_index(monkeypatch: pytest.MonkeyPatch, separate_cache: Path) -> Iterator[PackageIndex]:
    """A running index that pip and the toolchain are configured to use, and nothing else."""
    index = PackageIndex()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(index))
    index.address = f"http://127.0.0.1:{server.server_port}/simple/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_CERT", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", index.address)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_RETRIES", "1")
    yield index
    server.shutdown()
    server.server_close()
    thread.join()


def _source_archive(files: Mapping[str, str], extra: Sequence[tarfile.TarInfo] = ()) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(TREE + name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
        for member in (*extra, tarfile.TarInfo("llama_cpp_python-0.3.36/README.md")):
            tar.addfile(member)
    return buffer.getvalue()


@pytest.fixture
def source_archive_of() -> Callable[..., bytes]:
    """Makes a source archive: files of llama.cpp's tree, other members, and one file beside the tree."""
    return _source_archive


@pytest.fixture
def offer_source(
    package_index: PackageIndex, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Mapping[str, str]], None]:
    """Offers such an archive in the index and pins it in place of llama.cpp's."""

    def offer(files: Mapping[str, str]) -> None:
        data = _source_archive(files)
        name = "llama_cpp_python-0.tar.gz"
        archive = SourceArchive("llama-cpp-python", "0", name, len(data), hashlib.sha256(data).hexdigest())
        for module in (llama_cpp_source, llama_cpp_build):
            monkeypatch.setattr(module, "ARCHIVE", archive)
        package_index.files[name] = data

    return offer


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with one megabyte left."""
    monkeypatch.setattr("shutil.disk_usage", lambda _path: _Usage())


class _Usage:
    total, used, free = 10**12, 10**12 - 10**6, 10**6
