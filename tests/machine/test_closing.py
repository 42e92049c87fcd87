"""A close() that fails, where nothing was written, changes nothing."""

import errno
import os
import socket
from pathlib import Path

import pytest

from scanner import services
from scanner.machine.closing import close_descriptor, closing
from scanner.machine.interposed import active_opens
from scanner.machine.pollers import available, open_poller
from scanner.targets.names import resolv_conf as resolvconf
from scanner.targets.names.lookup import ask


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """close() says EIO, as Linux does: the descriptor is closed. The list holds what was closed so."""
    really, closed = os.close, list[int]()

    def close(descriptor: int) -> None:
        really(descriptor)
        closed.append(descriptor)
        raise OSError(errno.EIO, "injected")

    monkeypatch.setattr(os, "close", close)
    return closed


class Opened:
    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1
        raise OSError(errno.EIO, "injected")


@pytest.mark.parametrize("name", [None, *available()])
def test_a_poller_works_whatever_becomes_of_the_pipe_it_was_tried_with(name: str | None, failing: list[int]) -> None:
    open_poller(name).close()
    assert len(failing) == 2


def test_what_was_read_is_known(failing: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "snmp").write_text("Tcp: ActiveOpens\nTcp: 17\n")
    assert active_opens(str(tmp_path / "snmp")) == 17
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\nnameserver 127.0.0.2\n")
    monkeypatch.setattr(resolvconf, "_PATH", str(tmp_path / "resolv.conf"))
    assert resolvconf.this_hosts().servers == 2
    assert len(failing) == 2


def test_a_lookup_is_none_the_worse(failing: list[int]) -> None:
    info = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 0))
    assert len(ask("n", socket.AF_INET, lambda *_: [info]).addresses) == 1
    assert failing


def test_the_table_of_services_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lines(Opened):
        def __iter__(self) -> object:
            return iter(["22 ssh\n"])

    lines = Lines()
    monkeypatch.setattr("builtins.open", lambda *_, **__: lines)
    monkeypatch.setattr(services, "_NAMES", {})
    monkeypatch.setattr(services, "_PORTS", {})
    assert (services.service_name(22), services.service_names()) == ("ssh", ["ssh"])
    assert lines.closed == 1


def test_only_close_is_passed_over(failing: list[int]) -> None:
    opened = Opened()
    with pytest.raises(OSError, match="read"), closing(opened):
        raise OSError(errno.EIO, "read")
    assert opened.closed == 1
    close_descriptor(os.open(os.devnull, os.O_RDONLY))
    assert len(failing) == 1
