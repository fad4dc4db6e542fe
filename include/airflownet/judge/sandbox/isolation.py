"""What a process gives up before it runs code of others; only the standard library, only Linux.

Run by an interpreter that has Airflow and not this package, so it imports nothing of it. Namespaces: an empty
network, and processes of its own, none of which outlives the first. A user without rights where it was root.
Files by Landlock, system calls by seccomp; time, memory, file size and number of processes by ``setrlimit``.
Every step that could not be taken is reported, and the caller decides.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import struct
import sys

import landlock  # type: ignore[import-not-found]
import syscall_filter  # type: ignore[import-not-found]

_NEWUSER, _NEWNET, _NEWPID, _NEWIPC = 0x10000000, 0x40000000, 0x20000000, 0x08000000
_PR_SET_KEEPCAPS = 8
_CAPABILITY_VERSION = 0x20080522
_CAP_DAC_READ_SEARCH = 1 << 2
_NOBODY = 65534
_MOST_PROCESSES = 128
_MOST_OPEN_FILES = 256
_READABLE = (
    "/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc/ssl", "/etc/pki", "/etc/ca-certificates",
    "/etc/ld.so.cache",
    "/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/hosts", "/etc/host.conf", "/etc/resolv.conf",
    "/etc/localtime", "/etc/timezone", "/etc/mime.types", "/etc/os-release", "/etc/debian_version",
    "/dev/random", "/dev/urandom", "/dev/zero", "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat",
    "/proc/version", "/proc/filesystems", "/proc/sys/kernel", "/sys/devices/system/cpu",
)  # fmt: skip
_WRITABLE = ("/dev/null",)


def own_namespaces(libc: ctypes.CDLL) -> str:
    """Leaves every network, and puts children into a process namespace; returns the problem, if any."""
    user, group = os.geteuid(), os.getegid()
    wanted = _NEWNET | _NEWPID | _NEWIPC
    if libc.unshare(wanted) == 0:
        return ""
    if libc.unshare(_NEWUSER | wanted) != 0:
        return f"no namespaces: {os.strerror(ctypes.get_errno())}"
    with contextlib.suppress(OSError):
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123
                file.write(text)
    return ""


def limit_resources(cpu_s: int, memory_bytes: int, file_bytes: int) -> None:
    """Sets hard limits for this process and its children; memory is beyond what it holds already."""
    with open("/proc/self/statm") as file:  # noqa: PTH123
        held_bytes = int(file.read().split()[0]) * resource.getpagesize()
    for limit, value in (
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_AS, held_bytes + memory_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, _MOST_PROCESSES),
        (resource.RLIMIT_NOFILE, _MOST_OPEN_FILES),
    ):
        resource.setrlimit(limit, (value, value))
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
        file.write("1000")


def give_up_rights(libc: ctypes.CDLL, folder: str) -> str:
    """Becomes a user without rights who owns ``folder``.

    Root keeps the right to read (an environment may lie in its home), within Landlock's rules.
    Root alone is exempt from the limit of processes, and could write where Landlock does not look.
    """
    kept = 0
    if os.geteuid() == 0:
        try:
            os.chown(folder, _NOBODY, _NOBODY)
            libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)
            kept = _CAP_DAC_READ_SEARCH
        except OSError as error:
            return f"root cannot become another user: {error.strerror}"
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION, 0))
    sets = ctypes.create_string_buffer(struct.pack("=6I", kept, kept, 0, 0, 0, 0))
    if libc.capset(header, sets) != 0:
        return f"rights cannot be dropped: {os.strerror(ctypes.get_errno())}"
    return ""


def isolate(home: str, folder: str, more: tuple[str, ...] = ()) -> list[str]:
    """Gives up everything but reading Python, Airflow and ``home``, and writing below ``folder``.

    Returns:
        What could not be done, empty when all was.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    readable = [*_READABLE, home, sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path, *more]
    steps = (
        lambda: give_up_rights(libc, folder),
        lambda: landlock.restrict_files(libc, filter(None, readable), [*_WRITABLE, folder]),
        lambda: syscall_filter.refuse_syscalls(libc),
    )
    return [problem for step in steps if (problem := step())]
