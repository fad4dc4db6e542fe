"""The words the describer knows; they live in ``vocabulary.yaml``, each list with its meaning."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def _lists() -> dict[str, str]:
    import yaml

    text = resources.files(__package__).joinpath("vocabulary.yaml").read_text("utf-8")
    lists: dict[str, str] = yaml.safe_load(text)
    return lists


@cache
def words(name: str) -> frozenset[str]:
    """Returns one list of words.

    Raises:
        KeyError: there is no list of this name.
    """
    return frozenset(_lists()[name].split())


@cache
def operator_verbs() -> frozenset[str]:
    """Returns the base forms that open a clause in an operator's name."""
    return words("verbs_new_thing") | words("verbs_known_thing")


@cache
def task_verbs() -> frozenset[str]:
    """Returns the base forms that open a clause in a task id or docstring."""
    return operator_verbs() | words("verbs_of_task_ids")


@cache
def spellings() -> dict[str, str]:
    """Returns the name in code, in lower case without spaces -> the usual spelling."""
    found = {acronym.lower(): acronym for acronym in words("acronyms")}
    for entry in _lists()["products"].split(","):
        name, _, spelling = (part.strip() for part in entry.partition("="))
        found[name.replace(" ", "").lower()] = spelling or name
    return found
