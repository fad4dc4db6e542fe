"""YAML of a project: plain data, of bounded size, without aliases that grow."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import Any, Final

_MOST_CHARACTERS: Final = 60_000
_MOST_ALIASES: Final = 200
_MOST_MERGES: Final = 100
_MOST_EVENTS: Final = 20_000
_MOST_OPEN: Final = 100
_MOST_DOCUMENTS: Final = 1_000


def read_yaml(text: str) -> Any:
    """Returns the first document as plain data; None for what is none, or too large."""
    documents = read_documents(text)
    return documents[0] if documents else None


@lru_cache(maxsize=64)
def read_documents(text: str) -> list[Any] | None:
    """Returns the documents as plain data; None for what is no plain YAML, or too large."""
    if len(text) > _MOST_CHARACTERS or text.count("[") + text.count("{") > 20 * _MOST_OPEN:
        return None
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if "&" in text and not _is_flat(text, loader):
            return None
        return list(islice(yaml.load_all(text, Loader=loader), _MOST_DOCUMENTS))
    except Exception:
        return None


def _is_flat(text: str, loader: Any) -> bool:
    """Whether few aliases stand in the text, and none within what another alias repeats."""
    import yaml

    n_aliases, n_merges = 0, 0
    for event in islice(yaml.parse(text, Loader=loader), _MOST_EVENTS):
        if isinstance(event, yaml.AliasEvent):
            n_aliases += 1
        elif isinstance(event, yaml.ScalarEvent) and event.value == "<<":
            n_merges += 1
    return n_aliases <= _MOST_ALIASES and n_merges <= _MOST_MERGES and _growth(text, loader) <= _MOST_EVENTS


def _growth(text: str, loader: Any) -> int:
    """Returns how many events the document has with each alias written out."""
    import yaml

    sizes: dict[str, int] = {}
    open_anchors: list[tuple[str | None, int]] = []
    total = 0
    for event in islice(yaml.parse(text, Loader=loader), _MOST_EVENTS):
        if isinstance(event, yaml.AliasEvent):
            total += sizes.get(str(event.anchor), 1)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            open_anchors.append((event.anchor, total))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)) and open_anchors:
            anchor, before = open_anchors.pop()
            if anchor is not None:
                sizes[anchor] = total - before + 1
        total += 1
        if total > _MOST_EVENTS:
            break
    return total
