"""Final releases on the package index, with their upload times (PEP 700)."""

from __future__ import annotations

import datetime
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version

from airflownet.errors import NetworkError
from airflownet.judge.catalogue.builder.lines_file import Wheel

ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.1"


@dataclass(frozen=True, slots=True)
class Release:
    """One wheel on the index."""

    wheel: Wheel
    version: Version
    uploaded: datetime.date


class Index:
    """Releases with their upload times, one request per project."""

    def __init__(self) -> None:
        self._releases: dict[str, list[Release]] = {}

    def releases(self, distribution: str) -> list[Release]:
        """Returns the final, not yanked wheels of a project, newest first; empty when it has none.

        Raises:
            NetworkError: the index does not answer.
        """
        if distribution not in self._releases:
            found = {item.version: item for item in self._read(distribution)}
            self._releases[distribution] = [found[version] for version in sorted(found, reverse=True)]
        return self._releases[distribution]

    def _read(self, distribution: str) -> Iterator[Release]:
        import requests
        from pypi_simple import PyPISimple

        try:
            with PyPISimple() as client:
                url = client.get_project_url(distribution)
                answer = client.s.get(url, headers={"Accept": ACCEPT}, timeout=60)
        except requests.RequestException as error:
            raise NetworkError(
                f"the package index did not answer for {distribution}: {error}",
                "check the network and run the command again",
            ) from error
        if answer.status_code == 404:
            return
        answer.raise_for_status()
        read = _json_files if "json" in answer.headers["content-type"] else _html_files
        for filename, sha256, uploaded, yanked in read(answer.text):
            release = _release(distribution, filename, sha256, uploaded)
            if release is not None and not yanked:
                yield release


def _json_files(text: str) -> Iterator[tuple[str, str, str, bool]]:
    for file in json.loads(text)["files"]:
        yield (
            file["filename"],
            file["hashes"].get("sha256", ""),
            file.get("upload-time", ""),
            bool(file.get("yanked")),
        )


ANCHOR = re.compile(r"<a\s([^>]*)>([^<]*)</a>", re.IGNORECASE)
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


def _html_files(text: str) -> Iterator[tuple[str, str, str, bool]]:
    for attributes, filename in ANCHOR.findall(text):
        given = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(attributes)}
        digest = given.get("href", "").rpartition("#sha256=")[2]
        yield (
            html.unescape(filename).strip(),
            digest,
            given.get("data-upload-time", ""),
            "data-yanked" in given,
        )


def _release(distribution: str, filename: str, sha256: str, uploaded: str) -> Release | None:
    try:
        _, version, _, tags = parse_wheel_filename(filename)
    except InvalidWheelFilename:
        return None
    pure = any(tag.platform == "any" for tag in tags)
    if not pure or version.is_prerelease or version.is_devrelease or not uploaded:
        return None
    wheel = Wheel(distribution, str(version), filename, sha256)
    return Release(wheel, version, datetime.date.fromisoformat(uploaded[:10]))
