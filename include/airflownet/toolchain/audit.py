"""``make audit``: known vulnerabilities of everything in the locks, as pip-audit tells them.

What is known and accepted stands in ``config/audit_allowed.yaml``, each entry with a reason and a last day.
"""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from airflownet.errors import AirflowNetError, GateNotMet, InputError, NetworkError

CLONE = Path(__file__).parents[3]
LOCKS = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-cluster.txt",
    "requirements-s3-server.txt",
    "requirements-train.txt",
    "requirements-train-unsloth.txt",
)
ALLOWED = CLONE / "config" / "audit_allowed.yaml"
AUDITOR = "pip-audit==2.10.1"


class Allowed(BaseModel):
    """One vulnerability that is known and accepted for a while."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    """As pip-audit names it: ``PYSEC-…``, ``GHSA-…`` or ``CVE-…``."""
    package: str
    until: datetime.date
    """The last day on which it is accepted."""
    why: str


@dataclass(frozen=True, slots=True)
class Findings:
    """What one lock's audit says."""

    refused: tuple[str, ...]
    """``package version: id (fixed in …)`` of what nobody has accepted, or no longer."""
    accepted: tuple[str, ...]
    unknown: tuple[str, ...]
    """Packages the service says nothing about."""
    n_known: int


def read_allowed(path: Path = ALLOWED) -> list[Allowed]:
    """Returns the accepted vulnerabilities.

    Raises:
        InputError: an entry lacks a field, or its day is none.
    """
    try:
        return TypeAdapter(list[Allowed]).validate_python(yaml.safe_load(path.read_text()) or [])
    except ValidationError as error:
        raise InputError(f"{path}: {error}", "give each entry id, package, until (a day) and why") from None


def findings(report: Mapping[str, Any], allowed: Iterable[Allowed], today: datetime.date) -> Findings:
    """Returns what pip-audit's JSON report means, given what is accepted today."""
    accepted_ids = {(entry.package, entry.id) for entry in allowed if entry.until >= today}
    refused: list[str] = []
    accepted: list[str] = []
    unknown: list[str] = []
    for package in report["dependencies"]:
        if "skip_reason" in package:
            unknown.append(str(package["name"]))
        for found in package.get("vulns", ()):
            names = {found["id"], *found.get("aliases", ())}
            fixed = ", ".join(found.get("fix_versions", ())) or "no version"
            line = f"{package['name']} {package['version']}: {found['id']} (fixed in {fixed})"
            is_accepted = any((package["name"], name) in accepted_ids for name in names)
            (accepted if is_accepted else refused).append(line)
    n_known = len(report["dependencies"]) - len(unknown)
    return Findings(tuple(refused), tuple(accepted), tuple(unknown), n_known)


def audit(lock: Path, allowed: Iterable[Allowed]) -> Findings:
    """Returns the findings for one lock.

    Raises:
        NetworkError: the service did not answer, or knows none of the packages.
    """
    uv = str(Path(sys.executable).with_name("uv"))
    command = [uv, "tool", "run", "--quiet", "--from", AUDITOR, "pip-audit", "--requirement", str(lock)]
    command += ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        report = json.loads(answer.stdout)
    except ValueError:
        raise NetworkError(
            f"{lock.name} could not be audited: {answer.stderr.strip()[-500:]}", "connect and run it again"
        ) from None
    found = findings(report, allowed, datetime.datetime.now(datetime.UTC).date())
    if not found.n_known:
        raise NetworkError(
            f"{lock.name}: nothing is known of any of its {len(found.unknown)} packages",
            "the service of vulnerabilities was not reached: run it where it can be",
        )
    return found


def main() -> int:
    """Audits every lock; returns 0 when nothing is refused, 1 when something is, 2 when it cannot be told."""
    try:
        allowed = read_allowed()
        refused = 0
        for name in LOCKS:
            found = audit(CLONE / name, allowed)
            _say(f"{name}: {found.n_known} packages known, {len(found.refused)} vulnerabilities refused")
            for mark, lines in (("refused", found.refused), ("accepted", found.accepted)):
                for line in lines:
                    _say(f"  {mark}: {line}")
            if found.unknown:
                _say(f"  nothing is known of: {', '.join(found.unknown)}")
            refused += len(found.refused)
        if refused:
            raise GateNotMet(
                f"{refused} vulnerabilities are known and not accepted",
                "make lock for newer versions, or accept one for a while in config/audit_allowed.yaml",
            )
    except AirflowNetError as error:
        sys.stderr.write(f"Error: {error}\n")
        return error.exit_code
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
