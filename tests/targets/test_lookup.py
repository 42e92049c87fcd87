"""One lookup: what the C library's answers mean, and which of them are this machine's own shortage."""

import errno
import os
import socket
import subprocess
import sys
from typing import Any

import pytest

from scanner.targets.grammar.addresses import V4, V6
from scanner.targets.names.lookup import ask

STREAM = socket.SOCK_STREAM
V4_INFO = (socket.AF_INET, STREAM, 6, "", ("10.0.0.1", 0))
V6_INFO = (socket.AF_INET6, STREAM, 6, "", ("2001:db8::1", 0, 0, 0))
A, AAAA = (V4, 0x0A000001, 0), (V6, 0x20010DB8 << 96 | 1, 0)
PLENTY = lambda: 0  # noqa: E731


def answer(*infos: Any) -> Any:
    return lambda *_: list(infos)


def failing(error: BaseException) -> Any:
    def lookup(*_: object) -> list[Any]:
        raise error

    return lookup


def test_addresses_in_order_and_unique() -> None:
    found = ask("n", 0, answer(V6_INFO, V4_INFO, V6_INFO, V4_INFO), PLENTY)
    assert (found.addresses, found.reason, found.short) == ([AAAA, A], "", 0)


@pytest.mark.parametrize("family", [0, V4, V6])
def test_asks_for_streams_of_the_family_once(family: int) -> None:
    asked: list[tuple[Any, ...]] = []
    ask("n", family, lambda *given: asked.append(given) or [], PLENTY)
    assert asked == [("n", None, family, socket.SOCK_STREAM)]


def test_odd_answers() -> None:
    scoped = (socket.AF_INET6, STREAM, 6, "", ("fe80::1%lo", 0, 0, 1))
    mapped = (socket.AF_INET6, STREAM, 6, "", ("::ffff:10.0.0.1", 0, 0, 0))
    global_scoped = (socket.AF_INET6, STREAM, 6, "", ("::1", 0, 0, 3))
    other = (12345, STREAM, 6, "", ("x", 0))
    found = ask("n", 0, answer(scoped, mapped, global_scoped, other, V4_INFO), PLENTY).addresses
    assert found == [(V6, 0xFE80 << 112 | 1, 1), A, (V6, 1, 0)]


@pytest.mark.parametrize(
    ("lookup", "reason", "unsure"),
    [
        (failing(socket.gaierror(socket.EAI_NONAME, "x")), "no-address", False),
        (failing(socket.gaierror(getattr(socket, "EAI_NODATA", socket.EAI_NONAME), "x")), "no-address", False),
        (failing(socket.gaierror(socket.EAI_AGAIN, "x")), "dns-failed", True),
        (failing(socket.gaierror(socket.EAI_FAIL, "x")), "dns-failed", False),
        (failing(UnicodeEncodeError("idna", "x", 0, 1, "label too long")), "no-address", False),
        (failing(OSError(errno.EIO, "x")), "dns-failed", False),
        (failing(OSError(0, "Error")), "dns-failed", False),
        (failing(RuntimeError("x")), "dns-failed", False),
        (answer(), "no-address", False),
    ],
)
def test_failures(lookup: Any, reason: str, unsure: bool) -> None:
    found = ask("n", V4, lookup, PLENTY)
    assert (found.addresses, found.reason, found.unsure, found.short) == ([], reason, unsure, 0)


@pytest.mark.parametrize(
    ("error", "short"),
    [
        (OSError(errno.EMFILE, "x"), errno.EMFILE),
        (OSError(errno.ENFILE, "x"), errno.ENFILE),
        (OSError(errno.ENOMEM, "x"), errno.ENOMEM),
        (socket.gaierror(socket.EAI_MEMORY, "x"), errno.ENOMEM),
        (MemoryError(), errno.ENOMEM),
    ],
)
def test_a_shortage_that_says_so(error: BaseException, short: int) -> None:
    assert ask("n", V4, failing(error), PLENTY).short == short


@pytest.mark.parametrize("lacks", [(errno.EMFILE, 0), (0, errno.EMFILE)])
@pytest.mark.parametrize("error", [socket.gaierror(socket.EAI_NONAME, "x"), socket.gaierror(socket.EAI_AGAIN, "x")])
def test_no_failure_stands_that_met_a_shortage(error: OSError, lacks: tuple[int, int]) -> None:
    """glibc calls it "no such name" when it gets no socket."""
    left = list(lacks)
    assert ask("n", V4, failing(error), lambda: left.pop(0)).short == errno.EMFILE


def test_addresses_stand_but_for_names_of_a_file_that_could_not_be_opened() -> None:
    assert ask("n", V4, answer(V4_INFO), lambda: errno.EMFILE).short == 0
    assert ask("n", 0, answer(V4_INFO), lambda: errno.EMFILE).short == errno.EMFILE


def test_descriptors_are_counted_by_trying() -> None:
    program = (
        "import os, resource as r; from scanner.targets.names.lookup import descriptors_lack as lack\n"
        "before = len(os.listdir('/proc/self/fd')); free = lack()\n"
        "r.setrlimit(r.RLIMIT_NOFILE, (before + 1, 4096)); print(free, lack())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.split() == ["0", str(errno.EMFILE)]


def test_the_trial_leaves_nothing_open() -> None:
    from scanner.targets.names.lookup import descriptors_lack

    before = os.listdir("/proc/self/fd")
    assert descriptors_lack() == 0
    assert os.listdir("/proc/self/fd") == before
