"""The part of a model hub that ``llama-server -hf`` uses, on a real socket: refs, file list, download.

``with ModelHub({"owner/name": [path]}) as hub: ...`` and the environment variable ``HF_ENDPOINT=hub.url``.
"""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class ModelHub:
    """A hub in a thread of its own; ``history`` holds the path of every request."""

    def __init__(self, repositories: dict[str, list[Path]]) -> None:
        self.repositories = repositories
        self.history: list[str] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> ModelHub:
        self._thread.start()
        return self

    def __exit__(self, *unused: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def answer(self, path: str) -> bytes | None:
        """The body, None for what is not there."""
        for name, files in self.repositories.items():
            if path == f"/api/models/{name}/refs":
                return json.dumps({"branches": [{"name": "main", "targetCommit": COMMIT}]}).encode()
            if path.startswith(f"/api/models/{name}/tree/{COMMIT}"):
                return json.dumps([_entry(file) for file in files]).encode()
            for file in files:
                if path == f"/{name}/resolve/{COMMIT}/{file.name}":
                    return file.read_bytes()
        return None


def _entry(file: Path) -> dict[str, Any]:
    digest, size = hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_size
    lfs = {"oid": digest, "size": size, "pointerSize": 134}
    return {"type": "file", "path": file.name, "size": size, "oid": digest[:40], "lfs": lfs}


def _handler(hub: ModelHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._reply(with_body=False)

        def do_GET(self) -> None:
            self._reply(with_body=True)

        def _reply(self, *, with_body: bool) -> None:
            hub.history.append(self.path)
            data = hub.answer(self.path)
            body = data if data is not None else b'{"error":"not found"}'
            self.send_response(200 if data is not None else 404)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", f'"{hashlib.sha256(body).hexdigest()}"')
            self.end_headers()
            if with_body:
                self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            return

    return Handler
