"""A package index on a local port: the simple repository API in JSON (PEP 691) over a real socket."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class PackageIndex:
    """``with PackageIndex() as index: index.add("demo", "demo-1.0.tar.gz", data)``; address in ``url``."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, bytes]] = defaultdict(dict)
        self.digests: dict[str, str | None] = {}
        self.yanked: set[str] = set()
        self.requests: list[str] = []
        self.failures: list[int] = []
        """Status codes for the next requests, in order; 0 closes the connection without an answer."""
        self.cut_after: int | None = None
        """Breaks off file answers after so many bytes, while it is set."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/simple/"

    def add(self, project: str, filename: str, data: bytes, *, sha256: str | None = "right") -> str:
        """Offers a file; returns its real hash. ``sha256`` is the digest to claim, None for no digest."""
        real = hashlib.sha256(data).hexdigest()
        self.files[project][filename] = data
        self.digests[filename] = real if sha256 == "right" else sha256
        return real

    def __enter__(self) -> PackageIndex:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _page(self, project: str) -> dict[str, Any]:
        return {
            "meta": {"api-version": "1.0"},
            "name": project,
            "files": [
                {
                    "filename": name,
                    "url": f"/files/{project}/{name}",
                    "hashes": {"sha256": digest} if (digest := self.digests[name]) else {},
                    "yanked": name in self.yanked,
                }
                for name in self.files[project]
            ],
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        index = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                index.requests.append(self.path)
                if index.failures:
                    status = index.failures.pop(0)
                    if status == 0:
                        self.close_connection = True
                        return
                    self._answer(status, b"", "text/plain")
                    return
                kind, _, rest = self.path.strip("/").partition("/")
                project, _, name = rest.partition("/")
                if kind == "simple" and project in index.files:
                    body = json.dumps(index._page(project)).encode()
                    self._answer(200, body, "application/vnd.pypi.simple.v1+json")
                elif kind == "files" and name in index.files.get(project, {}):
                    self._answer(200, index.files[project][name], "application/octet-stream", index.cut_after)
                else:
                    self._answer(404, b"", "text/plain")

            def _answer(self, status: int, body: bytes, kind: str, cut_after: int | None = None) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[:cut_after])
                if cut_after is not None:
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler
