"""Whether this host has a route to an address: connect() on a datagram socket asks the kernel and sends nothing."""

import errno
import socket

from scanner.machine.closing import closing

#: What connect(2) answers where no route of the family leads there; a route that forbids says otherwise.
_NO_ROUTE = {errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


def has_route(family: int, numeric: str, scope: int = 0) -> bool:
    """Whether the kernel knows a way to this numeric address. Prohibited ways count: probing will tell."""
    try:
        with closing(socket.socket(family, socket.SOCK_DGRAM)) as probe:
            probe.connect((numeric, 9, 0, scope) if family == socket.AF_INET6 else (numeric, 9))
    except OSError as error:
        return error.errno not in _NO_ROUTE
    return True
