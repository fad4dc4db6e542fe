"""Which files a process may read and write.

Kernel documentation, "Landlock: unprivileged access control"; Linux 5.13 and later. Run by an interpreter
that has Airflow and not this package, so it imports nothing of it.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_READS = _EXECUTE | _READ_FILE | _READ_DIR
_WRITES_ABI_1 = 0b1_1111_1111_0010
"""WRITE_FILE, REMOVE_DIR, REMOVE_FILE and the MAKE_* rights of the first ABI."""
_REFER = 1 << 13
_TRUNCATE = 1 << 14
_IOCTL_DEVICE = 1 << 15
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEVICE


def restrict_files(libc: ctypes.CDLL, readable: Iterable[str], writable: Iterable[str]) -> str:
    """Allows reading below some paths, reading and writing below others, and nothing else.

    Paths that are not there are passed over. Asking whether a file exists stays possible.

    Returns:
        The problem, empty when it worked.
    """
    abi = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if abi < 1:
        return "no Landlock in this kernel"
    writes = _WRITES_ABI_1 | (_REFER if abi >= 2 else 0) | (_TRUNCATE if abi >= 3 else 0)
    handled = _READS | writes | (_IOCTL_DEVICE if abi >= 5 else 0)
    attributes = ctypes.create_string_buffer(struct.pack("=Q", handled))
    ruleset = libc.syscall(_CREATE_RULESET, attributes, 8, 0)
    if ruleset < 0:
        return f"Landlock: {os.strerror(ctypes.get_errno())}"
    for rights, paths in ((_READS, readable), (_READS | writes, writable)):
        for path in paths:
            if os.path.exists(path) and not _add(libc, ruleset, path, rights):  # noqa: PTH110
                return f"Landlock: {path}: {os.strerror(ctypes.get_errno())}"
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return "no_new_privs was refused"
    if libc.syscall(_RESTRICT_SELF, ruleset, 0) != 0:
        return f"Landlock: {os.strerror(ctypes.get_errno())}"
    os.close(ruleset)
    return ""


def _add(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> bool:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        allowed = rights if os.path.isdir(path) else rights & _OF_A_FILE  # noqa: PTH112
        rule = ctypes.create_string_buffer(struct.pack("=Qi", allowed, descriptor))
        return bool(libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0) == 0)
    finally:
        os.close(descriptor)
