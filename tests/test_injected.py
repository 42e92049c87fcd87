"""The whole program while system calls fail now and then, injected by strace: the same rows, and its usual end."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.namespace import SILENT, Namespace, namespace

pytestmark = pytest.mark.lab

OPEN = range(80, 90)
PORTS = f"1-300,{SILENT.start}-{SILENT.start + 20}"
FAILING = [
    "getsockopt:error=EIO:when=5+11", "getsockopt:error=EBADF:when=5+11",
    "setsockopt:error=EPERM:when=40+13", "getsockname:error=EIO:when=1+3", "getpeername:error=EIO:when=1+3",
    "recvmsg:error=EIO:when=2+3", "connect:error=EIO:when=9+17", "connect:error=EBADF:when=9+17",
    "connect:error=EINTR:when=9+17", "poll:error=EIO:when=1+2", "epoll_ctl:error=EIO:when=9+29",
    "epoll_wait:error=EINTR:when=3+3", "epoll_wait:error=EINVAL:when=7+50", "epoll_wait:error=EBADF:when=7+1",
    "ioctl:error=EIO:when=30+31",
]  # fmt: skip


@pytest.fixture(scope="module")
def net() -> Iterator[Namespace]:
    with namespace("strace") as made, made.listening(*(f"127.0.0.1:{port}" for port in OPEN)):
        yield made


@pytest.mark.thinned(5)
@pytest.mark.parametrize("fault", FAILING)
def test_a_failing_call_changes_no_row(net: Namespace, fault: str) -> None:
    hold(net, fault)


@pytest.mark.slow
def test_close_may_fail_too(net: Namespace, tmp_path: Path) -> None:
    """From the first probe on: before, an interpreter that cannot import its modules would say so, and not we."""
    log = tmp_path / "log"
    words = ("sweep", "127.0.0.1", "-p", PORTS, "-t", "500ms", "-f", "csv", "-q", "--poller", "poll")
    net.scanner(*words, before=("strace", "-f", "-qq", "-o", str(log), "-e", "trace=close,connect"), check=True)
    before, _, _ = log.read_text().partition("sin_port=htons(1)")
    hold(net, f"close:error=EIO:when={before.count('close(') + 3}+4", *words)


def hold(net: Namespace, fault: str, *words: str) -> None:
    """Every target has its true row."""
    call = fault.partition(":")[0]
    strace = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={fault}")
    words = words or ("sweep", "127.0.0.1", "-p", PORTS, "-t", "500ms", "-f", "csv", "-v")
    done = net.scanner(*words, before=strace)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert done.returncode == 0, done.stderr
    wrong = [(row["port"], row["state"], row["reason"]) for row in rows if row["state"] != truth(int(row["port"]))]
    assert wrong == [], done.stderr
    assert Counter(row["state"] for row in rows) == {"refused": 290, "open": 10, "timeout": 21}


def truth(port: int) -> str:
    return "open" if port in OPEN else "timeout" if port in SILENT else "refused"
