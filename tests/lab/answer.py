"""The listeners on the far side: open, resetting, behind everything, and with a full accept queue.

All run in one process and one loop. Accepted connections are closed at once, so that no accept queue fills by
itself; the only full ones are those a scene asks for, filled before the scene begins.
"""

import contextlib
import select
import socket
import struct
from typing import NoReturn

from tests.lab.plan import EVERYTHING_PORT, last_node
from tests.lab.scene import EVERYTHING, Scene, addresses, hop_address, spans

_BACKLOG = 4096
_RESET = struct.pack("ii", 1, 0)


def _bound(address: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    return listener


def _listen(address: str, port: int) -> socket.socket:
    listener = _bound(address, port)
    listener.listen(_BACKLOG)
    listener.setblocking(False)
    return listener


def _full(address: str, port: int) -> list[socket.socket]:
    """A listener whose accept queue is full, and what fills it. The kernel holds one connection more than the backlog
    says, then drops SYNs (tcp_conn_request in net/ipv4/tcp_input.c)."""
    listener = _bound(address, port)
    listener.listen(0)
    filling = socket.socket(listener.family)
    filling.connect((address, port))
    return [listener, filling]


class Listeners:
    """Everything that listens on a scene's far side."""

    def __init__(self, scene: Scene) -> None:
        self._listening: dict[int, socket.socket] = {}
        self._resetting: set[int] = set()
        self._held: list[socket.socket] = []
        for rule in scene.rules:
            if rule.answer in EVERYTHING:
                version = 6 if ":" in rule.addresses else 4
                self._add(hop_address(last_node(scene), version), EVERYTHING_PORT)
            elif rule.answer in ("open", "stubborn", "reset", "full"):
                for address in addresses(rule.addresses):
                    for first, last in spans(rule.ports):
                        for port in range(first, last + 1):
                            self._add(address, port, rule.answer)

    def _add(self, address: str, port: int, answer: str = "open") -> None:
        if answer == "full":
            self._held += _full(address, port)
            return
        listener = _listen(address, port)
        self._listening[listener.fileno()] = listener
        if answer == "reset":
            self._resetting.add(listener.fileno())

    def serve(self) -> NoReturn:
        """Accept and close, until this process is killed."""
        poller = select.epoll()
        for number in self._listening:
            poller.register(number, select.EPOLLIN)
        while True:
            for number, _ in poller.poll():
                self._empty(number)

    def _empty(self, number: int) -> None:
        listener = self._listening[number]
        with contextlib.suppress(BlockingIOError, ConnectionError):
            while True:
                connection, _ = listener.accept()
                if number in self._resetting:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                connection.close()
