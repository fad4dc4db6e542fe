"""A folder of DAG files on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from airflownet.errors import SourceError
from airflownet.judge.project.dags_folder import IGNORE_FILE
from airflownet.mining.licence import LicenceClaim, licence_of, settings_claims, text_claim
from airflownet.mining.licence_files import is_licence_file, is_notice_file
from airflownet.mining.project.folder_texts import FolderTexts
from airflownet.mining.settings import LocalSource
from airflownet.mining.source import Limits, Origin, source_file
from airflownet.mining.source_archive import in_folders
from airflownet.records import DroppedFile, Licence, SourceFile

_NOT_ENTERED = frozenset({".git", ".venv", "venv", "node_modules", "site-packages", "__pycache__"})

UNREADABLE_FOLDER = "unreadable-folder"


class LocalFolder:
    """Every ``.py`` file below the folder; links are not followed."""

    def __init__(self, settings: LocalSource) -> None:
        self.settings = settings
        self.root = Path(settings.path).expanduser()
        self._known: dict[str, dict[str, str]] = {}
        self._has_ignore_lists = False
        if not self.root.is_dir():
            raise SourceError(f"the local source {self.root} is not a folder", "correct its path")

    @property
    def origin(self) -> Origin:
        """Name and ref from the settings."""
        return Origin("local", self.settings.name or self.root.resolve().name, self.settings.ref)

    def iter_files(self, limits: Limits) -> Iterator[SourceFile | DroppedFile]:
        """Yields each file sorted by path; ``limits.folders`` does not apply to a folder of one's own.

        A folder in it that cannot be listed is one dropped row.

        Raises:
            SourceError: the folder itself cannot be listed.
        """
        origin = self.origin
        closed: list[str] = []
        paths = list(self._paths(closed))
        if closed == ["."]:
            raise SourceError(f"the local source {self.root} cannot be listed", "give yourself the right to")
        for path in sorted([*paths, *(f"{folder}/" for folder in closed)]):
            if path.endswith("/"):
                yield DroppedFile(origin.repo, origin.ref, path, UNREADABLE_FOLDER)
                continue
            file = self.root / path
            reason = None
            if file.is_symlink():
                reason = "symlink"
            elif not file.is_file():
                reason = "not-a-regular-file"
            elif file.stat().st_size > limits.max_file_bytes:
                reason = "too-large"
            if reason is not None:
                yield DroppedFile(origin.repo, origin.ref, path, reason)
                continue
            try:
                data = file.read_bytes()
            except OSError:
                yield DroppedFile(origin.repo, origin.ref, path, "unreadable")
                continue
            yield source_file(origin, path, data, self._claims(path))

    def _paths(self, unreadable: list[str]) -> Iterator[str]:
        """Yields the paths of ``.py`` files; folders that cannot be listed go to ``unreadable``."""

        def note(error: OSError) -> None:
            unreadable.append(Path(error.filename).relative_to(self.root).as_posix())

        wanted = self.settings.folders
        for folder, folders, files in os.walk(self.root, onerror=note):
            folders[:] = [name for name in folders if name not in _NOT_ENTERED]
            self._has_ignore_lists = self._has_ignore_lists or IGNORE_FILE in files
            for name in files:
                path = (Path(folder) / name).relative_to(self.root).as_posix()
                if name.endswith(".py") and (not wanted or in_folders(path, wanted)):
                    yield path

    def has_ignore_lists(self) -> bool:
        """Tells whether an ``.airflowignore`` was seen by ``iter_files``."""
        return self._has_ignore_lists

    def project_texts(self, limits: Limits) -> FolderTexts:
        """Returns the regular files of the folder: it is taken to be the project."""
        repo = self.origin.repo
        return FolderTexts(
            self.root,
            _NOT_ENTERED,
            lambda path, sha1: limits.opt_out.has_file(repo, path, sha1),
            self._licence,
        )

    def _licence(self, path: str, text: str) -> Licence:
        return licence_of(text, self._claims(path), path)

    def _claims(self, path: str) -> list[LicenceClaim]:
        """What the nearest licence file upward is, and without one what the settings say."""
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            if folder not in self._known:
                self._known[folder] = {
                    file.relative_to(self.root).as_posix(): file.read_text("utf-8", "replace")
                    for file in sorted((self.root / folder).iterdir())
                    if is_licence_file(file.name) and file.is_file() and not file.is_symlink()
                }
            texts = self._known[folder].items()
            licences = {name: text for name, text in texts if not is_notice_file(name.rpartition("/")[2])}
            if licences:
                return [text_claim(text, f"folder:{name}") for name, text in licences.items()]
        return settings_claims(self.settings.licence)

    def licence_texts(self) -> dict[str, str]:
        """Returns path -> text of the licence and notice files that were met on the way up."""
        return {path: text for texts in self._known.values() for path, text in texts.items()}
