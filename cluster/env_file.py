"""``make env-file``: .env for docker compose, with secrets that nobody else has, in production mode."""

from __future__ import annotations

import base64
import os
import secrets
import sys
from pathlib import Path

from cluster.plan import CLONE


def env_file_lines() -> list[str]:
    """Returns the lines of the file, its secrets made for this call."""
    return [
        "# Written by `make env-file` for docker compose. Keep it out of version control.",
        "AIRFLOWNET_MODE=production",
        "AIRFLOW_ALL_ADMINS=False",
        f"AIRFLOW_UID={os.getuid() or 50000}",
        f"FERNET_KEY={base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}",
        f"API_SECRET_KEY={secrets.token_urlsafe(48)}",
        f"JWT_SECRET={secrets.token_urlsafe(64)}",
        f"POSTGRES_PASSWORD={secrets.token_urlsafe(24)}",
        f"REDIS_PASSWORD={secrets.token_urlsafe(24)}",
    ]


def main(path: Path = CLONE / ".env") -> int:
    """Writes the file, readable by its owner alone; an existing one stays. Returns the exit code."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        sys.stderr.write(
            f"Error: {path} is there already: its secrets are in use\n  Remedy: delete it first\n"
        )
        return 2
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(env_file_lines()) + "\n")
    print(f"Written: {path}. The database keeps the password it was first started with.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
