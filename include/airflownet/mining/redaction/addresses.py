"""Mail and network addresses: which name somebody or something real, and what stands for them."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airflownet.mining.redaction.findings import Replacements

# RFC 2606 and 6761: never anybody's.
_RESERVED_DOMAINS = ("example.com", "example.org", "example.net")
_RESERVED_ENDINGS = (".example", ".test", ".invalid", ".localhost", ".local")
# Endings of file names, which an @ may stand before (package@file.py, image@tag.yaml).
_NOT_DOMAINS = frozenset(
    {"cfg", "conf", "csv", "gz", "html", "ini", "jar", "json", "log", "md", "py", "sh", "sql", "toml", "txt"}
    | {"xml", "yaml", "yml", "zip"}
)
_NOBODY = frozenset({"do-not-reply", "donotreply", "git", "no-reply", "noreply", "root"})
_PUBLIC_RESOLVERS = frozenset({"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9"})


def redacted_email(address: str, replacements: Replacements) -> str:
    """Returns the address, or ``user@example.com`` (``user2@...`` for the second) for somebody's own."""
    name, _, domain = address.lower().rpartition("@")
    if (
        domain.endswith(_RESERVED_ENDINGS)
        or any(domain == known or domain.endswith(f".{known}") for known in _RESERVED_DOMAINS)
        or domain.rpartition(".")[2] in _NOT_DOMAINS
        or name in _NOBODY
    ):
        return address
    return replacements.of("email", address.lower(), lambda n: f"user{n if n > 1 else ''}@example.com")


def redacted_ipv4(address: str, replacements: Replacements) -> str:
    """Returns the address, or one of 192.0.2.0/24 for one that is reachable from anywhere."""
    try:
        parsed = ipaddress.IPv4Address(address)
    except ValueError:
        return address
    if not parsed.is_global or parsed.is_multicast or address in _PUBLIC_RESOLVERS:
        return address
    if parsed.packed[0] < 10 and max(parsed.packed[1:]) < 32:
        return address  # 3.1.2.4 is a version far more often than a host.
    return replacements.of("ipv4", address, lambda n: f"192.0.2.{(n - 1) % 254 + 1}")


def redacted_ipv6(address: str, replacements: Replacements) -> str:
    """Returns the address, or one of 2001:db8::/32 for one that is reachable from anywhere."""
    try:
        parsed = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    if not parsed.is_global or parsed.is_multicast:
        return address
    return replacements.of("ipv6", address, lambda n: f"2001:db8::{n:x}")
