"""The address that the user chose to probe from: whether it is one of this host's. Binding a socket answers that, and
sends nothing."""

import errno
import socket
from typing import Any

from scanner.errors import UsageError
from scanner.machine.closing import closing
from scanner.words.unspecified import is_unspecified
from scanner.words.user_info import hidden


def check_source(text: str) -> str:
    """The address as it is, if probes can leave from it. Raises UsageError."""
    family, place = _numeric(text)
    try:
        with closing(socket.socket(family, socket.SOCK_STREAM)) as trial:
            trial.bind(place)
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise UsageError(f"{hidden(text)!r} is not an address of this machine ('ip address' lists them)") from error
        raise UsageError(f"cannot probe from {hidden(text)!r}: {error.strerror}") from error
    return text


def family_of(text: str) -> int:
    """4 or 6, of a checked address."""
    return 6 if ":" in text else 4


def _numeric(text: str) -> tuple[int, tuple[str, int] | tuple[str, int, int, int]]:
    """Family and bind(2) address of a numeric address; `fe80::1%eth0` has its scope."""
    try:
        if ":" not in text:
            socket.inet_pton(socket.AF_INET, text)  # getaddrinfo would take 127.1 as well
        found = socket.getaddrinfo(text, 0, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError, ValueError) as error:
        raise UsageError(
            f"{hidden(text)!r} is not a numeric address; write one of this machine's, such as 10.0.0.5"
        ) from error
    family, _, _, _, place = found[0]
    if is_unspecified(str(place[0])):
        raise UsageError(
            f"{hidden(text)!r} is not an address to probe from; leave -S out, or write one of this machine's"
        )
    return family, place  # type: ignore[return-value]


def bind_address(source: str) -> tuple[int, Any]:
    """The family and bind() address of a numeric local address; UsageError when it is not one of ours."""
    try:
        family, _, _, _, address = socket.getaddrinfo(source, 0, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)[
            0
        ]
    except (OSError, UnicodeError):
        raise UsageError(f"--source {source!r}: not a numeric address; write one of this host's own") from None
    if is_unspecified(str(address[0])):  # bind() takes it for any address, and so it would bind nothing
        raise UsageError(
            f"--source {source!r}: not an address to probe from; write one of this host's own, or leave it out"
        )
    try:
        with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            probe.bind(address)
    except OSError as why:
        raise UsageError(
            f"--source {source!r}: cannot probe from it ({why.strerror}); write one of this host's own addresses"
        ) from None
    return family, address


def is_gone(family: int, address: Any) -> bool:
    """Whether a bind() address is no longer one of this host's.

    Where that cannot be asked (no descriptor, a filter that forbids it) nothing says that it is gone.
    """
    try:
        with closing(socket.socket(family, socket.SOCK_DGRAM)) as probe:
            probe.bind(address)
    except OSError as why:
        return why.errno == errno.EADDRNOTAVAIL
    return False
