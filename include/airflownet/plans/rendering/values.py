"""Values of a plan as Python: texts stay data, expressions are checked, outputs become variables."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable
from typing import Final

from airflownet.plans.catalogue_names import CatalogueNames
from airflownet.plans.expressions import parsed, with_imports
from airflownet.plans.model import Expression, Placeholder, Reference, Value
from airflownet.plans.rendering.constants import Constants
from airflownet.plans.rendering.imports import Imports

DATE: Final = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d))?)?(?:\.\d+)?"
    r"\s*(Z|[+-]00:?00|[A-Za-z_]+(?:/[A-Za-z_+\-0-9]+)*)?"
)
DATE_ARGUMENTS: Final = frozenset({"start_date", "end_date"})


class ValueWriter:
    """Writes values into one file."""

    def __init__(
        self,
        names: CatalogueNames,
        imports: Imports,
        constants: Constants,
        output: Callable[[Reference], ast.expr],
    ) -> None:
        self._names, self._imports, self._constants, self._output = names, imports, constants, output

    def node(self, value: Value, name: str = "") -> ast.expr:
        """Returns the expression of a value; ``start_date`` and ``end_date`` as ISO text become dates.

        Raises:
            PlanError: an expression may not be written.
        """
        if isinstance(value, str):
            date = self._date(value) if name in DATE_ARGUMENTS else None
            return date or ast.Constant(value)
        if isinstance(value, Expression):
            return with_imports(parsed(value.text), self._names, self._imports.add)
        if isinstance(value, Reference):
            return self._output(value)
        if isinstance(value, Placeholder):
            return self._constants.name_of(value, self.node(value.value))
        if isinstance(value, list):
            return ast.List([self.node(item) for item in value], ast.Load())
        if isinstance(value, dict):
            nested = {key: self.node(item, key) for key, item in value.items()}
            return ast.Dict([ast.Constant(key) for key in nested], list(nested.values()))
        if isinstance(value, float) and not math.isfinite(value):
            return ast.Call(ast.Name("float", ast.Load()), [ast.Constant(str(value))], [])
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value < 0:
            return ast.UnaryOp(ast.USub(), ast.Constant(-value))
        return ast.Constant(value)

    def _date(self, text: str) -> ast.expr | None:
        found = DATE.fullmatch(text.strip())
        if found is None:
            return None
        numbers = [int(part) for part in found.groups()[:6] if part is not None]
        zone = found[7]
        words: list[ast.keyword] = []
        function: ast.expr
        if zone:
            zone = "UTC" if zone == "Z" or zone[0] in "+-" else zone
            module = ast.Name(self._imports.add("", "pendulum"), ast.Load())
            function = ast.Attribute(module, "datetime", ast.Load())
            words = [ast.keyword("tz", ast.Constant(zone))]
        else:
            function = ast.Name(self._imports.add("datetime", "datetime"), ast.Load())
        return ast.Call(function, [ast.Constant(number) for number in numbers], words)
