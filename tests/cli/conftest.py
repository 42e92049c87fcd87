"""Ports of this machine's loopback with a known answer: `open_port`, `closed_port`, `silent_port`."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest


@pytest.fixture
def open_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Bound, so that nobody else gets it, but nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.fixture
def silent_port() -> Iterator[int]:
    with _silent() as port:
        yield port


@pytest.fixture
def silent_ports() -> Iterator[tuple[int, int]]:
    with _silent() as one, _silent() as other:
        yield one, other


@contextmanager
def _silent() -> Iterator[int]:
    """Its accept queue is full: further SYNs are dropped (Linux), so nothing answers."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        place = listener.getsockname()
        stack.enter_context(socket.create_connection(place))
        for _ in range(2):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(place)
        yield place[1]
