"""The whole program where the kernel has, or allows, less than Linux usually does: the same states, said under `-v`."""

import csv
import errno
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import needs
from tests.forbid import rule
from tests.namespace import Namespace, namespace

pytestmark = pytest.mark.lab

FORBID = Path(__file__).with_name("forbid.py")
OPEN, REFUSED, SILENT, REJECTED, PROHIBITED = 80, 81, 2000, 3000, 3001
_REJECTS = f"""
nft -f - <<END
table inet rejects {{
  chain arriving {{
    type filter hook input priority 1;
    tcp dport {REJECTED} reject with icmpx port-unreachable
    tcp dport {PROHIBITED} reject with icmpx admin-prohibited
  }}
}}
END
echo 0 > /proc/sys/net/ipv4/icmp_ratelimit
echo 0 > /proc/sys/net/ipv6/icmp/ratelimit
"""
TRUTH = {OPEN: "open", REFUSED: "refused", SILENT: "timeout", REJECTED: "unreachable", PROHIBITED: "unreachable"}
ALL_PORTS = ",".join(map(str, TRUTH))

#: What is forbidden, and the words of the note that says so.
FORBIDDEN = {
    "TCP_INFO": ([rule("getsockopt", errno.ENOPROTOOPT, a1=6, a2=11)], "no TCP_INFO here"),
    "TCP_INFO, EPERM": ([rule("getsockopt", errno.EPERM, a1=6, a2=11)], "no TCP_INFO here"),
    "IP_RECVERR": ([rule("setsockopt", errno.EOPNOTSUPP, a1=0, a2=11)], "no IP_RECVERR here"),
    "IPV6_RECVERR": ([rule("setsockopt", errno.EINVAL, a1=41, a2=25)], "no IPV6_RECVERR here"),
    "error queue": ([rule("recvmsg", errno.EACCES, a2=0x2000)], "no MSG_ERRQUEUE here"),
    "poll": ([rule("poll", errno.ENOSYS), rule("ppoll", errno.ENOSYS)], "no poll() of one socket here"),
    "epoll_create1": ([rule("epoll_create1", errno.EPERM)], "no epoll here"),
    "epoll_ctl": ([rule("epoll_ctl", errno.EPERM)], "no epoll here"),
    "epoll_wait": ([rule("epoll_wait", errno.ENOSYS), rule("epoll_pwait", errno.ENOSYS)], "no epoll here"),
    "epoll and poll": (
        [rule("epoll_create1", errno.ENOSYS), rule("poll", errno.EPERM), rule("ppoll", errno.EPERM)],
        "no poll here",
    ),
    "getrlimit": (
        [rule(call, errno.EPERM) for call in ("prlimit64", "getrlimit", "setrlimit")],
        "no getrlimit() here",
    ),
    "SO_LINGER": ([rule("setsockopt", errno.EPERM, a1=1, a2=13)], ""),
    "getpeername": ([rule("getpeername", errno.EPERM)], ""),
    "getsockname": ([rule("getsockname", errno.EPERM)], ""),
}


@pytest.fixture(scope="module")
def net() -> Iterator[Namespace]:
    with namespace("seccomp filters", "nft reject") as made:
        made.run("sh", "-ec", _REJECTS, check=True)
        with made.listening(f"127.0.0.1:{OPEN}", f"::1:{OPEN}"):
            yield made


def swept(net: Namespace, rules: list[str], *words: object) -> tuple[Any, dict[tuple[str, int], str]]:
    """How it ended, and the states found."""
    before = (sys.executable, str(FORBID), *rules, "--")
    done = net.scanner("sweep", *words, "-t", "300ms", "-f", "csv", before=before)
    rows = csv.DictReader(io.StringIO(done.stdout))
    return done, {(row["address"], int(row["port"])): row["state"] for row in rows}


@pytest.mark.thinned(5)
@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_states_are_the_same_without(net: Namespace, what: str) -> None:
    rules, note = FORBIDDEN[what]
    done, states = swept(net, rules, "127.0.0.1", "::1", "-p", ALL_PORTS, "-v")
    assert done.returncode == 0, done.stderr
    assert states == {(host, port): state for host in ("127.0.0.1", "::1") for port, state in TRUTH.items()}
    notes = [line for line in done.stderr.splitlines() if line.startswith("note: ")]
    assert len([line for line in notes if line.startswith(f"note: {note}")]) == (1 if note else 0), done.stderr
    assert "warning" not in done.stderr


@pytest.mark.thinned(3)
@pytest.mark.parametrize("what", ["TCP_INFO", "IPV6_RECVERR", "poll", "epoll_ctl", "getrlimit"])
def test_a_large_sweep_too(net: Namespace, what: str) -> None:
    done, states = swept(net, FORBIDDEN[what][0], "127.0.0.1", "-p", "1-1500,5000-6000")
    assert done.returncode == 0, done.stderr
    assert {port for (_, port), state in states.items() if state != "refused"} == {OPEN}
    assert len(states) == 2501
    assert "note: " not in done.stderr, "not without -v"


def test_a_source_without_late_ports(net: Namespace) -> None:
    rules = [rule("setsockopt", errno.ENOPROTOOPT, a1=0, a2=24)]
    done, states = swept(net, rules, "127.0.0.1", "-p", ALL_PORTS, "-v", "-S", "127.0.0.1")
    assert states == {("127.0.0.1", port): state for port, state in TRUTH.items()}
    assert "note: no IP_BIND_ADDRESS_NO_PORT here" in done.stderr


def test_sixteen_local_ports_and_no_late_ones(net: Namespace) -> None:
    """bind() takes a port for good then, and says EADDRINUSE when there is none: a shortage, never a state."""
    with namespace("seccomp filters") as few:
        few.local_ports(40000, 40015)
        rules = [rule("setsockopt", errno.ENOPROTOOPT, a1=0, a2=24)]
        done, states = swept(few, rules, "127.0.0.1", "-p", "1-200", "-S", "127.0.0.1")
    assert done.returncode == 0, done.stderr
    assert set(states.values()) == {"refused"}
    assert len(states) == 200


def test_all_extras_at_once(net: Namespace) -> None:
    rules = [each for what in FORBIDDEN if what not in ("epoll and poll", "poll") for each in FORBIDDEN[what][0]]
    done, states = swept(net, rules, "127.0.0.1", "::1", "-p", f"{OPEN},{REFUSED},{SILENT},{PROHIBITED}", "-v")
    assert done.returncode == 0, done.stderr
    wanted = {port: state for port, state in TRUTH.items() if port != REJECTED}
    assert states == {(host, port): state for host in ("127.0.0.1", "::1") for port, state in wanted.items()}


@pytest.mark.parametrize("poller", ["epoll", "poll"])
def test_a_poller_that_was_asked_for_and_is_forbidden(net: Namespace, poller: str) -> None:
    calls = {"epoll": ["epoll_create1"], "poll": ["poll", "ppoll"]}[poller]
    done, states = swept(net, [rule(call, errno.EPERM) for call in calls], "127.0.0.1", "-p", "80", "--poller", poller)
    assert (done.returncode, states) == (2, {})
    assert done.stderr.startswith(f"error: this system forbids the poller {poller!r} (Operation not permitted)")
    assert "Traceback" not in done.stderr


def test_no_poller_at_all(net: Namespace) -> None:
    calls = ("epoll_create1", "poll", "ppoll", "select", "pselect6")
    done, states = swept(net, [rule(call, errno.ENOSYS) for call in calls], "127.0.0.1", "-p", "80")
    assert (done.returncode, states) == (3, {})
    assert "no poller can be used on this system: epoll (Function not implemented)" in done.stderr


def test_this_machine_lacks_nothing(net: Namespace) -> None:
    done, states = swept(net, [], "127.0.0.1", "::1", "-p", ALL_PORTS, "-v")
    assert states == {(host, port): state for host in ("127.0.0.1", "::1") for port, state in TRUTH.items()}
    assert "note: " not in done.stderr


def test_it_is_known_what_a_filter_needs() -> None:
    assert not needs.lacking("seccomp filters") or sys.platform != "linux"
