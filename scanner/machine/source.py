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
    """Return the address as it is, if probes can leave from it. Raises UsageError."""
    bind_address(text)
    return text


def family_of(text: str) -> int:
    """4 or 6, of a checked address."""
    return 6 if ":" in text else 4


def bind_address(text: str) -> tuple[int, Any]:
    """The family and bind(2) address of one of this host's own addresses; `fe80::1%eth0` has its scope. Raises
    UsageError."""
    family, place = _numeric(text)
    try:
        with closing(socket.socket(family, socket.SOCK_STREAM)) as trial:
            trial.bind(place)
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise UsageError(f"{hidden(text)!r} is not an address of this machine ('ip address' lists them)") from error
        raise UsageError(f"cannot probe from {hidden(text)!r}: {error.strerror}") from error
    return family, place


def _numeric(text: str) -> tuple[int, Any]:
    try:
        if ":" not in text:
            socket.inet_pton(socket.AF_INET, text)  # getaddrinfo would take 127.1 as well
        found = socket.getaddrinfo(text, 0, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError, ValueError) as error:
        raise UsageError(
            f"{hidden(text)!r} is not a numeric source address; write one of this machine's, such as 10.0.0.5"
        ) from error
    family, _, _, _, place = found[0]
    if is_unspecified(str(place[0])):  # bind() would take it for any address
        raise UsageError(
            f"{hidden(text)!r} is not a source to probe from; leave -S out, or write an address of this machine"
        )
    return family, place


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
