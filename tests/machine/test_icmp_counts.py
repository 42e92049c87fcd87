"""The count of ICMP errors that vouches for whole batches of refusals: when it may, and when it must not."""

import os
import socket
from pathlib import Path

import pytest

from scanner.machine.icmp_counts import IcmpCounts, kernel_icmp_counts
from scanner.model import State
from tests import needs
from tests.engine.fakes import Answer, FakeKernel, ListSource, play

SNMP = "Ip: Forwarding\nIp: 1\nIcmp: InMsgs InErrors InDestUnreachs\nIcmp: {} 0 {}\nIcmpMsg: InType3\nIcmpMsg: 7\n"
SNMP6 = "Ip6InReceives\t5\nIcmp6InMsgs\t9\nIcmp6InDestUnreachs\t{}\nIcmp6OutMsgs\t3\n"


def calm(icmp: IcmpCounts) -> None:
    """At its first look it knows nothing, and is wary as after a change."""
    assert icmp.suspicious(0.0, drained=True)
    assert icmp.suspicious(0.2, drained=True)
    assert not icmp.suspicious(0.3, drained=True)


class Counted:
    """A count to turn by hand, and what reads it."""

    def __init__(self) -> None:
        self.count = 0
        self.icmp = IcmpCounts(lambda: self.count)
        calm(self.icmp)

    def suspicious(self, now: float, *, drained: bool = True) -> bool:
        return self.icmp.suspicious(now, drained=drained)


def test_no_news_is_no_suspicion() -> None:
    counted = Counted()
    assert not any(counted.suspicious(now) for now in (1.0, 2.0, 300.0))


def test_an_error_makes_wary_of_what_polls_bring_for_a_while() -> None:
    counted = Counted()
    counted.count += 1
    assert [counted.suspicious(now) for now in (1.0, 1.05, 1.09)] == [True] * 3
    assert counted.suspicious(1.11), "the poll that ends it is itself still asked"
    assert not counted.suspicious(1.12)


def test_a_stop_of_the_process_in_between_is_no_calm() -> None:
    """The count changed, then the process was stopped: the event comes with the next poll, minutes later."""
    counted = Counted()
    counted.count += 1
    assert counted.suspicious(1.0)
    assert counted.suspicious(500.0)
    assert not counted.suspicious(500.1)


def test_a_poll_that_left_something_behind_ends_nothing() -> None:
    counted = Counted()
    counted.count += 1
    assert counted.suspicious(1.0, drained=False)
    assert counted.suspicious(2.0, drained=False)
    assert counted.suspicious(3.0)
    assert not counted.suspicious(4.0)


def test_another_error_begins_it_anew() -> None:
    counted = Counted()
    counted.count += 1
    counted.suspicious(1.0)
    counted.count += 1
    assert counted.suspicious(1.5)
    assert counted.suspicious(1.55)
    assert counted.suspicious(1.61)
    assert not counted.suspicious(1.62)


def write(folder: Path, v4: int, v6: int, messages: int = 1) -> None:
    (folder / "snmp").write_text(SNMP.format(messages, v4))
    (folder / "snmp6").write_text(SNMP6.format(v6))


@pytest.mark.parametrize("change", [{"v4": 1}, {"v6": 1}, {"v4": 12}, {"messages": 2}])
def test_the_counts_of_both_families_are_read(tmp_path: Path, change: dict[str, int]) -> None:
    write(tmp_path, v4=0, v6=0)
    icmp = kernel_icmp_counts(str(tmp_path))
    calm(icmp)
    write(tmp_path, **{"v4": 0, "v6": 0, **change})
    assert icmp.suspicious(2.0, drained=True)
    icmp.close()


def assert_never_trusted(folder: Path, *, files: int) -> None:
    """Every batch is suspicious; meanwhile so many files are open, and none after close()."""
    icmp = kernel_icmp_counts(str(folder))
    before = len(os.listdir("/dev/fd"))
    assert all(icmp.suspicious(now, drained=True) for now in (1.0, 2.0, 3.0, 4.0))
    assert len(os.listdir("/dev/fd")) - before == files
    icmp.close()
    assert len(os.listdir("/dev/fd")) == before


@pytest.mark.parametrize("missing", ["snmp", "snmp6"])
def test_a_system_that_shows_only_one_family_is_never_trusted(tmp_path: Path, missing: str) -> None:
    write(tmp_path, 0, 0)
    (tmp_path / missing).unlink()
    assert_never_trusted(tmp_path, files=0)


def test_files_of_another_form_are_never_trusted(tmp_path: Path) -> None:
    write(tmp_path, 0, 0)
    (tmp_path / "snmp").write_text("Tcp: 1\n")
    assert_never_trusted(tmp_path, files=2)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_this_kernel_counts_a_port_unreachable_before_the_socket_tells(family: int) -> None:
    """UDP on loopback: a datagram to a port that nobody has brings one, and ECONNREFUSED with it."""
    needs.require("a kernel that counts ICMP errors", *["IPv6 on loopback"] * (family == socket.AF_INET6))
    icmp = kernel_icmp_counts()
    calm = (now for now in map(float, range(1000)) if not icmp.suspicious(now, drained=True))
    assert next(calm, None) is not None, "counts that never stand still"
    host = "127.0.0.1" if family == socket.AF_INET else "::1"
    with socket.socket(family, socket.SOCK_DGRAM) as sock, socket.socket(family, socket.SOCK_DGRAM) as other:
        other.bind((host, 0))
        address = other.getsockname()
        sock.connect(address)
        other.close()
        sock.settimeout(10)
        sock.send(b"?")
        with pytest.raises(ConnectionRefusedError):
            sock.recv(1)
    assert icmp.suspicious(1001.0, drained=True)
    icmp.close()


@pytest.mark.parametrize("batch", [1 << 30, 70])
@pytest.mark.parametrize("rejects", [1, 7, 150])
def test_a_reject_among_many_resets_is_found(rejects: int, batch: int) -> None:
    """Large batches of refusals, some of which are a firewall's: none is taken for a closed port."""

    def network(host: str, port: int, attempt: int, now: float) -> Answer:
        return Answer(0.001, "port-unreach" if 300 <= port < 300 + rejects else "rst")

    rows = play(FakeKernel(network, batch=batch), ListSource(["10.0.0.1"], range(1, 1001)))
    unreachable = sorted(row.port for row in rows if row.state is State.UNREACHABLE)
    assert unreachable == list(range(300, 300 + rejects))
    assert sum(row.state is State.REFUSED for row in rows) == 1000 - rejects
