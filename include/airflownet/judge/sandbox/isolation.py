"""What a process gives up before it runs code of others; only the standard library, only Linux.

Run by an interpreter that has Airflow and not this package, so it imports nothing of it. Network: an empty
network namespace (``unshare``). Files: Landlock, which lets the process write below one folder only
(kernel documentation, "Landlock: unprivileged access control"). Time, memory, file size and processes:
``setrlimit``. Every step that could not be taken is reported, and the caller decides.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_SYS_LANDLOCK_CREATE_RULESET = 444
_SYS_LANDLOCK_ADD_RULE = 445
_SYS_LANDLOCK_RESTRICT_SELF = 446
_RULE_PATH_BENEATH = 1
_WRITES_ABI_1 = 0b1_1111_1111_0010
"""WRITE_FILE, REMOVE_DIR, REMOVE_FILE and the MAKE_* rights of Landlock's first ABI."""
_REFER = 1 << 13
_TRUNCATE = 1 << 14


def drop_network(libc: ctypes.CDLL) -> str:
    """Leaves every network; returns the problem, empty when it worked."""
    for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET):
        if libc.unshare(flags) == 0:
            return ""
    return f"no network namespace: {os.strerror(ctypes.get_errno())}"


def restrict_writes(libc: ctypes.CDLL, folders: list[str]) -> str:
    """Allows writing below the folders and nowhere else; returns the problem, empty when it worked."""
    abi = libc.syscall(_SYS_LANDLOCK_CREATE_RULESET, None, 0, 1)
    if abi < 1:
        return "no Landlock in this kernel"
    rights = _WRITES_ABI_1 | (_REFER if abi >= 2 else 0) | (_TRUNCATE if abi >= 3 else 0)
    attributes = ctypes.create_string_buffer(struct.pack("=Q", rights))
    ruleset = libc.syscall(_SYS_LANDLOCK_CREATE_RULESET, attributes, 8, 0)
    if ruleset < 0:
        return f"Landlock: {os.strerror(ctypes.get_errno())}"
    for folder in folders:
        descriptor = os.open(folder, os.O_PATH | os.O_CLOEXEC)
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, descriptor))
        added = libc.syscall(_SYS_LANDLOCK_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0)
        os.close(descriptor)
        if added != 0:
            return f"Landlock: {os.strerror(ctypes.get_errno())}"
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return "no_new_privs was refused"
    if libc.syscall(_SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0) != 0:
        return f"Landlock: {os.strerror(ctypes.get_errno())}"
    os.close(ruleset)
    return ""


def limit_resources(cpu_s: int, memory_bytes: int, file_bytes: int) -> None:
    """Sets hard limits for this process and its children."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def isolate(scratch: str) -> list[str]:
    """Leaves the network and gives up writing outside ``scratch``; returns what could not be done."""
    libc = ctypes.CDLL(None, use_errno=True)
    problems = [drop_network(libc), restrict_writes(libc, [scratch])]
    return [problem for problem in problems if problem]
