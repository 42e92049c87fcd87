"""Whether there is a way to an address: what connect() on a datagram socket says, which sends nothing."""

import errno
import socket

import pytest

from scanner.machine.route_queries import has_route


class Fake:
    """A datagram socket that answers connect() with an errno."""

    def __init__(self, answer: int) -> None:
        self.answer = answer
        self.asked: list[tuple[object, ...]] = []

    def __call__(self, family: int, kind: int) -> "Fake":
        assert kind == socket.SOCK_DGRAM
        return self

    def close(self) -> None:
        return

    def connect(self, place: tuple[object, ...]) -> None:
        self.asked.append(place)
        if self.answer:
            raise OSError(self.answer, "no")


@pytest.mark.parametrize(
    ("answer", "there"),
    [
        (0, True),
        (errno.ENETUNREACH, False),
        (errno.EADDRNOTAVAIL, False),
        (errno.EAFNOSUPPORT, False),
        (errno.EHOSTUNREACH, True),  # an unreachable route of the administrator's: probing says so, row by row
        (errno.EACCES, True),
        (errno.EMFILE, True),  # no answer at all must not hide targets
    ],
)
def test_what_the_kernel_says(answer: int, there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Fake(answer)
    monkeypatch.setattr(socket, "socket", fake)
    assert has_route(socket.AF_INET, "10.0.0.1") is there
    assert has_route(socket.AF_INET6, "fe80::1", 3) is there
    assert fake.asked == [("10.0.0.1", 9), ("fe80::1", 9, 0, 3)]


def test_loopback_has_a_way() -> None:
    assert has_route(socket.AF_INET, "127.0.0.1")
