"""Which top-level modules the standard library has in another Python than the one that runs the judge.

From the pages "What's New in Python 3.11" to "3.14": removed (PEP 594 and others) and added modules.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Final

_REMOVED: Final = {
    11: ("binhex",),
    12: ("asynchat", "asyncore", "distutils", "imp", "smtpd"),
    13: (
        *(
            "aifc",
            "audioop",
            "cgi",
            "cgitb",
            "chunk",
            "crypt",
            "imghdr",
            "lib2to3",
            "mailcap",
            "msilib",
            "nis",
        ),
        *("nntplib", "ossaudiodev", "pipes", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib"),
    ),
}
"""Minor version of Python 3 -> what it no longer has."""
_ADDED: Final = {11: ("tomllib",), 14: ("annotationlib", "compression")}


@cache
def standard_tops(python: tuple[int, int]) -> frozenset[str]:
    """Returns the top-level modules of a Python version; of 3.0 (not known) those of the running one."""
    found = set(sys.stdlib_module_names)
    if python[1]:
        for minor, names in _ADDED.items():
            (found.update if python[1] >= minor else found.difference_update)(names)
        for minor, names in _REMOVED.items():
            (found.update if python[1] < minor else found.difference_update)(names)
    return frozenset(found)
