"""The kernel's neighbour table, read through netlink: by an ordinary user, of both families."""

import errno
import json
import socket
import struct
import sys

import pytest

from scanner.machine import netlink as module
from scanner.machine.neighbour_entries import Resolution, neighbour_entries
from tests.namespace import namespace

#: One end of a link, behind which nobody answers.
_LINK = """
ip link add near type veth peer name far
ip addr add 10.50.0.1/24 dev near
ip -6 addr add fd50::1/64 dev near nodad
ip link set near up
ip link set far up
ip neigh add 10.50.0.9 lladdr 02:00:00:00:00:09 dev near nud permanent
ip neigh add 10.50.0.10 lladdr 02:00:00:00:00:10 dev near nud stale
ip -6 neigh add fd50::9 lladdr 02:00:00:00:00:09 dev near nud reachable
ip -6 neigh add fe80::9 lladdr 02:00:00:00:00:09 dev near nud permanent
"""
_LOOK = """
import json, socket, sys, time
from scanner.machine.neighbour_entries import neighbour_entries
asked = []
for family, address in ((2, "10.50.0.77"), (10, "fd50::77")):
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    asked.append((sock, sock.connect_ex((address, 80))))
def shown():
    return {socket.inet_ntop(family, address) + (f"%{socket.if_indextoname(link)}" if link else ""): said.value
            for family in (2, 10) for (address, link), said in neighbour_entries(family).items()}
first, deadline = shown(), time.monotonic() + 20
while (last := shown())["10.50.0.77"] == "resolving" or last["fd50::77"] == "resolving":
    assert time.monotonic() < deadline
    time.sleep(0.05)
print(json.dumps([first, last]))
"""


@pytest.mark.lab
def test_who_is_there_who_is_asked_for_and_who_is_not_there() -> None:
    with namespace("veth") as net:
        net.run("sh", "-ec", _LINK, check=True)
        first, last = json.loads(net.run(sys.executable, "-c", _LOOK, check=True).stdout)
    there = {"10.50.0.9", "fd50::9", "fe80::9%near"}
    assert {address: first[address] for address in there} == dict.fromkeys(there, "resolved")
    assert first["10.50.0.10"] == "stale"
    assert (first["10.50.0.77"], first["fd50::77"]) == ("resolving", "resolving")
    assert (last["10.50.0.77"], last["fd50::77"]) == ("failed", "failed")


#: Two links with the same network; the first has the way to all of it.
_TWO_LINKS = """
for link in first second; do
    ip link add $link type veth peer name $link-far
    ip link set $link up
    ip link set $link-far up
done
ip addr add 10.50.0.1/24 dev first
ip addr add 10.50.0.2/24 dev second
ip neigh add 10.50.0.9 lladdr 02:00:00:00:00:09 dev second nud stale
ip neigh add 10.50.0.10 lladdr 02:00:00:00:00:10 dev second nud permanent
ip route add 10.50.0.10 dev second
"""
_LOOK_AT_TWO = """
import json, socket
from scanner.machine.neighbour_entries import neighbour_entries
socks = [socket.socket() for _ in range(2)]
for sock, last in zip(socks, (9, 10)):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"first")
    sock.setblocking(False)
    sock.connect_ex((f"10.50.0.{last}", 80))
print(json.dumps({socket.inet_ntop(2, key[0]): said.value for key, said in neighbour_entries(2).items()}))
"""


@pytest.mark.lab
def test_of_two_links_that_by_which_packets_leave_counts() -> None:
    with namespace("veth") as net:
        net.run("sh", "-ec", _TWO_LINKS, check=True)
        found = json.loads(net.run(sys.executable, "-c", _LOOK_AT_TWO, check=True).stdout)
    assert found == {"10.50.0.9": "resolving", "10.50.0.10": "resolved"}


def test_where_nobody_is_a_neighbour_nobody_is_listed() -> None:
    """Of the loopback no entry counts; the table itself can be read."""
    found = neighbour_entries(socket.AF_INET)
    assert found is None or all(len(address) == 4 for address, _ in found)


class _Answers:
    """A netlink socket that says just that; at its end, nothing more."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)

    def settimeout(self, seconds: float) -> None:
        pass

    def sendto(self, request: bytes, to: tuple[int, int]) -> None:
        pass

    def recv(self, most: int) -> bytes:
        if not self._answers:
            raise TimeoutError
        return self._answers.pop(0)

    def close(self) -> None:
        pass


def message(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("=IHHII", 16 + len(body), kind, 2, 1, 0) + body


def entry(address: bytes, state: int, link: int = 7) -> bytes:
    family = 2 if len(address) == 4 else 10
    head = struct.pack("=BBHiHBB", family, 0, 0, link, state, 0, 0)
    link_layer = struct.pack("=HH", 10, 2) + bytes(6) + bytes(2)
    return message(28, head + link_layer + struct.pack("=HH", 4 + len(address), 1) + address)


def way(link: int) -> bytes:
    return message(24, struct.pack("=BBBBBBBBI", *bytes(9)) + struct.pack("=HHi", 8, 4, link))


DONE = message(3, bytes(4))
ONE = bytes([10, 0, 0, 1])
LOCAL = bytes([0xFE, 0x80, *bytes(13), 1])
THERE = (0x02, 0x40, 0x80)  # reachable, noarp, permanent
CHECKING = (0x08, 0x10)  # delay, probe


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([DONE], {}),
        ([entry(ONE, 0x01), DONE], {(ONE, 0): Resolution.RESOLVING}),
        ([entry(ONE, 0x20) + DONE], {(ONE, 0): Resolution.FAILED}),
        ([entry(ONE, 0x00), DONE], {}),
        *(([entry(ONE, state), DONE], {(ONE, 0): Resolution.RESOLVED}) for state in THERE),
        *(([entry(ONE, state), DONE], {(ONE, 0): Resolution.CHECKING}) for state in CHECKING),
        ([entry(ONE, 0x04), DONE], {(ONE, 0): Resolution.STALE}),
        # on several links: asked for, then the best one, in whatever order
        ([entry(ONE, 0x02) + entry(ONE, 0x01, 8), DONE], {(ONE, 0): Resolution.RESOLVING}),
        ([entry(ONE, 0x01) + entry(ONE, 0x02, 8), DONE], {(ONE, 0): Resolution.RESOLVING}),
        ([entry(ONE, 0x04) + entry(ONE, 0x02, 8), DONE], {(ONE, 0): Resolution.RESOLVED}),
        ([entry(ONE, 0x20) + entry(ONE, 0x04, 8), DONE], {(ONE, 0): Resolution.STALE}),
        ([entry(ONE, 0x04) + entry(ONE, 0x08, 8), DONE], {(ONE, 0): Resolution.CHECKING}),
        ([entry(ONE, 0x20) + entry(ONE, 0x02, 8), DONE], {(ONE, 0): Resolution.RESOLVED}),
        ([entry(ONE, 0x02) + entry(ONE, 0x20, 8), DONE], {(ONE, 0): Resolution.RESOLVED}),
        ([entry(ONE, 0x20) + entry(ONE, 0x01, 8), DONE], {(ONE, 0): Resolution.RESOLVING}),
        ([entry(ONE, 0x01) + entry(ONE, 0x20, 8), DONE], {(ONE, 0): Resolution.RESOLVING}),
        # or that by which packets leave, where the kernel says it
        ([entry(ONE, 0x20) + entry(ONE, 0x02, 8) + DONE, way(7)], {(ONE, 0): Resolution.FAILED}),
        ([entry(ONE, 0x20) + entry(ONE, 0x01, 8) + DONE, way(7)], {(ONE, 0): Resolution.FAILED}),
        ([entry(ONE, 0x20) + entry(ONE, 0x02, 8) + DONE, way(9)], {(ONE, 0): Resolution.RESOLVED}),
        ([entry(ONE, 0x20) + entry(ONE, 0x02, 8) + DONE, message(2)], {(ONE, 0): Resolution.RESOLVED}),
        # a link-local address is another one on each link
        (
            [entry(LOCAL, 0x02, 7) + entry(LOCAL, 0x20, 8), DONE],
            {(LOCAL, 7): Resolution.RESOLVED, (LOCAL, 8): Resolution.FAILED},
        ),
        # what says that it cannot be asked, in whatever way
        ([message(2, struct.pack("=i", -1))], None),
        ([entry(ONE, 0x02)], None),
        ([entry(ONE, 0x02)[:20]], None),
        ([bytes(32)], None),
    ],
)  # fmt: skip
def test_what_the_kernel_answers(
    monkeypatch: pytest.MonkeyPatch, answers: list[bytes], found: dict[tuple[bytes, int], Resolution] | None
) -> None:
    monkeypatch.setattr(module.socket, "socket", lambda *_: _Answers(*answers))
    assert neighbour_entries(2) == found


def test_a_system_without_netlink(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(module.socket, "AF_NETLINK", raising=False)
    assert neighbour_entries(2) is None


@pytest.mark.parametrize("trouble", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM])
def test_a_trouble_that_may_pass_is_told_from_one_that_stays(monkeypatch: pytest.MonkeyPatch, trouble: int) -> None:
    def no_socket(*_: int) -> socket.socket:
        raise OSError(trouble, "trouble")

    monkeypatch.setattr(module.socket, "socket", no_socket)
    with pytest.raises(OSError, match="trouble"):
        neighbour_entries(2)


@pytest.mark.parametrize("trouble", [errno.EPERM, errno.EACCES, errno.EPROTONOSUPPORT, errno.EAFNOSUPPORT])
def test_where_netlink_is_forbidden_it_can_never_be_asked(monkeypatch: pytest.MonkeyPatch, trouble: int) -> None:
    def no_socket(*_: int) -> socket.socket:
        raise OSError(trouble, "forbidden")

    monkeypatch.setattr(module.socket, "socket", no_socket)
    assert neighbour_entries(2) is None
