"""Real git repositories for the server: written with ``git fast-import``, read with git's own commands."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Link:
    """A symbolic link."""

    target: str


@dataclass(frozen=True)
class Submodule:
    """A commit of another repository."""

    commit: str = "1" * 40


Content = str | bytes | Link | Submodule


@dataclass(frozen=True)
class Entry:
    mode: str
    kind: str
    sha: str
    size: int
    path: str


class GitRepository:
    """A bare repository in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._objects: dict[str, tuple[str, bytes]] = {}
        self._trees: dict[tuple[str, bool], list[Entry]] = {}
        self._refs: dict[str, tuple[str, str]] | None = None
        subprocess.run(["git", "init", "--bare", "--quiet", "--initial-branch=main", str(folder)], check=True)

    def git(self, *arguments: str, data: bytes | None = None) -> bytes:
        command = ["git", "--git-dir", str(self.folder), *arguments]
        return subprocess.run(command, input=data, check=True, capture_output=True).stdout

    def commit(self, files: dict[str, Content], branch: str = "main") -> str:
        """Makes a commit that holds exactly these files; returns its SHA-1."""
        lines = [
            b"commit refs/heads/%s" % branch.encode(),
            b"committer Test <test@example.invalid> 1767225600 +0000",
            b"data 4",
            b"test",
        ]
        if self.head(f"heads/{branch}"):
            lines.append(b"from refs/heads/%s^0" % branch.encode())
        lines.append(b"deleteall")
        for path, content in files.items():
            name = path.encode()
            if isinstance(content, Submodule):
                lines.append(b"M 160000 %s %s" % (content.commit.encode(), name))
                continue
            mode = b"120000" if isinstance(content, Link) else b"100644"
            data = content.target if isinstance(content, Link) else content
            data = data.encode() if isinstance(data, str) else data
            lines.append(b"M %s inline %s\ndata %d\n%s" % (mode, name, len(data), data))
        self.git("fast-import", "--quiet", "--force", data=b"\n".join(lines) + b"\n")
        self._refs = None
        return self.head(f"heads/{branch}")

    def tag(self, name: str, *, annotated: bool = False, target: str = "main") -> None:
        who = ("-c", "user.name=Test", "-c", "user.email=test@example.invalid")
        self.git(*who, "tag", *(("-a", "-m", "test") if annotated else ()), name, target)
        self._refs = None

    def head(self, ref: str) -> str:
        """Returns what ``refs/<ref>`` points to, empty when there is none."""
        return self.refs().get(ref, ("", ""))[0]

    def refs(self) -> dict[str, tuple[str, str]]:
        """Returns name (``heads/main``) -> (SHA-1, type)."""
        if self._refs is None:
            lines = self.git("for-each-ref", "--format=%(objectname) %(objecttype) %(refname)").decode()
            rows = [line.split() for line in lines.splitlines()]
            self._refs = {name.removeprefix("refs/"): (sha, kind) for sha, kind, name in rows}
        return self._refs

    def tree(self, sha: str, *, recursive: bool) -> list[Entry]:
        if (sha, recursive) not in self._trees:
            self._trees[(sha, recursive)] = list(self._listed(sha, ("-r", "-t") if recursive else ()))
        return self._trees[(sha, recursive)]

    def _listed(self, sha: str, flags: tuple[str, ...]) -> Iterator[Entry]:
        for line in self.git("ls-tree", "-l", "-z", *flags, sha).decode().split("\0")[:-1]:
            facts, _, path = line.partition("\t")
            mode, kind, name, size = facts.split()
            yield Entry(mode, kind, name, 0 if size == "-" else int(size), path)

    def type_of(self, sha: str) -> str:
        return self._object(sha)[0]

    def content(self, sha: str) -> bytes:
        return self._object(sha)[1]

    def _object(self, sha: str) -> tuple[str, bytes]:
        if sha not in self._objects:
            data = self.git("cat-file", "--batch-all-objects", "--batch")
            while data:
                header, _, data = data.partition(b"\n")
                name, kind, size = header.decode().split()
                self._objects[name] = (kind, data[: int(size)])
                data = data[int(size) + 1 :]
        return self._objects.get(sha, ("", b""))

    def tag_target(self, sha: str) -> tuple[str, str, str]:
        """Returns (name, type of the target, SHA-1 of the target) of a tag object."""
        fields = dict(line.split(" ", 1) for line in self.content(sha).decode().splitlines()[:3])
        return fields["tag"], fields["type"], fields["object"]

    def archive(self, commit: str, prefix: str) -> bytes:
        return self.git("archive", "--format=tar.gz", f"--prefix={prefix}/", commit)
