"""What calling a class takes: its ``__init__`` with ``**kwargs`` followed up the MRO."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import compress
from operator import not_
from typing import Any

from airflownet.judge.catalogue.decode import STYLES, Record, signature
from airflownet.judge.catalogue.flat import parameter_rows
from airflownet.judge.catalogue.outside import EMPTY_BASES, outside_class, outside_signature
from airflownet.judge.catalogue.signature import Parameter, Signature, Style

RecordOf = Callable[[str], Record | None]
PYDANTIC = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel", "pydantic_settings.BaseSettings"})
TYPED_DICT = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})
UNKNOWN_DEFAULT = "..."
NOT_IN_INIT = 3
DECORATED_OPERATOR_GIVES = frozenset({"python_callable", "op_args", "op_kwargs"})
"""What Airflow's ``DecoratedOperator`` passes up as ``**kwargs_to_upstream``."""


class InitMerger:
    """Merges over one MRO.

    Args:
        mro: dotted paths from the class to its last base, without ``object``.
        record_of: class path -> record, None for classes from outside.
        locate: dotted path as written -> final path.
        cache: what was merged before, by the rest of the MRO; shared between the classes of a line.
    """

    def __init__(
        self,
        mro: Sequence[str],
        record_of: RecordOf,
        locate: Callable[[str], str],
        cache: dict[tuple[str, ...], Signature],
    ) -> None:
        self.mro = tuple(mro)
        self.cache = cache
        self.record_of = record_of
        self.locate = locate

    def merged(self, start: int = 0) -> Signature:
        """Returns what ``super().__init__`` takes when looked up from position ``start`` of the MRO."""
        rest = self.mro[start:]
        if rest not in self.cache:
            self.cache[rest] = self._merged(start)
        return self.cache[rest]

    def _merged(self, start: int) -> Signature:
        new: tuple[str, Record] | None = None
        for index in range(start, len(self.mro)):
            path = self.mro[index]
            record = self.record_of(path)
            if record is None:
                known = outside_signature(path)
                if known.parameters or known.accepts_args or known.accepts_kwargs:
                    if path in PYDANTIC | TYPED_DICT or path == "typing.NamedTuple":
                        return self._fields("fields", start)
                    return known
                continue
            if "i" in record:
                return self._own(index, path, record["i"])
            fields = record.get("f")
            if fields is not None and fields["kind"] != "fields" and fields.get("init", 1):
                return self._fields(fields["kind"], index)
            new = new or ((path, record["w"]) if "w" in record else None)
        return signature(new[1], new[0]) if new is not None else Signature()

    def _own(self, index: int, path: str, init: Record) -> Signature:
        own = signature(init, path)
        popped: tuple[Parameter, ...] = ()
        if "pop" in init:
            popped = tuple(
                Parameter(name, Style.KEYWORD_ONLY, default, "", path)
                for name, default in init["pop"].items()
                if name not in own
            )
        calls = [call for call in init.get("up", ()) if call[3]]
        if "k" not in init or not calls:
            return replace(
                own,
                parameters=(*own.parameters, *popped),
                accepts_kwargs="any" in init,
            )
        return self._with_parent(index, path, init, own, popped, calls)

    def _with_parent(
        self,
        index: int,
        path: str,
        init: Record,
        own: Signature,
        popped: tuple[Parameter, ...],
        calls: list[list[Any]],
    ) -> Signature:
        target, n_positional, keywords, _, passes_args, more_keywords = calls[0][:6]
        for other in calls[1:]:
            keywords = [name for name in keywords if name in other[2]]
        parent = self.merged(self._position(target, index))
        by_position = parent.by_position
        given = {*keywords, *by_position[:n_positional]}
        here = {*own.names, *[item.name for item in popped]}
        optional = set(init.get("set", ()))
        if more_keywords:
            optional |= DECORATED_OPERATOR_GIVES if path.endswith(".DecoratedOperator") else set(parent.names)
        replaced = given | here
        inherited = parent.parameters
        rest: Signature | None = parent
        if not replaced.isdisjoint(parent.name_set):
            kept = map(not_, map(replaced.__contains__, parent.names))
            inherited, rest = tuple(compress(inherited, kept)), None
        if not optional.isdisjoint(parent.required):
            inherited, rest = tuple([self._passed_on(p, optional) for p in inherited]), None
        elif by_position:
            is_named = Style.KEYWORD_ONLY
            inherited = tuple([item if item.style is is_named else item.passed_by_name for item in inherited])
            rest = None
        taken = dict.fromkeys(sorted(given - here), path) if given else {}
        if parent.taken:
            taken |= {name: owner for name, owner in parent.taken.items() if name not in replaced}
        return Signature(
            parameters=(*own.parameters, *popped, *inherited),
            accepts_args=own.accepts_args and (not passes_args or parent.accepts_args or bool(by_position)),
            accepts_kwargs=parent.accepts_kwargs,
            taken=taken,
            is_known=parent.is_known,
            rest=rest,
        )

    def _passed_on(self, item: Parameter, optional: set[str]) -> Parameter:
        default = UNKNOWN_DEFAULT if item.required and item.name in optional else item.default_text
        if default == item.default_text:
            return item.passed_by_name
        return item._replace(style=Style.KEYWORD_ONLY, default_text=default)

    def _position(self, target: str, index: int) -> int:
        if target == "super":
            return index + 1
        path = self.locate(target)
        return self.mro.index(path) if path in self.mro else index + 1

    def _fields(self, kind: str, start: int) -> Signature:
        """A generated ``__init__``: fields of all classes of the kind, base classes first."""
        found: dict[str, Parameter] = {}
        for path in reversed(self.mro[start:]):
            record = self.record_of(path)
            fields = record.get("f") if record is not None else None
            if fields is None or fields["kind"] not in {kind, "pydantic", "typeddict", "fields"}:
                continue
            if kind in {"dataclass", "attrs", "namedtuple"} and fields["kind"] != kind:
                continue
            for number, (name, style, default, annotation) in enumerate(parameter_rows(fields["p"])):
                if style == NOT_IN_INIT or kind == "attrs":
                    found.pop(name, None)
                if style == NOT_IN_INIT:
                    continue
                item = Parameter(name, STYLES[style], default, annotation, path)
                keyword_only = fields.get("kw") == 1 or (fields.get("kw") == 2 and number > 0)
                if keyword_only or kind in {"pydantic", "typeddict", "fields"}:
                    item = item._replace(style=Style.KEYWORD_ONLY)
                found[item.name] = item
        loose = kind in {"pydantic", "typeddict", "fields"}
        # In a generated signature the keyword-only parameters come last.
        parameters = sorted(found.values(), key=lambda item: item.keyword_only)
        return Signature(
            tuple(parameters), accepts_kwargs=loose, is_known=loose or not self._has_unknown_base(start)
        )

    def _has_unknown_base(self, start: int) -> bool:
        outside = [path for path in self.mro[start:] if self.record_of(path) is None]
        return not all(path in EMPTY_BASES or outside_class(path) is not None for path in outside)
