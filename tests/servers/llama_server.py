"""llama-server's protocol on a real socket, for replies a real one gives too seldom to test.

``with LlamaServer() as server: server.queue("/completion", 503, 503)``: each path answers what is queued
first, then like a healthy server. ``RESET`` closes the connection with a TCP reset.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections import defaultdict, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

RESET = -1
LOADING = {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}


class LlamaServer:
    """A server in a thread of its own; ``history`` holds (path, body) of every request."""

    def __init__(
        self,
        *,
        template: str = "<|{role}|>{content}<|end|>",
        slots: int = 2,
        context: int = 1024,
        delay_s: float = 0.0,
    ):
        self.template = template
        self.slots = slots
        self.context = context
        self.delay_s = delay_s
        """Before each completion."""
        self.history: list[tuple[str, dict[str, Any]]] = []
        self.replies: dict[str, deque[tuple[int, Any]]] = defaultdict(deque)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        host, port = self._http.server_address[:2]
        return f"http://{host!s}:{port}"

    def queue(self, path: str, *replies: Any) -> None:
        """Adds replies: a status, RESET, or (status, body)."""
        for reply in replies:
            self.replies[path].append(reply if isinstance(reply, tuple) else (reply, LOADING))

    def bodies(self, path: str) -> list[dict[str, Any]]:
        return [body for where, body in self.history if where == path]

    def __enter__(self) -> LlamaServer:
        self._thread.start()
        return self

    def __exit__(self, *unused: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def answer(self, path: str, body: dict[str, Any]) -> Any:
        """What a healthy server says; one token per UTF-8 byte, ``<|`` opens control token 256."""
        if path == "/health":
            return {"status": "ok"}
        if path == "/props":
            settings = {"n_ctx": self.context}
            return {"total_slots": self.slots, "default_generation_settings": settings, "build_info": "test"}
        if path == "/v1/models":
            return {"data": [{"meta": {"size": 1000}}]}
        if path == "/lora-adapters":
            return [{"id": 0, "path": "a.gguf", "scale": 0.0}]
        if path == "/tokenize":
            data = body["content"].encode()
            if body["parse_special"]:
                data = data.replace(b"<|", b"\xff")
            return {"tokens": [256 if byte == 0xFF else byte for byte in data]}
        if path == "/apply-template":
            return {
                "prompt": "".join(self._turn(**message) for message in body["messages"]) + "<|assistant|>"
            }
        if path == "/completion":
            time.sleep(self.delay_s)
            return {
                "content": "ok",
                "stop_type": "eos",
                "truncated": False,
                "tokens_evaluated": len(body["prompt"]),
                "tokens_predicted": 2,
                "generation_settings": {"lora": body.get("lora", [])},
                "timings": {"cache_n": 0, "prompt_ms": 1.0, "predicted_ms": 1.0},
            }
        return None

    def _turn(self, role: str, content: str) -> str:
        trimmed = content.strip() if "{trimmed}" in self.template else content
        return self.template.format(role=role, content=content, trimmed=trimmed)


def _handler(server: LlamaServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            self._reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _reply(self, body: dict[str, Any]) -> None:
            server.history.append((self.path, body))
            queued = server.replies[self.path]
            status, answer = queued.popleft() if queued else (200, server.answer(self.path, body))
            if status == RESET:
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
                self.close_connection = True
                return
            data = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
            self.send_response(404 if answer is None else status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            return

        def finish(self) -> None:
            if not self.connection._closed:  # type: ignore[attr-defined]
                super().finish()

    return Handler
