"""A socket that is used again after silence tells nothing of the target it asked before: on real networks.

Whatever the first target answers comes once the second was asked: a SYN-ACK, a RST, an ICMP error. So do a soft error
and an error queue that was not empty when the socket was given up.
"""

import pytest

from tests.lab.check import mismatches
from tests.lab.run import sweep_command
from tests.lab.scenes import SCENES

pytestmark = pytest.mark.lab

_BEGIN = """
import errno, os, select, socket, subprocess, sys, time
from scanner.machine.kernel import Kernel
from scanner.machine.tcp_info import SYN_SENT
host, *ports = sys.argv[1:]
first, second = map(int, ports)
family = socket.AF_INET6 if ":" in host else socket.AF_INET
kernel = Kernel()
sock, poller = kernel.socket(family), kernel.poller("epoll")
poller.add(sock.fileno())
flag = kernel.flagger(sock.fileno(), family)
def so_error(): return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
def until(done):
    end = time.monotonic() + 20
    while not done():
        assert time.monotonic() < end, "it does not come"
        select.select([], [], [], 0.01)
assert sock.connect_ex((host, first)) == errno.EINPROGRESS
assert kernel.info(sock).state == SYN_SENT
"""

#: What asked the first target later than it did, and was answered, is the sign that its own answer came, too.
_LATE = """
assert kernel.make_new(sock, sock.getsockopt, flag)
assert sock.connect_ex((host, second)) == errno.EINPROGRESS
beside = [kernel.socket(family) for _ in range(3)]
for other in beside:
    other.connect_ex((host, first))
for other in beside:
    heard = select.poll()
    heard.register(other, select.POLLOUT)
    assert heard.poll(20_000)
events = [poller.wait(0.1) for _ in range(2)]
print(events, so_error(), kernel.still_asks(sock.getsockopt), kernel.icmp(sock), flag(0))
"""

#: Port 20 is open, 30 rejects, 45 refuses; 40 is silent.
_ANSWERS = [20, 30, 45]


@pytest.mark.parametrize("first", _ANSWERS, ids=["SYN-ACK", "ICMP", "RST"])
@pytest.mark.parametrize("host", ["10.0.0.1", pytest.param("fd00:10::1", marks=pytest.mark.slow)])
def test_a_late_answer_to_the_first_is_not_the_seconds(lab, host: str, first: int) -> None:
    outcome = lab("late").run("python", "-c", _BEGIN + _LATE, host, str(first), "40")
    assert (outcome.status, outcome.stdout.strip()) == (0, "[[], []] 0 True None []")


_OWN = """
assert kernel.make_new(sock, sock.getsockopt, flag)
assert sock.connect_ex((host, second)) == errno.EINPROGRESS
events = []
until(lambda: events.extend(poller.wait(0.1)) or events)
print(so_error(), kernel.info(sock).state, kernel.icmp(sock))
"""


@pytest.mark.parametrize(
    ("second", "said"),
    [(20, "0 1 None"), (45, f"{111} 7 None"), (30, "113 7 Icmp(version=4, type=3, code=13, sender='10.0.0.1')")],
)
def test_its_own_answer_is(lab, second: int, said: str) -> None:
    outcome = lab("late").run("python", "-c", _BEGIN + _OWN, "10.0.0.1", "40", str(second))
    assert (outcome.status, outcome.stdout.strip()) == (0, said)


_ANSWERED = """
until(lambda: not kernel.still_asks(sock.getsockopt))
print(kernel.make_new(sock, sock.getsockopt, flag), so_error())
"""


@pytest.mark.parametrize(("first", "error"), [(20, 0), (30, 113), (45, 111)])
def test_one_that_was_answered_is_left_as_it_is(lab, first: int, error: int) -> None:
    outcome = lab("late").run("python", "-c", _BEGIN + _ANSWERED, "10.0.0.1", str(first), "40")
    assert (outcome.status, outcome.stdout.split()) == (0, ["False", str(error)])


#: The route is lost when the kernel sends the SYN again: no event, no message, but an errno that waits to be read.
_LOST = """
to = "10.0.0.0/8" if family == socket.AF_INET else "fd00:10::/32"
subprocess.run(["ip", "route", "add", "unreachable", host], check=True)
until(lambda: sock.getsockopt(socket.IPPROTO_TCP, 11, 8)[2])
subprocess.run(["ip", "route", "del", "unreachable", host], check=True)
assert kernel.still_asks(sock.getsockopt) and not poller.wait(0)
if second:
    print(so_error())
print(kernel.make_new(sock, sock.getsockopt, flag))
"""


@pytest.mark.parametrize(("read", "said"), [(0, ["False"]), (1, ["113", "True"])])
def test_a_soft_error_that_nobody_read_is_not_handed_on(lab, read: int, said: list[str]) -> None:
    outcome = lab("late").run("python", "-c", _BEGIN + _LOST, "10.0.0.1", "40", str(read), as_root=True)
    assert (outcome.status, outcome.stdout.split()) == (0, said)


#: The ICMP error comes while connect() still holds the socket: it goes on asking, and its queue holds the message.
_SOFT = """
def soft():
    global sock, flag
    sock = kernel.socket(family)
    flag = kernel.flagger(sock.fileno(), family)
    sock.connect_ex((host, second))
    return kernel.still_asks(sock.getsockopt) and flag(0) and flag(0)[0][1] & 8
until(soft)
while so_error():
    pass
print(kernel.still_asks(sock.getsockopt), kernel.make_new(sock, sock.getsockopt, flag))
"""


def test_a_message_that_nobody_read_is_not_handed_on(lab) -> None:
    outcome = lab("icmp").run("python", "-c", _BEGIN + _SOFT, "10.0.0.1", "101", "140")
    assert (outcome.status, outcome.stdout.split()) == (0, ["True", "False"])


@pytest.mark.slow
def test_a_sweep_whose_sockets_are_used_again_is_right(lab) -> None:
    """Few descriptors, deadlines shorter than the round trip: each socket has many silent lives."""
    scene = SCENES["late"]
    command = sweep_command(scene, "-t", "0.4", "-c", "20")
    outcome = lab("late").run(*command)
    assert outcome.status == 0, outcome.stderr
    assert mismatches(scene, outcome.rows) == []
