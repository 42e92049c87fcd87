"""Whether, and how well, this host has a route to an address: connect() on a datagram socket asks the kernel for it and
sends nothing, so that no firewall is asked (udp(7))."""

import errno
import socket
from typing import Any

from scanner.machine.closing import closing
from scanner.model import Place

_DISCARD = 9  # any port would do
#: What connect(2) answers where no route of the family leads there; a route that forbids says otherwise.
_NO_ROUTE = {errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


def has_route(family: int, numeric: str, scope: int = 0) -> bool:
    """Whether the kernel knows a way to this numeric address. Prohibited ways count: probing will tell."""
    try:
        with closing(socket.socket(family, socket.SOCK_DGRAM)) as probe:
            probe.connect((numeric, _DISCARD, 0, scope) if family == socket.AF_INET6 else (numeric, _DISCARD))
    except OSError as error:
        return error.errno not in _NO_ROUTE
    return True


def no_way(place: Place, bound: Any = None) -> int | None:
    """The errno of the way to a place at this moment, from the bind() address `bound` if there is one: 0 where there is
    a way, None where it cannot be asked."""
    try:
        with closing(socket.socket(place.family, socket.SOCK_DGRAM)) as probe:
            if bound is not None:
                probe.bind(bound)
            scope = (0, place.scope) if place.family == socket.AF_INET6 else ()
            return probe.connect_ex((place.numeric, _DISCARD, *scope))
    except OSError:
        return None
