"""Signatures: the parameters of a call, and what is wrong with a given call."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from itertools import compress
from operator import is_, is_not, itemgetter
from typing import NamedTuple

from airflownet.judge.catalogue.literals import literal
from airflownet.judge.catalogue.remembered import remembered


class Style(StrEnum):
    """How an argument may be given."""

    POSITIONAL_ONLY = "positional_only"
    ANY = "any"
    KEYWORD_ONLY = "keyword_only"


class Parameter(NamedTuple):
    """One parameter."""

    name: str
    style: Style = Style.ANY
    default_text: str | None = None
    """Source text of the default; None when the argument is required."""
    annotation: str = ""
    """Source text of the annotation, shortened when long."""
    owner: str = ""
    """In a merged ``__init__``: path of the class that declares it."""

    @property
    def required(self) -> bool:
        """True when a call must give it."""
        return self.default_text is None

    @property
    def keyword_only(self) -> bool:
        """True when it cannot be given by position."""
        return self.style is Style.KEYWORD_ONLY

    @property
    def passed_by_name(self) -> Parameter:
        """The same, given by keyword only."""
        return self if self.style is Style.KEYWORD_ONLY else self._replace(style=Style.KEYWORD_ONLY)

    @property
    def default(self) -> object:
        """The default when it is a literal, else ``NOT_LITERAL`` (also for a required one)."""
        return literal(self.default_text)


# The properties below are asked of thousands of long signatures: these run through them without a loop in
# Python.
_NAME, _STYLE, _DEFAULT = itemgetter(0), itemgetter(1), itemgetter(2)
_IS_NONE = partial(is_, None)
_IS_NOT_NAMED = partial(is_not, Style.KEYWORD_ONLY)


class Problem(StrEnum):
    """What Python or Airflow says of a call that does not fit."""

    UNKNOWN_KEYWORD = "unknown_keyword"
    MISSING = "missing"
    TOO_MANY_POSITIONAL = "too_many_positional"
    GIVEN_TWICE = "given_twice"
    """By position and by keyword, or by the caller and by a subclass that passes its own value up."""


@dataclass(frozen=True, slots=True)
class ArgumentProblem:
    """One misfit between a call and a signature."""

    problem: Problem
    name: str
    """The argument; for ``TOO_MANY_POSITIONAL`` the number given."""


@dataclass(frozen=True)
class Signature:
    """What a call takes. Iterating gives the parameters."""

    parameters: tuple[Parameter, ...] = ()
    """Without ``*args`` and ``**kwargs``."""
    accepts_args: bool = False
    """True when any number of positional arguments is taken."""
    accepts_kwargs: bool = False
    """True when any keyword is taken."""
    taken: Mapping[str, str] = field(default_factory=dict)
    """Keywords that raise when given, because a subclass passes its own value up: name -> class path."""
    is_known: bool = True
    """False when the signature could not be read (replaced at run time, or inherited from outside)."""
    rest: Signature | None = field(default=None, repr=False, compare=False)
    """The signature whose parameters, all of them, are the last ones of ``parameters``: what was found out
    of it need not be found out again."""

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.parameters)

    def __getitem__(self, name: str) -> Parameter:
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    @remembered
    def _first(self) -> tuple[Parameter, ...]:
        """The parameters before those of ``rest``."""
        return self.parameters if self.rest is None else self.parameters[: -len(self.rest.parameters) or None]

    @remembered
    def names(self) -> tuple[str, ...]:
        """Names of the parameters, in order."""
        own = tuple(map(_NAME, self._first))
        return own if self.rest is None else own + self.rest.names

    @remembered
    def name_set(self) -> frozenset[str]:
        """Names of the parameters."""
        return frozenset(self.names)

    @remembered
    def required(self) -> tuple[str, ...]:
        """Names a call must give, in order."""
        first = self._first
        own = tuple(compress(map(_NAME, first), map(_IS_NONE, map(_DEFAULT, first))))
        return own if self.rest is None else own + self.rest.required

    @remembered
    def by_position(self) -> tuple[str, ...]:
        """Names of the parameters that may be given by position, in order."""
        first = self._first
        own = tuple(compress(map(_NAME, first), map(_IS_NOT_NAMED, map(_STYLE, first))))
        return own if self.rest is None else own + self.rest.by_position

    @remembered
    def by_keyword(self) -> frozenset[str]:
        """Names of the parameters that may be given by keyword."""
        own = frozenset([p.name for p in self._first if p.style is not Style.POSITIONAL_ONLY])
        return own if self.rest is None else own | self.rest.by_keyword

    def problems(
        self,
        n_positional: int,
        keywords: Collection[str],
        *,
        more_positional: bool = False,
        more_keywords: bool = False,
    ) -> tuple[ArgumentProblem, ...]:
        """Returns what is wrong with a call, in the order in which Python would notice.

        Args:
            n_positional: number of positional arguments, without ``self``.
            keywords: names given by keyword.
            more_positional: the call has ``*args`` of unknown length.
            more_keywords: the call has ``**kwargs`` of unknown content, so nothing is certainly missing.
        """
        if not self.is_known or (not more_keywords and self._is_whole(n_positional, keywords)):
            return ()
        found: list[ArgumentProblem] = []
        by_position, by_keyword = self.by_position, self.by_keyword
        filled = set(by_position[:n_positional])
        if n_positional > len(by_position) and not self.accepts_args:
            found.append(ArgumentProblem(Problem.TOO_MANY_POSITIONAL, str(n_positional)))
        for name in keywords:
            if name in self.taken or (name in filled and name in by_keyword):
                found.append(ArgumentProblem(Problem.GIVEN_TWICE, name))
            elif name not in by_keyword and not self.accepts_kwargs:
                found.append(ArgumentProblem(Problem.UNKNOWN_KEYWORD, name))
        if more_keywords:
            return tuple(found)
        for name in self.required:
            could_be_starred = more_positional and name in by_position
            if name not in filled and name not in keywords and not could_be_starred:
                found.append(ArgumentProblem(Problem.MISSING, name))
        return tuple(found)

    def _is_whole(self, n_positional: int, keywords: Collection[str]) -> bool:
        """The usual call, quickly: every name is known, none is given twice and nothing is missing."""
        given, filled = frozenset(keywords), self.by_position[:n_positional]
        if self.taken or len(filled) < n_positional or not given <= self.by_keyword:
            return False
        return given.isdisjoint(filled) and given.union(filled).issuperset(self.required)
