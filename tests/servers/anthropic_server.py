"""Anthropic's Message Batches protocol on a real socket, with replies a real one gives too seldom to test.

``with AnthropicServer(reply=lambda params: "text") as server``: results come out of order; ``fates`` decides
per request (``errored``, ``invalid``, ``expired``, ``max_tokens`` ...), ``failures`` answers the next calls
with a status, 0 closes the connection, and ``swallow_next_create`` makes the batch but drops the answer.
What API version 2026-10-21 refuses is refused with status 400: see ``anthropic_refusals``.
"""

from __future__ import annotations

import datetime
import json
import random
import threading
from collections import defaultdict
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from servers.anthropic_refusals import refusal

RETRY_AT_ONCE = {"retry-after": "0"}


class AnthropicServer:
    """A server in a thread of its own; ``created`` holds the custom ids of every batch, in order."""

    def __init__(
        self,
        reply: Callable[[dict[str, Any]], str] = lambda _params: "ok",
        *,
        models: tuple[str, ...] = ("claude-sonnet-5-5", "claude-haiku-5-5", "claude-haiku-4-5"),
        polls_until_ended: int = 0,
        port: int = 0,
        key: str = "test-key",
    ) -> None:
        self.reply = reply
        self.models = models
        self.polls_until_ended = polls_until_ended
        self.key = key
        self.fates: dict[str, list[str]] = defaultdict(list)
        """custom_id -> what happens to it in its first, second ... batch; afterwards it succeeds."""
        self.every_fate: list[str] = []
        """What happens to the first requests of all, in order of arrival."""
        self.failures: list[int] = []
        """Status codes of the next requests; 0 closes the connection without an answer."""
        self.swallow_next_create = False
        self.hide_batches = False
        """Leaves the list of batches empty, as when the server has not stored one yet."""
        self.created: list[list[str]] = []
        self.requests: list[tuple[str, str]] = []
        self.params: dict[str, dict[str, Any]] = {}
        self._batches: dict[str, dict[str, Any]] = {}
        self._results: dict[str, list[dict[str, Any]]] = {}
        self._polls: dict[str, int] = defaultdict(int)
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def n_submitted(self) -> int:
        return sum(map(len, self.created))

    def __enter__(self) -> AnthropicServer:
        self._thread.start()
        return self

    def __exit__(self, *unused: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        ids = [request["custom_id"] for request in body["requests"]]
        assert len(set(ids)) == len(ids), "Anthropic refuses a custom_id that occurs twice"
        assert all(0 < len(one) <= 64 for one in ids)
        batch_id = f"msgbatch_{len(self.created):04d}"
        self.created.append(ids)
        self.params |= {request["custom_id"]: request["params"] for request in body["requests"]}
        results = [self._result(request) for request in body["requests"]]
        random.Random(batch_id).shuffle(results)
        self._results[batch_id] = results
        now = datetime.datetime.now(datetime.UTC)
        self._batches[batch_id] = {
            "id": batch_id,
            "type": "message_batch",
            "processing_status": "in_progress",
            "request_counts": {
                "processing": len(ids),
                "succeeded": 0,
                "errored": 0,
                "canceled": 0,
                "expired": 0,
            },
            "created_at": now.isoformat(),
            "expires_at": (now + datetime.timedelta(hours=24)).isoformat(),
            "ended_at": None,
            "archived_at": None,
            "cancel_initiated_at": None,
            "results_url": None,
        }
        return self._batches[batch_id]

    def batch(self, batch_id: str) -> dict[str, Any]:
        batch = self._batches[batch_id]
        self._polls[batch_id] += 1
        if self._polls[batch_id] > self.polls_until_ended and batch["processing_status"] != "ended":
            kinds = [row["result"]["type"] for row in self._results[batch_id]]
            batch["request_counts"] = {"processing": 0} | {
                kind: kinds.count(kind) for kind in ("succeeded", "errored", "canceled", "expired")
            }
            batch["processing_status"] = "ended"
            batch["results_url"] = f"{self.url}/v1/messages/batches/{batch_id}/results"
        return batch

    def listing(self) -> dict[str, Any]:
        newest_first = [] if self.hide_batches else [self.batch(one) for one in reversed(self._batches)]
        return {"data": newest_first, "has_more": False, "first_id": None, "last_id": None}

    def results(self, batch_id: str) -> str:
        return "".join(json.dumps(row) + "\n" for row in self._results[batch_id])

    def _result(self, request: dict[str, Any]) -> dict[str, Any]:
        own = self.fates[request["custom_id"]]
        fate = own.pop(0) if own else self.every_fate.pop(0) if self.every_fate else "succeeded"
        params = request["params"]
        if params["model"] not in self.models:
            result = _errored("not_found_error", f"model: {params['model']}")
        elif fate == "errored":
            result = _errored("api_error", "Internal server error")
        elif fate == "invalid":
            result = _errored("invalid_request_error", "max_tokens: too large")
        elif fate in ("expired", "canceled"):
            result = {"type": fate}
        else:
            result = {"type": "succeeded", "message": self._message(params, fate)}
        return {"custom_id": request["custom_id"], "result": result}

    def _message(self, params: dict[str, Any], fate: str) -> dict[str, Any]:
        return {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": params["model"],
            # A model that thinks first sends its (hidden) thoughts as a block before the text.
            "content": [
                {"type": "thinking", "thinking": "", "signature": "c2ln"},
                {"type": "text", "text": self.reply(params)},
            ],
            "stop_reason": "end_turn" if fate == "succeeded" else fate,
            "stop_sequence": None,
            "usage": {"input_tokens": 1000, "output_tokens": 100},
        }


def _errored(kind: str, message: str) -> dict[str, Any]:
    return {"type": "errored", "error": {"type": "error", "error": {"type": kind, "message": message}}}


def _handler(server: AnthropicServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve({})

        def do_POST(self) -> None:
            self._serve(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _serve(self, body: dict[str, Any]) -> None:
            path = self.path.split("?")[0]
            server.requests.append((self.command, path))
            bearer = self.headers.get("authorization", "").removeprefix("Bearer ")
            if server.key not in (bearer, self.headers.get("x-api-key")):
                self._send(
                    401, {"type": "error", "error": {"type": "authentication_error", "message": "key"}}
                )
                return
            if server.failures:
                status = server.failures.pop(0)
                if status == 0:
                    self.close_connection = True
                    return
                kind = {429: "rate_limit_error", 529: "overloaded_error", 404: "not_found_error"}.get(status)
                message = "model: gone" if status == 404 else "later"
                error = {"type": "error", "error": {"type": kind or "api_error", "message": message}}
                self._send(status, error, RETRY_AT_ONCE)
                return
            parts = path.strip("/").split("/")
            if parts[:3] != ["v1", "messages", "batches"]:
                self._send(404, {"type": "error", "error": {"type": "not_found_error", "message": path}})
            elif self.command == "POST" and (why := refusal(body, dict(self.headers.items()))):
                error = {"type": "invalid_request_error", "message": why}
                self._send(400, {"type": "error", "error": error})
            elif self.command == "POST":
                answer = server.create(body)
                if server.swallow_next_create:
                    server.swallow_next_create = False
                    self.close_connection = True
                    return
                self._send(200, answer)
            elif len(parts) == 3:
                self._send(200, server.listing())
            elif parts[-1] == "results":
                self._send(200, server.results(parts[3]), {"content-type": "application/x-jsonl"})
            elif parts[3] in server._batches:
                self._send(200, server.batch(parts[3]))
            else:
                self._send(404, {"type": "error", "error": {"type": "not_found_error", "message": "batch"}})

        def _send(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in ({"content-type": "application/json"} | (headers or {})).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            return

    return Handler
