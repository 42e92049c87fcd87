"""One contract for every poller that this platform has, with real sockets on loopback; kqueue's also on a stand-in."""

import contextlib
import errno
import os
import select
import socket
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from scanner.errors import UsageError
from scanner.machine import pollers
from scanner.machine.events import ERR, HUP, OUT
from scanner.machine.pollers import KqueuePoller, Poller, SelectPoller, available, open_poller
from tests import needs
from tests.engine.listeners import full_backlog, listener, refused_port

WAIT_S = 10.0  # far more than loopback needs; a poller that says nothing at all fails, it does not hang


class StandInKqueue:
    """kqueue as far as it is used, made of poll(2): level-triggered, EV_EOF where both ends are shut, ENOENT for
    what is not watched (kqueue(2))."""

    def __init__(self) -> None:
        self._poll = select.poll()

    def control(self, changes: list[Any] | None, most: int, timeout: float) -> list[Any]:
        for change in changes or ():
            if change.flags == 1:
                self._poll.register(change.ident, select.POLLOUT)
            else:
                with contextlib.suppress(KeyError):
                    self._poll.unregister(change.ident)
                    continue
                raise OSError(errno.ENOENT, "not watched")
        if not most:
            return []
        ready = self._poll.poll(timeout * 1000)[:most]
        return [SimpleNamespace(ident=fd, flags=0x8000 if bits & HUP else 0) for fd, bits in ready]

    def close(self) -> None: ...


def stand_in() -> SimpleNamespace:
    return SimpleNamespace(
        kqueue=StandInKqueue,
        kevent=lambda fd, kind, flags: SimpleNamespace(ident=fd, flags=flags),
        KQ_EV_ADD=1,
        KQ_EV_DELETE=2,
        KQ_FILTER_WRITE=-2,
        KQ_EV_EOF=0x8000,
    )


KINDS = [*available(), *([] if hasattr(select, "kqueue") else ["stand-in"])]


@pytest.fixture(params=KINDS)
def poller(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Poller]:
    if request.param == "stand-in":
        monkeypatch.setattr(pollers, "select", stand_in())
        made: Poller = KqueuePoller()
    else:
        made = open_poller(request.param)
    yield made
    made.close()


@contextlib.contextmanager
def connecting(port: int) -> Iterator[socket.socket]:
    with socket.socket() as sock:
        sock.setblocking(False)
        assert sock.connect_ex(("127.0.0.1", port)) in (0, errno.EINPROGRESS)
        yield sock


def test_nothing_watched_is_nothing_ready(poller: Poller) -> None:
    assert poller.wait(0.0) == []
    assert poller.wait(0.01) == []
    assert poller.drained


def test_a_connected_socket_is_writable_and_has_no_error(poller: Poller) -> None:
    with listener() as port, connecting(port) as sock:
        assert poller.accepts(sock.fileno())
        poller.add(sock.fileno())
        ((fd, bits),) = poller.wait(WAIT_S)
        assert (fd, bits & (OUT | ERR | HUP)) == (sock.fileno(), OUT)
        assert poller.drained


def test_a_refused_socket_is_ready_and_so_error_says_why(poller: Poller) -> None:
    """SO_ERROR decides; where the poller can tell a failure (select on POSIX cannot), its event is not a plain OUT."""
    with refused_port() as port, connecting(port) as sock:
        poller.add(sock.fileno())
        ((fd, bits),) = poller.wait(WAIT_S)
        assert fd == sock.fileno()
        assert bits & OUT
        assert isinstance(poller, SelectPoller) or bits & (ERR | HUP)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNREFUSED


def test_a_silent_socket_says_nothing(poller: Poller) -> None:
    with full_backlog() as port, connecting(port) as sock:
        poller.add(sock.fileno())
        assert poller.wait(0.0) == []
        assert poller.wait(0.02) == []


def test_many_are_told_apart(poller: Poller) -> None:
    with listener() as port, full_backlog() as deaf, refused_port() as closed, contextlib.ExitStack() as stack:
        socks = [stack.enter_context(connecting(each)) for each in (port, deaf, closed) * 5]
        for sock in socks:
            poller.add(sock.fileno())
        seen: set[int] = set()
        for _ in range(100):
            seen |= {fd for fd, _ in poller.wait(0.1)}
            if len(seen) == 10:
                break
        assert seen == {sock.fileno() for number, sock in enumerate(socks) if number % 3 != 1}


def test_a_removed_socket_is_heard_of_no_more(poller: Poller) -> None:
    with listener() as port, connecting(port) as sock, connecting(port) as other:
        poller.add(sock.fileno())
        poller.add(other.fileno())
        poller.remove(sock.fileno())
        assert [fd for fd, _ in poller.wait(WAIT_S)] == [other.fileno()]


def test_what_was_removed_can_be_watched_again(poller: Poller) -> None:
    with listener() as port, connecting(port) as sock:
        for _ in range(3):
            poller.add(sock.fileno())
            assert [fd for fd, _ in poller.wait(WAIT_S)] == [sock.fileno()]
            poller.remove(sock.fileno())
            assert poller.wait(0.0) == []


def test_edge_tells_a_change_once_and_level_for_as_long_as_it_lasts(poller: Poller) -> None:
    with listener() as port, connecting(port) as sock:
        poller.add(sock.fileno())
        assert poller.wait(WAIT_S)
        assert bool(poller.wait(0.0)) is not poller.edge


def test_a_negative_timeout_does_not_wait_for_ever(poller: Poller) -> None:
    """A deadline may be over by the time the poller is asked."""
    assert poller.wait(-1.0) == []


def test_a_poller_can_be_closed_with_sockets_in_it() -> None:
    for name in available():
        poller = open_poller(name)
        with listener() as port, connecting(port) as sock:
            poller.add(sock.fileno())
            poller.close()
            assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0  # the socket is not the poller's


@pytest.mark.parametrize(
    "name", [pytest.param("epoll", marks=pytest.mark.skipif("epoll" not in KINDS, reason="Linux has it")), "stand-in"]
)
def test_more_than_a_batch_is_not_drained(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pollers, "_BATCH", 3)
    if name == "stand-in":
        monkeypatch.setattr(pollers, "select", stand_in())
    poller: Poller = KqueuePoller() if name == "stand-in" else open_poller(name)
    with listener() as port, contextlib.ExitStack() as stack:
        socks = [stack.enter_context(connecting(port)) for _ in range(4)]
        for sock in socks:
            assert select.select([], [sock], [], WAIT_S)[1]  # its handshake is done
            poller.add(sock.fileno())
        first = poller.wait(WAIT_S)
        assert (len(first), poller.drained) == (3, False)
        for fd, _ in first if not poller.edge else ():
            poller.remove(fd)
        assert (len(poller.wait(WAIT_S)), poller.drained) == (1, True)
    poller.close()


class TestByName:
    def test_the_best_is_the_first(self) -> None:
        assert type(open_poller()) is type(open_poller(available()[0]))
        assert available()[-1] == "select"
        if sys.platform.startswith("linux"):
            assert available() == ["epoll", "poll", "select"]

    def test_an_unknown_one_names_those_that_exist(self) -> None:
        with pytest.raises(UsageError) as refused:
            open_poller("iocp")
        assert "iocp" in str(refused.value)
        assert all(name in str(refused.value) for name in available())

    @pytest.mark.skipif(hasattr(select, "kqueue"), reason="this system has kqueue")
    def test_one_of_another_system_is_unknown_here(self) -> None:
        with pytest.raises(UsageError):
            open_poller("kqueue")


@pytest.mark.skipif(sys.platform == "win32", reason="FD_SETSIZE counts sockets there, not numbers")
def test_select_has_no_room_from_1024_on() -> None:
    """A descriptor beyond FD_SETSIZE would be a ValueError in the middle of a scan."""
    needs.require("1024 descriptors")
    poller = SelectPoller()
    assert poller.accepts(1023)
    assert not poller.accepts(1024)
    with listener() as port, connecting(port) as sock:
        os.dup2(sock.fileno(), 1023)
        try:
            poller.add(1023)
            assert poller.wait(WAIT_S) == [(1023, OUT)]
        finally:
            os.close(1023)
    assert poller.capacity <= 1024
