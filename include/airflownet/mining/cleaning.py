"""One source file to one cleaned DAG file, or to the reason why it is dropped."""

from __future__ import annotations

from dataclasses import dataclass

from airflownet.hashing import sha256_text
from airflownet.mining.codemod_names import CodemodName
from airflownet.mining.dag_detection import MAY_USE_A_FACTORY, NOT_A_DAG_FILE, why_not_a_dag_file
from airflownet.mining.giving_up import GiveUpError
from airflownet.mining.licence_comment import strip_licence_comment
from airflownet.mining.redaction import redact
from airflownet.records import DagFile, DroppedFile, SourceFile, Transform, stable_id


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What became of one listed file: exactly one of ``kept`` and ``dropped`` is set."""

    kept: DagFile | None = None
    dropped: DroppedFile | None = None
    restricted: DagFile | None = None
    """The cleaned file that is dropped for its licence alone."""
    may_use_a_factory: bool = False
    """Whether ``kept`` builds no DAG by itself: its project must show whether it does there."""


@dataclass(frozen=True, slots=True)
class Cleaner:
    """The settings that decide what becomes of a file; called in worker processes."""

    allowed_licences: frozenset[str]
    codemods: tuple[CodemodName, ...] = ()
    redacted_sources: frozenset[str] = frozenset()
    keeps_restricted: bool = False
    judged_sources: frozenset[str] = frozenset()
    """Kinds of source whose files are judged in their project."""

    def __call__(self, file: SourceFile) -> Cleaned:
        """Returns the cleaned file, or the file dropped with its reason."""
        with_factories = file.source in self.judged_sources and file.source != "pypi"
        reason = why_not_a_dag_file(file.content, with_factories=with_factories)
        is_open = reason == MAY_USE_A_FACTORY
        if reason is not None and not is_open:
            return _dropped(file, reason)
        is_allowed = file.licence.spdx in self.allowed_licences
        licence_reason = f"licence:{file.licence.spdx}"
        if not is_allowed and (is_open or not self.keeps_restricted):
            return _dropped(file, NOT_A_DAG_FILE if is_open else licence_reason)
        try:
            cleaned = self._clean(file)
        except GiveUpError as error:
            return _dropped(file, error.reason if is_allowed else licence_reason)
        if is_allowed:
            return Cleaned(kept=cleaned, may_use_a_factory=is_open)
        return Cleaned(
            dropped=DroppedFile(file.repo, file.ref, file.path, licence_reason), restricted=cleaned
        )

    def _clean(self, file: SourceFile) -> DagFile:
        content, transform = strip_licence_comment(file.content)
        content, rewritings = self._rewrite(content)
        transforms: list[Transform] = [*([transform] if transform else []), *rewritings]
        if file.source in self.redacted_sources:
            content, redaction = redact(content)
            transforms += [redaction] if redaction else []
        source_sha256 = sha256_text(file.content)
        return DagFile(
            id=stable_id(file.repo, file.path, file.ref, source_sha256),
            source=file.source,
            repo=file.repo,
            ref=file.ref,
            commit=file.commit,
            archive=file.archive,
            archive_sha256=file.archive_sha256,
            path=file.path,
            blob_sha1=file.blob_sha1,
            licence=file.licence,
            source_sha256=source_sha256,
            content_sha256=sha256_text(content) if transforms else source_sha256,
            transforms=tuple(transforms),
            content=content,
        )

    def _rewrite(self, content: str) -> tuple[str, tuple[Transform, ...]]:
        if not self.codemods:
            return content, ()
        from airflownet.mining.codemods import apply_codemods  # takes LibCST along

        return apply_codemods(content, self.codemods)


def _dropped(file: SourceFile, reason: str) -> Cleaned:
    return Cleaned(dropped=DroppedFile(file.repo, file.ref, file.path, reason))
