"""Real peers on loopback, each on a free port: open, refused, resetting, deaf."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

import pytest


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


FAMILIES = [
    "127.0.0.1",
    pytest.param("::1", marks=pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6 loopback")),
]


def _socket(host: str) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    sock.bind((host, 0))
    return sock


@contextlib.contextmanager
def listener(host: str = "127.0.0.1", backlog: int = 64) -> Iterator[int]:
    """A port that completes as many handshakes as `backlog` allows: nobody accepts them."""
    with _socket(host) as sock:
        sock.listen(backlog)
        yield int(sock.getsockname()[1])


@contextlib.contextmanager
def refused_port(host: str = "127.0.0.1") -> Iterator[int]:
    """A port that nobody listens on, held so that nobody else can have it."""
    with _socket(host) as sock:
        yield int(sock.getsockname()[1])


@contextlib.contextmanager
def resetting(host: str = "127.0.0.1", *, done: threading.Event | None = None) -> Iterator[int]:
    """A port that accepts one connection and resets it at once; `done` is set then."""
    with _socket(host) as sock:
        sock.listen(1)
        sock.settimeout(10)

        def serve() -> None:
            with contextlib.suppress(OSError):
                peer, _ = sock.accept()
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                peer.close()
            if done is not None:
                done.set()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(sock.getsockname()[1])
        thread.join(10)


@contextlib.contextmanager
def full_backlog(host: str = "127.0.0.1") -> Iterator[int]:
    """A port whose accept queue is full: SYNs are dropped, which is real silence on loopback."""
    with _socket(host) as sock, contextlib.ExitStack() as clients:
        sock.listen(0)
        for _ in range(2):
            client = clients.enter_context(socket.socket(sock.family, socket.SOCK_STREAM))
            client.settimeout(0.2)
            with contextlib.suppress(OSError):
                client.connect(sock.getsockname())
        yield int(sock.getsockname()[1])
