"""Numeric addresses as numbers: `10.0.0.1` to an int and back, an IPv6 scope to an interface's index.

Only strict spellings are addresses here. The C library's inet_aton also takes `127.1`, `010.0.0.1` (octal) and
`0x7f.1`, and would probe something other than what most readers see; `hosts.py` refuses those.
"""

import re
import socket

from scanner.errors import TargetError
from scanner.words.shown_text import shown
from scanner.words.strides import count_within

V4, V6 = int(socket.AF_INET), int(socket.AF_INET6)
_OCTET = r"(0|[1-9][0-9]{0,2})"
_DOTTED = re.compile(rf"{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET}")
#: ::ffff:0:0/96, IPv4 addresses in IPv6 form. The kernel sends IPv4 packets to them.
MAPPED = (0xFFFF_0000_0000, 0xFFFF_FFFF_FFFF)
_LINK_LOCAL = 0xFE80 >> 6
#: Interfaces may be called almost anything (Linux, dev_valid_name: no slash, colon or blank). Reports show the name
#: after the address, so an interface whose name a terminal or a spreadsheet might act on goes by its number.
_PLAIN_INTERFACE = re.compile(r"[A-Za-z0-9_.-]+")
#: The last address of each family.
HIGHEST = {V4: (1 << 32) - 1, V6: (1 << 128) - 1}
#: The last unspecified address of each family (`words/unspecified.py`); the first is number 0 in both.
UNSPECIFIED = {V4: 0x00FF_FFFF, V6: 0}
#: 127.0.0.0/8 (RFC 1122, 3.2.1.3) and ::1 (RFC 4291, 2.5.3), as first and last.
_LOOPBACK = {V4: (0x7F00_0000, 0x7FFF_FFFF), V6: (1, 1)}


def v4_number(text: str) -> int | None:
    """The address as a number, or None where the text is not a strict dotted quad."""
    match = _DOTTED.fullmatch(text)
    if not match:
        return None
    a, b, c, d = int(match[1]), int(match[2]), int(match[3]), int(match[4])
    if a > 255 or b > 255 or c > 255 or d > 255:
        return None
    return a << 24 | b << 16 | c << 8 | d


def v6_number(text: str) -> int | None:
    """The address as a number, or None where the text (without scope) is not an IPv6 address."""
    if not text.isascii() or "\0" in text:
        return None
    try:
        return int.from_bytes(socket.inet_pton(socket.AF_INET6, text), "big")
    except OSError:
        return None


def address_text(family: int, number: int) -> str:
    """The usual text of an address."""
    if family == V4:
        return socket.inet_ntoa(number.to_bytes(4, "big"))
    return socket.inet_ntop(socket.AF_INET6, number.to_bytes(16, "big"))


def is_link_local(number: int) -> bool:
    """Whether an IPv6 address lies in fe80::/10 (RFC 4291, 2.5.6) and so means nothing without a scope."""
    return number >> 118 == _LINK_LOCAL


def loopback_count(family: int, first: int, last: int, step: int = 1) -> int:
    """How many addresses of a range, each `step` after the other, are this host's own loopback."""
    return count_within(first, last, step, *_LOOPBACK[family])


def scope_index(name: str) -> int:
    """The number of a network interface of this host, from its name or number. Errors: TargetError."""
    if ":" in name:  # one of the kernel's aliases (lo:22), which are other names for the interface itself
        raise TargetError(f"the interface {shown(name)} holds a colon; write its own name, without a port")
    try:
        if name.isdigit() and name.isascii():
            socket.if_indextoname(int(name))
            return int(name)
        index = socket.if_nametoindex(name)
    except (OSError, OverflowError, ValueError, UnicodeError):
        known = ", ".join(scope_name(index) for index, _ in socket.if_nameindex())
        raise TargetError(f"this host has no interface {shown(name)}; write one of {known}") from None
    if not _PLAIN_INTERFACE.fullmatch(name):
        raise TargetError(f"the interface {shown(name)} does not have a plain name; write %{index}, its number")
    return index


def scope_name(index: int) -> str:
    """The interface's name, or its number where the name is not a plain word."""
    try:
        name = socket.if_indextoname(index)
    except OSError:
        return str(index)
    return name if _PLAIN_INTERFACE.fullmatch(name) else str(index)
