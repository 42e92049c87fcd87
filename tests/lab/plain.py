"""A prober that is slow, simple and shares nothing with the scanner: it proves that the lab is what it says.

`python -m tests.lab SCENE -- python -m tests.lab.plain SCENE [SECONDS [AT_ONCE]]` probes all of a scene's
targets, one socket each, and writes a small CSV. Its verdicts are right only in scenes that lose nothing; in
others they show how much is lost.
"""

import csv
import errno
import select
import socket
import sys
import time
from collections.abc import Iterator
from itertools import islice

from tests.lab.scenes import SCENES

_MSG_ERRQUEUE = 0x2000
_REASONS = {
    (2, 3, 0): "net-unreach",
    (2, 3, 1): "host-unreach",
    (2, 3, 2): "proto-unreach",
    (2, 3, 3): "port-unreach",
    (2, 3, 9): "net-prohibited",
    (2, 3, 10): "host-prohibited",
    (2, 3, 13): "admin-prohibited",
    (2, 11, 0): "time-exceeded",
    (3, 1, 0): "net-unreach",
    (3, 1, 1): "admin-prohibited",
    (3, 1, 3): "host-unreach",
    (3, 1, 4): "port-unreach",
    (3, 3, 0): "time-exceeded",
}


def _icmp(sock: socket.socket) -> tuple[str, str]:
    """The reason and the sender of the ICMP error in the socket's queue, or two empty texts."""
    try:
        _, control, _, _ = sock.recvmsg(512, 512, _MSG_ERRQUEUE)
    except OSError:
        return "", ""
    data = control[0][2]
    if data[4] not in (2, 3):
        return "host-unreach", ""  # this host's own word: no such neighbour
    if data[4] == 2:
        return _REASONS[2, data[5], data[6]], socket.inet_ntop(socket.AF_INET, data[20:24])
    return _REASONS[3, data[5], data[6]], socket.inet_ntop(socket.AF_INET6, data[24:40])


def _judge(sock: socket.socket, number: int) -> tuple[str, str, str]:
    reason, sender = _icmp(sock)
    if reason:
        return "unreachable", reason, sender
    if number in (0, errno.ECONNRESET, errno.EPIPE):
        return "open", "syn-ack", ""
    if number == errno.ECONNREFUSED:
        return "refused", "conn-refused", ""
    return "error", errno.errorcode[number], ""


def _start(address: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    sock.setblocking(False)
    sock.setsockopt(*((41, 25, 1) if ":" in address else (0, 11, 1)))  # IPV6_RECVERR, IP_RECVERR
    sock.connect_ex((address, port))
    return sock


def _batch(targets: list[tuple[str, int]], seconds: float) -> Iterator[tuple[str, int, str, str, str]]:
    flying = {sock.fileno(): (sock, target) for target in targets for sock in [_start(*target)]}
    poller = select.poll()
    for number in flying:
        poller.register(number, select.POLLOUT)
    until = time.monotonic() + seconds
    while flying and time.monotonic() < until:
        for number, _ in poller.poll(100):
            sock, target = flying.pop(number)
            poller.unregister(number)
            yield (*target, *_judge(sock, sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)))
            sock.close()
    for sock, target in flying.values():
        reason, sender = _icmp(sock)
        yield (*target, *(("unreachable", reason, sender) if reason else ("timeout", "no-response", "")))
        sock.close()


def main(name: str, seconds: str = "1.5", at_once: str = "200") -> None:
    """Probe the scene called `name`, with `at_once` sockets at a time, for `seconds` each; CSV to stdout."""
    out = csv.writer(sys.stdout)
    out.writerow(["address", "port", "state", "reason", "icmp_from"])
    targets = SCENES[name].targets()
    while batch := list(islice(targets, int(at_once))):
        out.writerows(_batch(batch, float(seconds)))


if __name__ == "__main__":
    main(*sys.argv[1:])
