"""Modules that lie beside the file: found on the project's path, and walked like the file itself.

The path is what Airflow has on ``sys.path``: the dags, plugins and include folders. Nothing outside the
project is looked at, and nothing is run.
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from airflownet.judge.interpreter import limits
from airflownet.judge.interpreter.kinds import ATTRIBUTE
from airflownet.judge.interpreter.raised import Raised
from airflownet.judge.interpreter.scope import MISSING, Scope
from airflownet.judge.interpreter.source.newer_syntax import newer_syntax
from airflownet.judge.interpreter.source.parsing import Unparsable, decode, parse
from airflownet.judge.interpreter.unknown import UNKNOWN
from airflownet.judge.interpreter.values import ModuleValue
from airflownet.judge.project.folder import ProjectFolder, is_below
from airflownet.judge.project.import_names import modules_of_airflow
from airflownet.judge.project.project import SAID_INSTALLED, Project

if TYPE_CHECKING:
    from airflownet.judge.interpreter.interpreter import Interpreter


@dataclass(eq=False, slots=True)
class LocalModule:
    """A module or package of the project."""

    name: str
    scope: Scope
    folders: tuple[str, ...] = ()
    """Of a package: where its submodules lie."""
    is_namespace: bool = False
    """A folder without ``__init__.py``: other folders on the path may hold more of it."""

    @property
    def is_package(self) -> bool:
        """Whether it may have submodules."""
        return bool(self.folders)


def find_in_project(interpreter: Interpreter, project: Project, name: str) -> Any:
    """Returns the module, local or installed.

    Airflow appends its folders to ``sys.path``: what the project declares, and what Airflow itself requires,
    comes before a folder of the same name. What only some provider would bring does not.

    Raises:
        Raised: it does not exist; uncertain where nothing declares it.
    """
    top = name.partition(".")[0]
    if interpreter.world.is_environment:
        return _of_environment(interpreter, project, name)
    if interpreter.world.is_known_top(top):
        return _of_airflow(interpreter, project, name)
    declared = _declared(interpreter, project, name)
    is_of_core = interpreter.world.is_installed(name) and top in modules_of_airflow()
    if declared is None and not is_of_core:
        if not interpreter.world.is_installed(top):
            _note_project_as_package(interpreter, project, name)
        found = import_local(interpreter, name)
        if found is not MISSING:
            return found
        lacking = missing_local(interpreter, name)
        if lacking is not None and not interpreter.world.is_installed(top):
            raise Raised("ModuleNotFoundError", f"No module named '{lacking}'", "unknown-module", lacking)
    if declared is not None and not interpreter.world.is_installed(name):
        interpreter.assume("package", top, declared)
        return ModuleValue(name)
    return interpreter.world.find_module(interpreter, name)


def _of_environment(interpreter: Interpreter, project: Project, name: str) -> Any:
    """What is installed comes first, then the project's own; what is left is absent."""
    top = name.partition(".")[0]
    world = interpreter.world
    if world.is_known_top(top) or world.hides(top) or world.is_installed(name):
        return world.find_module(interpreter, name)
    said = project.package_of(name)
    if said is not None and said.endswith(SAID_INSTALLED):
        interpreter.assume("package", top, said)
        return ModuleValue(name)
    if not world.is_installed(top):
        _note_project_as_package(interpreter, project, name)
    found = import_local(interpreter, name)
    if found is not MISSING:
        return found
    lacking = missing_local(interpreter, name)
    if lacking is not None and not world.is_installed(top):
        raise Raised("ModuleNotFoundError", f"No module named '{lacking}'", "unknown-module", lacking)
    if not project.is_read and not world.is_installed(top):
        message = f"No module named '{top}': it is not installed, and may lie beside the file"
        raise Raised("ModuleNotFoundError", message, "third-party-module", top, uncertain=True)
    return world.find_module(interpreter, name)


def _note_project_as_package(interpreter: Interpreter, project: Project, name: str) -> None:
    """``from etl.tasks import x`` in a repository that is itself laid as ``etl`` into a folder of Airflow's.

    Only where no folder is called so, and the project has what is named below it.
    """
    top, _, rest = name.partition(".")
    if not rest or top in interpreter.local_modules or not project.is_read:
        return
    if find_local(project.folder, project.roots, top) is not None:
        return
    folders: tuple[str, ...] = (project.folder.root,)
    for part in rest.split("."):
        found = find_local(project.folder, folders, part)
        if found is None:
            return
        folders = found[1]
    interpreter.local_modules[top] = LocalModule(top, Scope(), (project.folder.root,), is_namespace=True)
    interpreter.assume("path", top, "the project's folder is taken to be this package")


def _declared(interpreter: Interpreter, project: Project, name: str) -> str | None:
    """Returns which declared package brings the module, None where none does or the project has it itself."""
    declared = project.package_of(name)
    if declared is None:
        return None
    top = name.partition(".")[0]
    is_certain = declared.partition(",")[0].replace("-", "_") == top and ", required by " not in declared
    if is_certain or find_local(project.folder, project.roots, top) is None:
        return declared
    # Measured distributions now and then ship a ``tests`` or ``utils`` that the project has as well.
    return None if find_module_file(interpreter, name) is not None else declared


def _of_airflow(interpreter: Interpreter, project: Project, name: str) -> Any:
    """``airflow.providers.<x>`` of a provider that is not an official one, where the project declares it."""
    if name.startswith("airflow.providers.") and name.count(".") >= 2:
        part = name.split(".")[2]
        if not interpreter.world.is_known_module(f"airflow.providers.{part}"):
            why = project.package_of(".".join(name.split(".")[:3]))
            if why is not None:
                interpreter.assume("package", f"airflow.providers.{part}", why)
                return ModuleValue(name)
        elif _is_undeclared(project, name, part):
            interpreter.assume(
                "package", f"airflow.providers.{part}", "an official provider, which no file declares"
            )
    return interpreter.world.find_module(interpreter, name)


_PREINSTALLED = frozenset({"common", "compat", "fab", "ftp", "http", "imap", "smtp", "sqlite", "standard"})
"""Providers that come with Airflow itself."""


def _is_undeclared(project: Project, name: str, part: str) -> bool:
    """Whether the project says what it installs, and an official provider is not among it."""
    is_told = project.is_read and "apache-airflow" in project.packages and not project.is_whole_image
    return is_told and part not in _PREINSTALLED and project.package_of(name) is None


def find_local(folder: ProjectFolder, roots: Sequence[str], name: str) -> tuple[str, tuple[str, ...]] | None:
    """Returns the file and the folders of a module by its last name, None when no root holds it.

    As Python's path finder: the first package or module counts, else all folders of that name together. The
    file is empty for such a namespace package.
    """
    if not name.isidentifier():
        return None
    portions: list[str] = []
    for root in roots:
        base = f"{root}/{name}"
        if folder.kind(base) == "folder":
            if folder.kind(f"{base}/__init__.py") == "file":
                return f"{base}/__init__.py", (base,)
            portions.append(base)
        if folder.kind(f"{base}.py") == "file":
            return f"{base}.py", ()
    return ("", tuple(portions)) if portions else None


def find_module_file(interpreter: Interpreter, name: str) -> tuple[str, tuple[str, ...]] | None:
    """Returns the file and folders of a dotted name, None when the project does not hold it."""
    project = interpreter.project
    if project is None:
        return None
    folders: Sequence[str] = project.roots
    found: tuple[str, tuple[str, ...]] | None = None
    for part in name.split("."):
        found = find_local(project.folder, folders, part)
        if found is None:
            return None
        folders = found[1]
    return found


def missing_local(interpreter: Interpreter, name: str) -> str | None:
    """Returns the first part of a dotted name that a package or module of the project lacks, None for others.

    Only what the project holds can lack something: ``common.b`` where there is a ``common`` without ``b``.
    """
    parts = name.split(".")
    if len(parts) < 2 or find_module_file(interpreter, parts[0]) is None:
        return None
    paths = [".".join(parts[:end]) for end in range(2, len(parts) + 1)]
    return next((path for path in paths if find_module_file(interpreter, path) is None), None)


def import_local(interpreter: Interpreter, name: str) -> Any:
    """Returns the local module, walked once; ``MISSING`` when the project does not hold it."""
    project = interpreter.project
    if project is None:
        return MISSING
    if name in interpreter.local_modules:
        return interpreter.local_modules[name]
    parent, _, last = name.rpartition(".")
    outer = import_local(interpreter, parent) if parent else None  # first, as Python does
    if name in interpreter.local_modules:
        return interpreter.local_modules[name]
    if outer is MISSING:
        return MISSING
    roots = outer.folders if isinstance(outer, LocalModule) else project.roots
    found = find_local(project.folder, roots, last)
    if found is None:
        return MISSING
    file, folders = found
    if not parent:
        _note_root(interpreter, project, posixpath.dirname(folders[0] if folders else file))
    module = LocalModule(name, Scope(), folders, not file)
    interpreter.local_modules[name] = module
    if isinstance(outer, LocalModule):
        outer.scope.names.setdefault(last, module)
    if file:
        _walk(interpreter, project, module, file)
    return module


def _note_root(interpreter: Interpreter, project: Project, root: str) -> None:
    if root in project.assumed_roots:
        interpreter.assume("path", project.shown(root), "nothing says that it is on Airflow's sys.path")


def _walk(interpreter: Interpreter, project: Project, module: LocalModule, file: str) -> None:
    shown = next((posixpath.relpath(file, root) for root in project.roots if is_below(file, root)), file)
    interpreter.module_files[module.scope] = (file, shown)
    interpreter.uses[project.shown(file)] = None
    try:
        tree = _parsed(project.folder, file)
    except SyntaxError as error:
        text = (project.folder.read(file) or b"").decode("utf-8", "replace")
        if reason := newer_syntax(error, text, project.python_numbers):
            module.scope.star_is_unknown = True
            interpreter.unknown(f"the local module {module.name} cannot be followed: {reason}")
            return
        raised = Raised("SyntaxError", str(error.msg), "syntax-error", module.name)
        outside = interpreter.enter(module.scope)
        interpreter.locate_in_module(raised, module.scope, error.lineno or 0, error.offset or 0)
        interpreter.leave(outside)
        raise raised from None
    except Unparsable as reason:
        module.scope.star_is_unknown = True
        interpreter.unknown(f"the local module {module.name} cannot be followed: {reason}")
        return
    docstring = ast.get_docstring(tree, clean=False)
    module.scope.names.update(__name__=module.name, __file__=file, __doc__=docstring)
    package = module.name if module.is_package else module.name.rpartition(".")[0]
    saved = interpreter.enter_module(module.scope, package)
    try:
        interpreter.execute_block(tree.body, module.scope)
    finally:
        interpreter.leave_module(saved)


_trees: WeakKeyDictionary[ProjectFolder, dict[str, ast.Module]] = WeakKeyDictionary()
_MOST_TREES = 256


def _parsed(folder: ProjectFolder, file: str) -> ast.Module:
    """Returns the syntax tree of a module; kept with the folder, as many DAG files import the same ones.

    Raises:
        SyntaxError: Python refuses the text.
        Unparsable: it cannot be read, or only a bigger parser could tell.
    """
    data = folder.read(file)
    if data is None:
        raise Unparsable(
            f"{posixpath.basename(file)} cannot be read, lies outside the project or is too large"
        )
    known = _trees.setdefault(folder, {})
    if file not in known:
        tree = parse(decode(data[: 4 * limits.MAX_SOURCE_BYTES + 1]))
        if len(known) >= _MOST_TREES:
            known.clear()
        known[file] = tree
    return known[file]


def local_attribute(interpreter: Interpreter, module: LocalModule, name: str) -> Any:
    """Returns ``module.name``: a name of the module, or a submodule; ``MISSING`` when neither."""
    if name in module.scope.names:
        return module.scope.names[name]
    if module.is_package:
        found = import_local(interpreter, f"{module.name}.{name}")
        if found is not MISSING:
            return found
    return UNKNOWN if module.scope.star_is_unknown else MISSING


def _attribute(interpreter: Interpreter, module: LocalModule, name: str) -> Any:
    found = local_attribute(interpreter, module, name)
    if found is MISSING:
        message = f"module '{module.name}' has no attribute '{name}'"
        raise Raised("AttributeError", message, "unknown-attribute", name)
    return found


ATTRIBUTE[LocalModule] = _attribute
