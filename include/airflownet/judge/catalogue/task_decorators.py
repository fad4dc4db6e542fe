"""``@task.<name>``: core's own and those that providers offer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from airflownet.judge.catalogue.answers import Kind, TaskDecorator

if TYPE_CHECKING:
    from airflownet.judge.catalogue.catalogue import Catalogue


class TaskDecorators(Mapping[str, TaskDecorator]):
    """The decorators by name, each put together when first asked for.

    Args:
        catalogue: the line.
        rows: (name, path of the decorator, distribution) as the providers declare them.
    """

    def __init__(self, catalogue: Catalogue, rows: Iterable[list[str]]) -> None:
        found = [(name, path, "apache-airflow") for name, path in _core_decorators(catalogue).items()]
        found += [(name, path, distribution) for name, path, distribution in rows]
        self._catalogue = catalogue
        self._places = {name: (path, owner) for name, path, owner in sorted(found)}
        self._read: dict[str, TaskDecorator] = {}

    def __getitem__(self, name: str) -> TaskDecorator:
        if name not in self._read:
            self._read[name] = _task_decorator(self._catalogue, name, *self._places[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _core_decorators(catalogue: Catalogue) -> dict[str, str]:
    """Decorators that the class of ``airflow.decorators.task`` holds itself."""
    owner = catalogue.class_(catalogue.resolve("airflow.decorators", "task").instance_of)
    if owner is None:
        return {}
    module = owner.path.rpartition(".")[0]
    found: dict[str, str] = {}
    for name, entry in owner.attributes.items():
        text = entry.value_text or ""
        if not name.startswith("_") and text.startswith("staticmethod("):
            inner = catalogue.resolve(module, text.removeprefix("staticmethod(").rstrip(")"))
            if inner.kind is Kind.FUNCTION:
                found[name] = inner.path
    return found


def _task_decorator(catalogue: Catalogue, name: str, path: str, distribution: str) -> TaskDecorator:
    function = catalogue.function(path)
    operator = function.decorated_operator if function is not None else ""
    found = catalogue.class_(operator) if operator else None
    return TaskDecorator(
        name=name,
        path=function.path if function is not None else path,
        operator=found.path if found is not None else operator,
        distribution=distribution,
    )
