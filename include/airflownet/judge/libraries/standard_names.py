"""What a module of the standard library defines, read from its compiled code, which is not run.

Most files import a function for the body of a task. Running ``urllib.request`` and all that it imports, to
see that it has ``urlopen``, costs as much as judging a dozen files.
"""

from __future__ import annotations

import importlib.util
import sys
import types
from functools import lru_cache
from importlib.abc import InspectLoader


@lru_cache(maxsize=4096)
def defined_in(module: str) -> frozenset[str]:
    """Returns the names of the functions and classes that the module's own code defines at its top level.

    Empty for a module that is loaded already, and for one that is not Python code: both can be looked at.
    """
    if module in sys.modules:
        return frozenset()
    try:
        spec = importlib.util.find_spec(module)
        loader = None if spec is None else spec.loader
        code = loader.get_code(module) if isinstance(loader, InspectLoader) else None
    except (ImportError, ValueError, SyntaxError, OSError):
        return frozenset()
    constants = () if code is None else code.co_consts
    return frozenset(item.co_name for item in constants if isinstance(item, types.CodeType))
