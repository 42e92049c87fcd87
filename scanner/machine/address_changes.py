"""Whether this host's addresses, or its routes, have changed since somebody began to watch them.

The kernel tells it to a netlink socket (rtnetlink(7), RTMGRP_IPV4_IFADDR and its like), which needs no root. That is
asked once for many probes, each of which would else be asked for its socket's own name.
"""

import contextlib
import socket

_GROUPS = 0x10 | 0x40 | 0x100 | 0x400  # addresses and routes, of IPv4 and of IPv6
_NETLINK_ROUTE = 0


class AddressChanges:
    """Watches from now on. Where that cannot be done, they may change at any time."""

    def __init__(self) -> None:
        self._told: socket.socket | None = None
        with contextlib.suppress(OSError, AttributeError):  # a filter forbids it, or this is not Linux
            self._told = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, _NETLINK_ROUTE)
            self._told.bind((0, _GROUPS))
            return
        self.close()

    def seen(self) -> bool:
        """Whether any may have changed: once so, always so."""
        if self._told is None:
            return True
        try:
            self._told.recv(1)
        except BlockingIOError:
            return False
        except OSError:  # so many at once that some were lost (ENOBUFS)
            pass
        self.close()
        return True

    def close(self) -> None:
        """Nothing is known of them any more."""
        if self._told is not None:
            with contextlib.suppress(OSError):
                self._told.close()
            self._told = None
