"""Our own codemods towards a line: moved names, renamed classes and arguments. Formatting is kept (LibCST).

The catalogue of the line decides: a name that it has stays; one that it lacks goes to the module that has it
now, or to the name of ``renames.yaml`` where the line has that. What is not certain is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor

from airflownet.judge.catalogue import Catalogue, ClassInfo, load_catalogue

_PENDULUM_TODAY: Final = 'pendulum.today("UTC").add(days={})'
_PRIVATE: Final = "._"
_STANDARD: Final = ("airflow.providers.standard.", "airflow.providers.common.sql.")


@cache
def _renames() -> dict[str, Any]:
    import yaml

    text = resources.files(__package__).joinpath("renames.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def with_codemods(code: str, airflow: str) -> tuple[str, tuple[str, ...]]:
    """Returns the file with what is certain put right, and what was done, a sentence each.

    A file that does not parse is returned as it is.

    Raises:
        InputError: there is no catalogue for that line.
    """
    catalogue = load_catalogue(airflow)
    try:
        module = cst.parse_module(code)
    except (cst.ParserSyntaxError, RecursionError, ValueError):
        return code, ()
    imports = _Imports(catalogue)
    module = module.visit(imports)
    calls = _Calls(catalogue, imports)
    module = module.visit(calls)
    context = CodemodContext()
    added = dict.fromkeys([*imports.added, *((path, "") for path in calls.added)])
    for path, alias in added:
        module_path, _, name = path.rpartition(".")
        named = name if module_path else None
        AddImportsVisitor.add_needed_import(context, module_path or name, named, alias or None)
    if added:
        module = AddImportsVisitor(context).transform_module(module)
    return module.code, tuple(dict.fromkeys((*imports.told, *calls.told)))


class _Imports(cst.CSTTransformer):
    """Moves imports of names that the line has elsewhere; notes what the file's names stand for."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.told: list[str] = []
        self.added: list[tuple[str, str]] = []
        """Paths to import, each with its alias."""
        self.renamed: dict[str, str] = {}
        """Name in the file -> its new name."""
        self.paths: dict[str, str] = {}
        """Name in the file, after renaming -> what it stands for."""
        gone = not catalogue.resolve("airflow.utils.dates", "days_ago")
        self.days_ago: set[str] = {"airflow.utils.dates.days_ago"} if gone else set()
        """What calls of the function that is gone are written as."""

    def leave_ImportFrom(  # noqa: N802 - LibCST's name
        self,
        original_node: cst.ImportFrom,  # noqa: ARG002
        updated_node: cst.ImportFrom,
    ) -> cst.ImportFrom | cst.RemovalSentinel | cst.FlattenSentinel[cst.ImportFrom]:
        module = (
            "" if updated_node.module is None else cst.helpers.get_full_name_for_node(updated_node.module)
        )
        if not module or updated_node.relative or isinstance(updated_node.names, cst.ImportStar):
            return updated_node
        if not self.catalogue.covers(module):
            return updated_node
        kept = []
        for alias in updated_node.names:
            if not self._moves(module, alias):
                kept.append(alias)
        if len(kept) == len(updated_node.names):
            return updated_node
        if not kept:
            return cst.RemoveFromParent()
        kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return updated_node.with_changes(names=kept)

    def _moves(self, module: str, alias: cst.ImportAlias) -> bool:
        """True when the name is imported from elsewhere now."""
        name = str(alias.name.value)
        bound = alias.evaluated_alias or name
        if self.catalogue.resolve(module, name):
            self.paths[bound] = f"{module}.{name}"
            if (module, name) == ("airflow.utils", "dates") and self.days_ago:
                self.days_ago.add(f"{bound}.days_ago")
            return False
        if name == "days_ago":
            self.days_ago.add(bound)
            return True
        found = self._place(module, name)
        if not found:
            return False
        new = found.rpartition(".")[2]
        alias_left = bound if alias.evaluated_alias and bound != new else ""
        self.added.append((found, alias_left))
        self.paths[alias_left or new] = found
        if new != name and not alias.evaluated_alias:
            self.renamed[name] = new
        self.told.append(f"{module}.{name} is {found} now")
        return True

    def _place(self, module: str, name: str) -> str:
        """Returns the path of the same name, or of the one it was renamed to; empty when not certain."""
        for wanted in dict.fromkeys((name, _renames()["classes"].get(name, name))):
            places = [
                place
                for place in self.catalogue.places_of(wanted)
                if _PRIVATE not in place and self.catalogue.resolve(place, wanted)
            ]
            if self.catalogue.resolve("airflow.sdk", wanted):
                places.append("airflow.sdk")
            if places:
                return f"{min(places, key=lambda place: _rank(place, module))}.{wanted}"
        return ""


def _rank(place: str, before: str) -> tuple[int, int, str]:
    """The SDK first, then the standard provider, then the one that the old path names, then the shortest."""
    if place == "airflow.sdk":
        return 0, 0, place
    if place.startswith(_STANDARD):
        return 1, 0, place
    shared = len(set(place.split(".")) & set(before.split(".")))
    return 2, -shared, f"{place.count('.')}{place}"


class _Calls(cst.CSTTransformer):
    """Renames and leaves out arguments that the line does not take; renames names that were moved."""

    def __init__(self, catalogue: Catalogue, imports: _Imports) -> None:
        self.catalogue = catalogue
        self.imports = imports
        self.told: list[str] = []
        self.added: list[str] = []

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:  # noqa: N802, ARG002
        new = self.imports.renamed.get(updated_node.value)
        return updated_node.with_changes(value=new) if new else updated_node

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:  # noqa: N802
        # A keyword is no reference to the class of that name.
        if original_node.keyword is not None and updated_node.keyword is not None:
            return updated_node.with_changes(keyword=original_node.keyword)
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802, ARG002
        name = cst.helpers.get_full_name_for_node(updated_node.func) or ""
        if name in self.imports.days_ago:
            self.added.append("pendulum")
            self.told.append("days_ago() is gone; pendulum.today() stands for it")
            n = cst.Module([]).code_for_node(updated_node.args[0].value) if updated_node.args else "0"
            return cst.parse_expression(_PENDULUM_TODAY.format(f"-{n}" if n.isalnum() else f"-({n})"))
        signature_of = self._class(name)
        if signature_of is None:
            return updated_node
        arguments = self._arguments(updated_node.args, signature_of, name)
        return updated_node.with_changes(args=arguments) if arguments is not None else updated_node

    def _class(self, name: str) -> ClassInfo | None:
        path = self.imports.paths.get(name, "")
        if path.rpartition(".")[2] == "dag":  # the decorator takes what the class takes
            path = path.rpartition(".")[0] + ".DAG" if "sdk" in path else "airflow.DAG"
        return self.catalogue.class_(path) if path else None

    def _arguments(self, given: Sequence[cst.Arg], found: ClassInfo, name: str) -> list[cst.Arg] | None:
        signature, changed = found.init, False
        if not signature.is_known:
            return None
        names = {arg.keyword.value for arg in given if arg.keyword is not None}
        kept: list[cst.Arg] = []
        for arg in given:
            new_arg: cst.Arg | None = arg
            if (
                arg.keyword is not None
                and arg.keyword.value not in signature
                and not signature.accepts_kwargs
            ):
                new_arg = self._argument(arg, signature.names, names, name)
            new_arg = self._trigger_rule(new_arg)
            changed |= new_arg is not arg
            if new_arg is not None:
                kept.append(new_arg)
        if kept and changed and kept[-1] is not given[-1] and not _is_on_own_line(kept[-1]):
            kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return kept if changed else None

    def _argument(self, arg: cst.Arg, taken: Sequence[str], names: set[str], call: str) -> cst.Arg | None:
        old = arg.keyword.value if arg.keyword is not None else ""
        new = _renames()["arguments"].get(old, "")
        if new in taken and new not in names:
            self.told.append(f"{call}: {old} is {new} now")
            return arg.with_changes(keyword=cst.Name(new))
        if old in str(_renames()["dropped"]).split():
            self.told.append(f"{call}: {old} is gone and was left out")
            return None
        return arg

    def _trigger_rule(self, arg: cst.Arg | None) -> cst.Arg | None:
        if arg is None or arg.keyword is None or arg.keyword.value != "trigger_rule":
            return arg
        rules: Mapping[str, str] = _renames()["trigger_rules"]
        old = arg.value.evaluated_value if isinstance(arg.value, cst.SimpleString) else ""
        if isinstance(old, str) and old not in self._trigger_rules() and (new := rules.get(old)):
            self.told.append(f"the trigger rule {old} is {new} now")
            return arg.with_changes(value=cst.SimpleString(f'"{new}"'))
        return arg

    def _trigger_rules(self) -> set[object]:
        for path in ("airflow.task.trigger_rule.TriggerRule", "airflow.utils.trigger_rule.TriggerRule"):
            if (found := self.catalogue.class_(path)) is not None:
                return {member.value for member in found.enum_members.values()}
        return set()


def _is_on_own_line(arg: cst.Arg) -> bool:
    comma = arg.comma
    return isinstance(comma, cst.Comma) and "\n" in cst.Module([]).code_for_node(comma)
