"""Which system calls a process may not make: a seccomp filter (kernel documentation, "Seccomp BPF").

What Landlock and namespaces leave open: sockets that are files (Docker's, D-Bus) or reach the virtual
machine's host, changing owner and mode of files, reading other processes, and rarely used doors into the
kernel. Run by an interpreter that has Airflow and not this package, so it imports nothing of it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_X32 = 0x40000000
_NETWORK_FAMILIES = (2, 10, 16)
"""AF_INET, AF_INET6 and AF_NETLINK: they see the empty network namespace only."""

_REFUSED = (
    "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "bpf", "perf_event_open", "userfaultfd", "add_key", "request_key", "keyctl", "mount",
    "move_mount", "open_tree", "fsopen", "unshare", "setns", "open_by_handle_at", "chmod", "fchmod",
    "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat", "setxattr", "lsetxattr", "fsetxattr",
    "removexattr", "lremovexattr", "fremovexattr",
)  # fmt: skip
_COMMON = {
    "pidfd_getfd": 438, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
    "move_mount": 429, "open_tree": 428, "fsopen": 430, "fchmodat2": 452,
}  # fmt: skip
_NUMBERS: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (
        0xC000003E,
        {
            "socket": 41, "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "bpf": 321,
            "perf_event_open": 298, "userfaultfd": 323, "add_key": 248, "request_key": 249, "keyctl": 250,
            "mount": 165, "unshare": 272, "setns": 308, "open_by_handle_at": 304, "chmod": 90, "fchmod": 91,
            "fchmodat": 268, "chown": 92, "fchown": 93, "lchown": 94, "fchownat": 260, "setxattr": 188,
            "lsetxattr": 189, "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "socket": 198, "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "bpf": 280,
            "perf_event_open": 241, "userfaultfd": 282, "add_key": 217, "request_key": 218, "keyctl": 219,
            "mount": 40, "unshare": 97, "setns": 268, "open_by_handle_at": 265, "fchmod": 52, "fchmodat": 53,
            "fchown": 55, "fchownat": 54, "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14,
            "lremovexattr": 15, "fremovexattr": 16,
        },
    ),
}  # fmt: skip
"""Machine -> its audit number and the numbers of its system calls (``include/uapi`` of the kernel)."""


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def program_for(machine: str) -> bytes:
    """Returns the filter for a machine (``x86_64``, ``aarch64``); empty for another one."""
    if machine not in _NUMBERS:
        return b""
    architecture, own = _NUMBERS[machine]
    numbers = {**_COMMON, **own}
    steps = [
        _step(_LOAD, _ARCHITECTURE_AT),
        _step(_JUMP_EQUAL, architecture, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER_AT),
        _step(_JUMP_AT_LEAST, _X32, 0, 1),
        _step(_RETURN, _ERRNO | errno.EPERM),
    ]
    for name in _REFUSED:
        if name in numbers:
            steps += [_step(_JUMP_EQUAL, numbers[name], 0, 1), _step(_RETURN, _ERRNO | errno.EPERM)]
    steps += [
        _step(_JUMP_EQUAL, numbers["socket"], 1, 0),
        _step(_RETURN, _ALLOW),
        _step(_LOAD, _FIRST_ARGUMENT_AT),
    ]
    for family in _NETWORK_FAMILIES:
        steps += [_step(_JUMP_EQUAL, family, 0, 1), _step(_RETURN, _ALLOW)]
    return b"".join([*steps, _step(_RETURN, _ERRNO | errno.EACCES)])


def refuse_syscalls(libc: ctypes.CDLL) -> str:
    """Sets the filter for this process and its children; ``no_new_privs`` must be set before.

    Returns:
        The problem, empty when it worked.
    """
    machine = os.uname().machine
    program = program_for(machine)
    if not program:
        return f"no system call filter for {machine}"
    code = ctypes.create_string_buffer(program)
    header = struct.pack("=HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.create_string_buffer(header), 0, 0) != 0:
        return f"no system call filter: {os.strerror(ctypes.get_errno())}"
    return ""
