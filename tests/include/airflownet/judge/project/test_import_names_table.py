"""The table of import names: from wheels on disk, and from wheels of an index that are not downloaded."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from airflownet.judge.project import wheel_listing
from airflownet.judge.project.import_names_table import installed_in, main, table
from airflownet.judge.project.listed_distribution import modules_in


@pytest.mark.parametrize(
    ("files", "modules"),
    [
        (["furl/__init__.py", "furl/compat.py", "furl-2.dist-info/RECORD"], ["furl"]),
        (["six.py", "__pycache__/six.pyc", "../../bin/six.py"], ["six"]),
        (["yaml/__init__.py", "_yaml/__init__.py"], ["yaml"]),
        (["_cffi_backend.cpython-312-x86_64-linux-gnu.so"], ["_cffi_backend"]),
        (
            ["acme/warehouse/__init__.py", "acme/alerts/mail/__init__.py"],
            ["acme.alerts.mail", "acme.warehouse"],
        ),
        (["azure/keyvault/__init__.py", "azure/keyvault/secrets/__init__.py"], ["azure.keyvault"]),
        ([f"big/part{n}/__init__.py" for n in range(9)], ["big"]),
        (["tool/__init__.py", "tests/__init__.py", "docs/conf.py"], ["tool"]),
        (["data/list.txt"], []),
    ],
    ids=[
        "package",
        "module",
        "private",
        "only private",
        "namespace",
        "shared",
        "many",
        "by mistake",
        "no code",
    ],
)
def test_modules_of_a_list_of_files(files: list[str], modules: list[str]) -> None:
    assert modules_in(files) == modules


def wheel(folder: Path, name: str, version: str, files: dict[str, str], requires: str = "") -> Path:
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}"
    everything = {**files, f"{info}/METADATA": metadata}
    record = "".join(f"{file},,\n" for file in [*everything, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in {**everything, f"{info}/RECORD": record}.items():
            archive.writestr(file, text)
    return path


def test_rows_of_wheels(tmp_path: Path) -> None:
    needs = "Requires-Dist: Six>=1\nRequires-Dist: rich; extra == 'all'\nRequires-Dist: ]broken\n"
    old = wheel(tmp_path, "Acme_Tool", "9.0", {"old/__init__.py": ""})
    new = wheel(tmp_path, "acme_tool", "10.0", {"tool/__init__.py": ""}, needs)
    rows = table(installed_in([str(new), str(old)]), ["# a comment", "zzz\tzzz\t", "acme-tool\tgone\t"])
    assert rows == ["acme-tool\ttool\tsix", "zzz\tzzz\t"]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[tuple[str, list[int]]]:
    """An index that speaks the simple API and gives parts of files, and how many bytes it gave of them."""
    big = {"tool/__init__.py": "", "tool/data.py": "".join(f"x{n} = {n * n}\n" for n in range(60_000))}
    path = wheel(tmp_path, "acme_tool", "1.0", big, "Requires-Dist: six\n")
    wheel(tmp_path, "acme_tool", "2.0rc1", {"next/__init__.py": ""})
    sent: list[int] = []

    class Index(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/simple/acme-tool/":
                files = [
                    {"filename": one.name, "url": f"/files/{one.name}", "hashes": {}}
                    for one in sorted(tmp_path.glob("*.whl"))
                ]
                page = {"meta": {"api-version": "1.0"}, "name": "acme-tool", "files": files}
                self.answer(200, json.dumps(page).encode(), "application/vnd.pypi.simple.v1+json")
            elif self.path == f"/files/{path.name}":
                data = path.read_bytes()
                first, _, last = self.headers["Range"].removeprefix("bytes=").partition("-")
                start = int(first) if first else max(0, len(data) - int(last))
                part = data[start : int(last) + 1 if first else None]
                sent.append(len(part))
                self.answer(206, part, "x/y", f"bytes {start}-{start + len(part) - 1}/{len(data)}")
            else:
                self.answer(404, b"", "text/plain")

        def answer(self, status: int, body: bytes, kind: str, part: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if part:
                self.send_header("Content-Range", part)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Index)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/simple/", sent
    server.shutdown()
    server.server_close()


def test_a_wheel_of_an_index_is_not_downloaded(
    index: tuple[str, list[int]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    address, sent = index
    monkeypatch.setenv("PIP_INDEX_URL", address)
    assert main(["--index", "acme-tool", "no-such-thing"]) == 0
    said = capsys.readouterr()
    assert "acme-tool\ttool\tsix\n" in said.out
    assert said.err == "no-such-thing: the index does not have it\n"
    assert sum(sent) < (tmp_path / "acme_tool-1.0-py3-none-any.whl").stat().st_size / 3
    assert list(wheel_listing.newest_wheels([], address)) == []
