"""The two searches, with the few qualifiers that tests use; what is unknown is refused as GitHub does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from servers.github.account import Hosted
from servers.github.openapi import sample


def matching_repositories(query: str, hosted: Iterable[Hosted]) -> list[dict[str, Any]]:
    words, qualifiers = _parsed(query)
    found = []
    for repository in hosted:
        facts = repository.facts
        low, _, high = qualifiers.get("created", "0000..9999").partition("..")
        if (
            repository.state == 200
            and (not repository.fork or qualifiers.get("fork") in ("true", "only"))
            and qualifiers.get("topic", "airflow") in repository.topics
            and low <= repository.created_at <= high
            and all(word in facts["full_name"] for word in words)
        ):
            found.append(sample("repo-search-result-item", **facts))
    return found


def matching_files(query: str, hosted: Iterable[Hosted]) -> list[dict[str, Any]]:
    words, qualifiers = _parsed(query)
    low, _, high = qualifiers.get("size", "0..999999").partition("..")
    found = []
    for repository in hosted:
        if repository.state != 200 or repository.fork or not repository.git.head("heads/main"):
            continue
        for entry in repository.git.tree(repository.git.head("heads/main"), recursive=True):
            if entry.mode != "100644" or not int(low) <= entry.size <= int(high):
                continue
            text = repository.git.content(entry.sha).decode(errors="replace")
            if entry.path.endswith(".py") and all(word in text for word in words):
                name = entry.path.rpartition("/")[2]
                found.append(
                    sample(
                        "code-search-result-item",
                        name=name,
                        path=entry.path,
                        sha=entry.sha,
                        repository=repository.named(),
                    )
                )
    return found


def _parsed(query: str) -> tuple[list[str], dict[str, str]]:
    words, qualifiers = [], {}
    for term in query.split():
        if match := re.fullmatch(r"([a-z]+):(\S+)", term):
            qualifiers[match[1]] = match[2]
        else:
            words.append(term)
    unknown = set(qualifiers) - {"created", "topic", "fork", "size", "language"}
    assert not unknown, f"the server does not know the qualifiers {unknown}"
    return words, qualifiers
