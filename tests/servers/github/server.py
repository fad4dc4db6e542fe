"""GitHub on a local port: REST and GraphQL over a real socket, from real git repositories.

Every answer is checked against GitHub's published OpenAPI description before it is sent; a request that the
description does not know fails the test. Pages with ``Link``, ETags, rate-limit headers, redirects after a
rename and the states of a repository are there; ``faults`` brings everything else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from servers.github import graphql_api, openapi
from servers.github.account import Hosted
from servers.github.git_repository import Content, GitRepository
from servers.github.search import matching_files, matching_repositories

TOKEN = "ghp_for_tests_only"


@dataclass
class Fault:
    """An answer in place of the real one, for the next requests whose path matches."""

    pattern: str
    status: int
    """0 closes the connection without an answer."""
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    times: int = 1
    reset_in_s: int | None = None
    """``X-RateLimit-Reset``, counted from the answer."""


@dataclass(frozen=True)
class Seen:
    """One request as it was answered."""

    method: str
    path: str
    status: int
    authorized: bool


@dataclass
class Reply:
    status: int
    data: Any = None
    operation: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None


class GithubServer:
    """``with GithubServer(tmp_path) as github: github.add("acme/dags", {"dags/a.py": text})``."""

    def __init__(self, folder: Path, prefix: str = "") -> None:
        self.folder = folder
        self.prefix = prefix
        self.hosted: dict[int, Hosted] = {}
        self.renamed: dict[str, int] = {}
        self.seen: list[Seen] = []
        self.blobs_served: Counter[str] = Counter()
        self.faults: list[Fault] = []
        self.remaining: dict[str, int] = {"core": 5_000, "search": 30, "code_search": 10, "graphql": 5_000}
        self.limits_reset_at = int(time.time()) + 3_600
        self.refill_search = True
        self.tree_limit = 100_000
        self.incomplete: Counter[str] = Counter()
        """Word of a search -> how often it is still answered as incomplete."""
        self.hidden_results = 0
        """So many results are counted by searches but not shown."""
        self.damaged: set[str] = set()
        """Files served with other bytes."""
        self.answers: Callable[[int], bool] = lambda _number: True
        """Asked with the number of each request; False closes the connection without an answer."""
        self.problems: list[str] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{self.prefix}"

    def add(self, full_name: str, files: dict[str, Content] | None, **facts: Any) -> Hosted:
        """Hosts a repository with one commit; without files it is empty."""
        repo_id = 1_000 + len(self.hosted)
        git = GitRepository(self.folder / f"{repo_id}.git")
        if files is not None:
            git.commit(files)
        return self.host(Hosted(repo_id, full_name, git, **facts))

    def host(self, hosted: Hosted) -> Hosted:
        self.hosted[hosted.repo_id] = hosted
        return hosted

    def push(self, hosted: Hosted, files: dict[str, Content], *, minute: int = 1) -> str:
        commit = hosted.git.commit(files)
        hosted.pushed_at = f"2026-02-01T00:{minute:02}:00Z"
        return commit

    def rename(self, hosted: Hosted, full_name: str) -> None:
        self.renamed[hosted.full_name.lower()] = hosted.repo_id
        hosted.full_name = full_name

    def find(self, full_name: str) -> Hosted | None:
        wanted = full_name.lower()
        live = next((h for h in self.hosted.values() if h.full_name.lower() == wanted), None)
        return live or self.hosted.get(self.renamed.get(wanted, -1))

    def counts(self) -> Counter[int]:
        return Counter(seen.status for seen in self.seen)

    def __enter__(self) -> GithubServer:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        assert not self.problems, self.problems

    # What is answered

    def _reply(self, method: str, path: str, query: dict[str, str], body: Any, authorized: bool) -> Reply:
        if path.endswith("/graphql") and method == "POST":
            if not authorized:
                return Reply(401, {"message": "This endpoint requires you to be authenticated."})
            return Reply(200, graphql_api.answer(body, self.find, self._served))
        if match := re.fullmatch(r"/repos/([^/]+/[^/]+)", path):
            hosted = self.find(match[1])
            if hosted is not None and hosted.full_name.lower() != match[1].lower():
                location = f"{self.url}/repositories/{hosted.repo_id}"
                data = openapi.sample("basic-error", message="Moved Permanently", url=location)
                return Reply(301, data, "/repos/{owner}/{repo}", {"Location": location})
            return self._repository(hosted, "", query)
        if match := re.fullmatch(r"/repositories/(\d+)(/.*)?", path):
            return self._repository(self.hosted.get(int(match[1])), match[2] or "", query)
        if match := re.fullmatch(r"/(orgs|users)/([^/]+)/repos", path):
            return self._listing(match[1], match[2], path, query)
        if path in ("/search/repositories", "/search/code"):
            return self._search(path, query, authorized)
        return Reply(404, {"message": "Not Found", "documentation_url": "x"})

    def _repository(self, hosted: Hosted | None, rest: str, query: dict[str, str]) -> Reply:
        if hosted is None or hosted.state == 404:
            return Reply(404, {"message": "Not Found", "documentation_url": "x"}, "/repos/{owner}/{repo}")
        if hosted.state != 200:
            reason = "dmca" if hosted.state == 451 else "tos"
            return Reply(hosted.state, {"message": "Repository access blocked", "block": {"reason": reason}})
        if not rest:
            return Reply(200, hosted.described("full-repository"), "/repos/{owner}/{repo}")
        if not hosted.git.refs():
            message = {"message": "Git Repository is empty.", "documentation_url": "x"}
            return Reply(409, message, "/repos/{owner}/{repo}/git/ref/{ref}")
        kind, _, name = rest.removeprefix("/git/").partition("/")
        if rest.startswith("/tarball/"):
            location = f"{self.url}/codeload/{hosted.repo_id}/{rest.rpartition('/')[2]}?token=signed"
            return Reply(302, None, "/repos/{owner}/{repo}/tarball/{ref}", {"Location": location})
        answers = {
            "ref": self._ref,
            "matching-refs": self._matching_refs,
            "tags": self._tag,
            "commits": self._commit,
            "trees": self._tree,
            "blobs": self._blob,
        }
        return answers[kind](hosted, unquote(name), query)

    def _ref(self, hosted: Hosted, name: str, query: dict[str, str]) -> Reply:
        operation = "/repos/{owner}/{repo}/git/ref/{ref}"
        if name not in hosted.git.refs():
            return Reply(404, {"message": "Not Found", "documentation_url": "x"}, operation)
        return Reply(200, self._described_ref(hosted, name), operation)

    def _matching_refs(self, hosted: Hosted, prefix: str, query: dict[str, str]) -> Reply:
        data = [self._described_ref(hosted, n) for n in sorted(hosted.git.refs()) if n.startswith(prefix)]
        return Reply(200, data, "/repos/{owner}/{repo}/git/matching-refs/{ref}")

    def _described_ref(self, hosted: Hosted, name: str) -> dict[str, Any]:
        sha, kind = hosted.git.refs()[name]
        return openapi.sample("git-ref", ref=f"refs/{name}", object={"type": kind, "sha": sha, "url": "x"})

    def _tag(self, hosted: Hosted, sha: str, query: dict[str, str]) -> Reply:
        name, kind, target = hosted.git.tag_target(sha)
        data = openapi.sample("git-tag", sha=sha, tag=name, object={"sha": target, "type": kind, "url": "x"})
        return Reply(200, data, "/repos/{owner}/{repo}/git/tags/{tag_sha}")

    def _commit(self, hosted: Hosted, sha: str, query: dict[str, str]) -> Reply:
        operation = "/repos/{owner}/{repo}/git/commits/{commit_sha}"
        if hosted.git.type_of(sha) != "commit":
            return Reply(404, {"message": "Not Found", "documentation_url": "x"}, operation)
        return Reply(200, openapi.sample("git-commit", sha=sha), operation)

    def _tree(self, hosted: Hosted, sha: str, query: dict[str, str]) -> Reply:
        entries = hosted.git.tree(sha, recursive="recursive" in query)
        tree = []
        for entry in entries[: self.tree_limit]:
            described: dict[str, Any] = {
                "path": entry.path,
                "mode": entry.mode,
                "type": entry.kind,
                "sha": entry.sha,
            }
            if entry.kind == "blob":
                described["size"] = entry.size
            if entry.kind != "commit":
                described["url"] = "x"
            tree.append(described)
        data = {"sha": sha, "url": "x", "tree": tree, "truncated": len(entries) > self.tree_limit}
        return Reply(200, data, "/repos/{owner}/{repo}/git/trees/{tree_sha}")

    def _blob(self, hosted: Hosted, sha: str, query: dict[str, str]) -> Reply:
        operation = "/repos/{owner}/{repo}/git/blobs/{file_sha}"
        if hosted.git.type_of(sha) != "blob":
            return Reply(404, {"message": "Not Found", "documentation_url": "x"}, operation)
        content = hosted.git.content(sha)
        self._served(sha)
        if sha in self.damaged:
            content = b"#" + content[1:]
        encoded = base64.encodebytes(content).decode()
        data = openapi.sample("blob", sha=sha, size=len(content), content=encoded, encoding="base64")
        return Reply(200, data, operation)

    def _served(self, sha: str) -> None:
        with self._lock:
            self.blobs_served[sha] += 1

    def _listing(self, kind: str, owner: str, path: str, query: dict[str, str]) -> Reply:
        mine = [h for h in self.hosted.values() if h.full_name.lower().startswith(owner.lower() + "/")]
        mine = [h for h in mine if h.state == 200]
        if not mine and not any(h.full_name.startswith(owner + "/") for h in self.hosted.values()):
            return Reply(404, {"message": "Not Found", "documentation_url": "x"})
        operation = "/orgs/{org}/repos" if kind == "orgs" else "/users/{username}/repos"
        page, size = int(query.get("page", 1)), int(query.get("per_page", 30))
        data = [h.described("minimal-repository") for h in mine[(page - 1) * size : page * size]]
        return Reply(200, data, operation, self._link(path, query, page, -(-len(mine) // size)))

    def _search(self, path: str, query: dict[str, str], authorized: bool) -> Reply:
        if path == "/search/code" and not authorized:
            return Reply(401, {"message": "Requires authentication", "documentation_url": "x"})
        if len(query["q"]) > 256:
            return Reply(422, openapi.sample("validation-error", message="Validation Failed"), path)
        matching = matching_files if path == "/search/code" else matching_repositories
        items = matching(query["q"], list(self.hosted.values()))
        page, size = int(query.get("page", 1)), int(query.get("per_page", 30))
        if page * size > 1_000:
            message = "Only the first 1000 search results are available"
            return Reply(422, openapi.sample("validation-error", message=message), path)
        word = next((word for word in self.incomplete if word in query["q"]), "")
        is_incomplete = bool(word and self.incomplete[word] > 0)
        if is_incomplete:
            self.incomplete[word] -= 1
        shown = items[: min(1_000, len(items) - self.hidden_results)]
        data = {
            "total_count": len(items),
            "incomplete_results": is_incomplete,
            "items": shown[(page - 1) * size : page * size],
        }
        return Reply(200, data, path, self._link(path, query, page, -(-len(shown) // size)))

    def _link(self, path: str, query: dict[str, str], page: int, last: int) -> dict[str, str]:
        if page >= last:
            return {}
        others = "&".join(f"{name}={value}" for name, value in query.items() if name != "page")
        address = f"{self.url}{path}?{others.replace(' ', '+')}&page="
        return {"Link": f'<{address}{page + 1}>; rel="next", <{address}{last}>; rel="last"'}

    # How it is answered

    def _limit_headers(self, resource: str) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": str(max(0, self.remaining[resource])),
            "X-RateLimit-Reset": str(self.limits_reset_at),
            "X-RateLimit-Resource": resource,
        }

    def _take_one(self, resource: str) -> Reply | None:
        """Counts a request against a limit; returns the refusal when none remains."""
        if time.time() >= self.limits_reset_at:
            self.remaining[resource] = 5_000
            self.limits_reset_at = int(time.time()) + 3_600
        if self.remaining[resource] <= 0:
            return Reply(403, {"message": "API rate limit exceeded for user ID 1.", "documentation_url": "x"})
        self.remaining[resource] -= 1
        if self.refill_search and resource.endswith("search"):
            self.remaining[resource] = max(1, self.remaining[resource])
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._do("GET")

            def do_POST(self) -> None:
                self._do("POST")

            def _do(self, method: str) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with server._lock:
                    number = len(server.seen) + 1
                    authorized = self.headers.get("Authorization") in (f"token {TOKEN}", f"Bearer {TOKEN}")
                    server.seen.append(Seen(method, self.path, 0, authorized))
                if not server.answers(number):
                    self.close_connection = True
                    return
                try:
                    reply = self._answered(method, parts, body, authorized)
                except Exception as error:
                    server.problems.append(f"{method} {self.path}: {error!r}")
                    reply = Reply(500, {"message": "the test server failed"})
                with server._lock:
                    server.seen[number - 1] = Seen(method, self.path, reply.status, authorized)
                if reply.status == 0:
                    self.close_connection = True
                    return
                content = reply.raw if reply.raw is not None else json.dumps(reply.data).encode()
                if reply.status == 304 or (reply.data is None and reply.raw is None):
                    content = b""
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def _answered(self, method: str, parts: Any, body: bytes, authorized: bool) -> Reply:
                path = parts.path.removeprefix(server.prefix)
                query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
                if match := re.fullmatch(r"/codeload/(\d+)/([0-9a-f]{40})", path):
                    assert "Authorization" not in self.headers, "the token travels to the archive's address"
                    hosted = server.hosted[int(match[1])]
                    name = hosted.full_name.replace("/", "-")
                    return Reply(200, raw=hosted.git.archive(match[2], f"{name}-{match[2][:7]}"))
                assert self.headers.get("User-Agent"), "GitHub refuses requests without a user agent"
                for fault in server.faults:
                    if fault.times > 0 and re.search(fault.pattern, self.path):
                        fault.times -= 1
                        headers = dict(fault.headers)
                        if fault.reset_in_s is not None:
                            headers["X-RateLimit-Reset"] = str(int(time.time()) + fault.reset_in_s)
                        return Reply(fault.status, fault.body, headers=headers)
                if "Authorization" in self.headers and not authorized:
                    return Reply(401, {"message": "Bad credentials", "documentation_url": "x"})
                resource = {"/search/code": "code_search", "/search/repositories": "search"}.get(path, "core")
                resource = "graphql" if path.endswith("/graphql") else resource
                data = json.loads(body) if body else None
                reply = server._reply(method, path, query, data, authorized)
                if reply.operation:
                    unknown = set(query) - openapi.allowed_query(reply.operation) - {"per_page"}
                    assert not unknown, f"GitHub knows no parameters {unknown} of {reply.operation}"
                    openapi.check(reply.operation, reply.status, reply.data)
                if reply.status == 200 and method == "GET":
                    auth = self.headers.get("Authorization", "") + self.headers.get("Accept", "")
                    text = auth + json.dumps([reply.data, reply.headers.get("Link", "")])
                    etag = 'W/"' + hashlib.sha256(text.encode()).hexdigest() + '"'
                    if self.headers.get("If-None-Match") == etag:
                        return Reply(304, headers={"ETag": etag, **server._limit_headers(resource)})
                    reply.headers["ETag"] = etag
                refusal = server._take_one(resource)
                reply = refusal or reply
                reply.headers |= server._limit_headers(resource)
                return reply

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler
