"""Settings that a request states, put into a file without any model: schedule, catchup, retries."""

from __future__ import annotations

import libcst as cst

from airflownet.generation.wanted import Wanted

_DAG_CALLS = ("DAG", "dag")


def with_stated_settings(code: str, wanted: Wanted) -> tuple[str, tuple[str, ...]]:
    """Returns the file with the settings that the request states, and what was set."""
    values: dict[str, str] = {}
    if wanted.schedule:
        values["schedule"] = wanted.schedule
    for setting in wanted.request.settings:
        if setting.name in ("catchup", "max_active_runs"):
            values[setting.name] = repr(setting.value)
        elif setting.name == "retries":
            values["retries"] = repr(setting.value)
    if not values:
        return code, ()
    try:
        module = cst.parse_module(code)
    except (cst.ParserSyntaxError, RecursionError, ValueError):
        return code, ()
    setter = _Setter(values)
    changed = module.visit(setter)
    return changed.code, tuple(dict.fromkeys(setter.told))


class _Setter(cst.CSTTransformer):
    def __init__(self, values: dict[str, str]) -> None:
        self._values = values
        self.told: list[str] = []

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802, ARG002
        name = (cst.helpers.get_full_name_for_node(updated_node.func) or "").rpartition(".")[2]
        if name not in _DAG_CALLS:
            return updated_node
        args = list(updated_node.args)
        for argument, value in self._values.items():
            if argument == "retries":
                self._set_default(args, value)
            else:
                names = ("schedule", "schedule_interval") if argument == "schedule" else (argument,)
                self._set(args, names, value)
        return updated_node.with_changes(args=args)

    def _set(self, args: list[cst.Arg], names: tuple[str, ...], value: str) -> None:
        new = cst.parse_expression(value)
        for place, arg in enumerate(args):
            if arg.keyword is not None and arg.keyword.value in names:
                if not arg.value.deep_equals(new):
                    args[place] = arg.with_changes(value=new)
                    self.told.append(f"{arg.keyword.value} is {value}")
                return
        self._append(args, names[0], new)
        self.told.append(f"{names[0]} is {value}")

    def _set_default(self, args: list[cst.Arg], value: str) -> None:
        """Sets ``retries`` in ``default_args``, where that is written out; else adds it."""
        entry = cst.DictElement(cst.SimpleString('"retries"'), cst.parse_expression(value))
        for place, arg in enumerate(args):
            if arg.keyword is None or arg.keyword.value != "default_args":
                continue
            if isinstance(arg.value, cst.Dict):
                others = [
                    element
                    for element in arg.value.elements
                    if not (
                        isinstance(element, cst.DictElement)
                        and isinstance(element.key, cst.SimpleString)
                        and element.key.evaluated_value == "retries"
                    )
                ]
                args[place] = arg.with_changes(value=arg.value.with_changes(elements=[*others, entry]))
                self.told.append(f"retries is {value}")
            return
        self._append(args, "default_args", cst.Dict([entry]))
        self.told.append(f"retries is {value}")

    def _append(self, args: list[cst.Arg], name: str, value: cst.BaseExpression) -> None:
        plain = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        before = (
            args[-1].comma if args and isinstance(args[-1].comma, cst.Comma) else cst.MaybeSentinel.DEFAULT
        )
        if args and len(args) > 1 and isinstance(args[-2].comma, cst.Comma):
            args[-1] = args[-1].with_changes(comma=args[-2].comma)
        args.append(cst.Arg(value, keyword=cst.Name(name), equal=plain, comma=before))
