"""A finished dataset on the Hugging Face Hub: first as a plan, then, when asked for, as one commit.

Only what a reader of the Hub needs is sent: the Parquet files, the card, the proof and the texts beside them.
Client: ``huggingface_hub`` (``HfApi.create_repo`` and ``create_commit``); one commit holds everything, so a
push is there whole or not at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from airflownet.errors import InputError, NetworkError
from airflownet.locations import local_copy, read_manifest

PUBLISHED = (
    "README.md",
    "NOTICE.md",
    "CHANGELOG.md",
    "SHA256SUMS",
    "croissant.json",
    "leakage.json",
    "statistics.json",
    "contamination.json",
    "changes.json",
    "families.parquet",
    "family_aliases.parquet",
    "near_duplicates.parquet",
    "samples.html",
    "data",
)
"""Files and folders; what is not in the dataset is passed over."""
_REPO = re.compile(r"^[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}$")


@dataclass(frozen=True, slots=True)
class PushPlan:
    """What a push would do."""

    repo_id: str
    private: bool
    version: str
    folder: Path
    files: tuple[tuple[str, int], ...]
    """(path in the repository, size in bytes), sorted."""

    @property
    def size_bytes(self) -> int:
        """Bytes of all files."""
        return sum(size for _, size in self.files)

    def lines(self) -> list[str]:
        """Returns the plan in words, one line each."""
        kind = "private" if self.private else "public"
        head = (
            f"{kind} dataset {self.repo_id}, version {self.version}: {len(self.files)} files, "
            f"{self.size_bytes / 1e6:.1f} MB, one commit"
        )
        return [head, *(f"  {name} ({size:,} bytes)" for name, size in self.files)]


def push_plan(location: str, repo_id: str, *, private: bool = True) -> PushPlan:
    """Returns what would be sent; asks nobody.

    Raises:
        InputError: ``repo_id`` is not ``owner/name``.
        ArtifactError: no finished dataset is there.
    """
    if not _REPO.match(repo_id):
        raise InputError(f"{repo_id!r} is not a repository of the Hub", "write it as owner/name")
    manifest = read_manifest(location)
    folder = local_copy(location)
    paths: list[Path] = []
    for name in PUBLISHED:
        path = folder / name
        paths += sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    files = [(p.relative_to(folder).as_posix(), p.stat().st_size) for p in paths if p.is_file()]
    version = str(manifest.get("facts", {}).get("version", ""))
    return PushPlan(repo_id, private, version, folder, tuple(sorted(files)))


def push(plan: PushPlan, token: str, *, endpoint: str | None = None) -> str:
    """Makes the repository where it is missing, sends one commit and returns its address.

    Args:
        plan: what to send.
        token: of the Hub, with write access; never logged.
        endpoint: another Hub; the public one when None.

    Raises:
        InputError: the token is missing, or the Hub refuses it or the repository.
        NetworkError: the Hub does not answer, or answers with a fault of its own.
    """
    if not token:
        raise InputError(
            "there is no token for the Hub", "put one with write access into the connection or into HF_TOKEN"
        )
    import httpx
    from huggingface_hub import CommitOperationAdd, HfApi
    from huggingface_hub.errors import HfHubHTTPError

    api = HfApi(endpoint=endpoint, token=token)
    operations = [
        CommitOperationAdd(path_in_repo=name, path_or_fileobj=str(plan.folder / name))
        for name, _ in plan.files
    ]
    try:
        api.create_repo(plan.repo_id, repo_type="dataset", private=plan.private, exist_ok=True)
        made = api.create_commit(
            plan.repo_id, operations, commit_message=f"Version {plan.version}", repo_type="dataset"
        )
    except HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else 0
        if status in (401, 403, 404):
            raise InputError(
                f"the Hub refuses {plan.repo_id}: HTTP {status}",
                "check that the token may write to that owner's datasets",
            ) from None
        raise NetworkError(
            f"the Hub answered HTTP {status}", "try again later; nothing was published"
        ) from None
    except httpx.TransportError as error:
        raise NetworkError(
            f"the Hub at {api.endpoint} does not answer: {type(error).__name__}",
            "check the network and the endpoint, then run the same again",
        ) from None
    return str(made.commit_url)
