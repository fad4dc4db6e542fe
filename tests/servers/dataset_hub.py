"""A local server that speaks the part of the Hugging Face Hub's HTTP interface that a dataset push uses.

``POST /api/repos/create``, ``POST /api/validate-yaml``, ``POST /api/datasets/{repo}/preupload/{revision}``
and ``POST /api/datasets/{repo}/commit/{revision}`` (newline-delimited JSON: a header, then files in base64),
as ``huggingface_hub`` sends them and as the Hub's OpenAPI description names them.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class DatasetHub:
    """What the server was asked and what it holds."""

    url: str = ""
    token: str = "hf_test"
    status: int = 0
    """Answer every request with this status; 0 answers as the Hub does."""
    repos: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@contextmanager
def dataset_hub() -> Iterator[DatasetHub]:
    """Runs the server on a free port of this machine for the block."""
    hub = DatasetHub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def answer(self, status: int, body: Any) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self) -> None:
            body = self.body()
            hub.requests.append(self.path)
            if hub.status:
                return self.answer(hub.status, {"error": "refused"})
            if self.headers.get("Authorization") != f"Bearer {hub.token}":
                return self.answer(401, {"error": "Invalid credentials"})
            if self.path == "/api/repos/create":
                asked = json.loads(body)
                name = "/".join(part for part in (asked.get("organization"), asked["name"]) if part)
                if name in hub.repos:
                    url = f"{hub.url}/datasets/{name}"
                    return self.answer(409, {"error": "You already created this dataset repo", "url": url})
                hub.repos[name] = asked
                return self.answer(200, {"url": f"{hub.url}/datasets/{name}"})
            if self.path == "/api/validate-yaml":
                return self.answer(200, {"errors": [], "warnings": []})
            if "/preupload/" in self.path:
                files = json.loads(body)["files"]
                modes = [{"path": f["path"], "uploadMode": "regular", "shouldIgnore": False} for f in files]
                return self.answer(200, {"files": modes})
            if "/commit/" in self.path:
                for line in filter(None, body.splitlines()):
                    row = json.loads(line)
                    if row["key"] == "header":
                        hub.commits.append(row["value"]["summary"])
                    elif row["key"] == "file":
                        hub.files[row["value"]["path"]] = base64.b64decode(row["value"]["content"])
                oid = f"{len(hub.commits):040x}"
                url = f"{hub.url}{self.path.removeprefix('/api').replace('/main', '')}/{oid}"
                return self.answer(200, {"success": True, "commitOid": oid, "commitUrl": url})
            return self.answer(404, {"error": "not found"})

        def body(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
