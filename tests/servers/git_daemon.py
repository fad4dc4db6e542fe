"""git's own daemon on a free port: the git protocol over a real socket, with a log of its requests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path


class GitDaemon:
    """Serves the bare repositories below a folder; ``requests`` counts what was asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._log = root / "daemon.log"

    def __enter__(self) -> GitDaemon:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        command = ["git", "daemon", "--verbose", "--export-all", "--reuseaddr", "--listen=127.0.0.1"]
        self._process = subprocess.Popen(
            [*command, f"--port={self.port}", f"--base-path={self._root}", str(self._root)],
            stderr=self._log.open("wb"),
            start_new_session=True,
        )
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.02)
        raise RuntimeError("git daemon did not start")

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait()

    def url(self, name: str) -> str:
        """Returns the address of a repository."""
        return f"git://127.0.0.1:{self.port}/{name}"

    @property
    def requests(self) -> int:
        """Number of requests (git-upload-pack) answered until now."""
        return self._log.read_bytes().count(b"Request upload-pack")
