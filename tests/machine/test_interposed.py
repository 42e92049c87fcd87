"""Answers that cannot be the targets': what is told, and what some systems show that is no proof."""

import errno
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.machine.interposed import Interposed, Seen, active_opens, preloaded, same, shown
from scanner.machine.kernel import Kernel
from scanner.machine.tcp_info import CLOSE, TcpInfo

TARGET = ("10.0.0.1", 80)
PRELOAD = "LD_PRELOAD=/usr/lib/libjemalloc.so is set"
HONEST = [
    Seen(TARGET, refused=True, sent=1, own="10.0.0.9"),
    Seen(TARGET, refused=True, sent=None),
    Seen(TARGET, sent=2, peer=TARGET, own="10.0.0.9", opened=True),
    Seen(("127.0.0.1", 80), sent=2, peer=("127.0.0.1", 80), own="127.0.0.1", opened=True),
    Seen(("::1", 80), sent=2, peer=("::1", 80), own="::1", opened=True),
    Seen(("fe80::1", 80), sent=2, peer=("fe80::1%eth0", 80), own="fe80::2%eth0", opened=True),
    Seen(TARGET, sent=2, peer=TARGET, own="127.0.0.1", opened=True, bound=True),
]
IMPOSSIBLE = [
    (Seen(TARGET, sent=2, peer=("127.0.0.1", 9050), opened=True), "10.0.0.1:80 is connected to 127.0.0.1:9050"),
    (Seen(TARGET, sent=2, peer=("10.0.0.1", 81), opened=True), "is connected to 10.0.0.1:81"),
    (Seen(("fd00::1", 80), sent=2, peer=("::1", 80), opened=True), "[fd00::1]:80 is connected to [::1]:80"),
    (Seen(TARGET, sent=2, peer=TARGET, own="127.0.0.1", opened=True), "10.0.0.1:80 is connected from 127.0.0.1"),
    (Seen(("fd00::1", 80), sent=2, own="::1", opened=True), "[fd00::1]:80 is connected from ::1"),
    (Seen(TARGET, at_once=True, refused=True, sent=3, opened=True), "10.0.0.1:80 was refused, and is connected"),
]


def still() -> int:
    return 7


def missing() -> int:
    raise FileNotFoundError(errno.ENOENT, "no such file")


def growing(by: int) -> Callable[[], int]:
    seen = [0]

    def read() -> int:
        seen[0] += by
        return seen[0]

    return read


@pytest.mark.parametrize("opens", [still, missing, growing(5)])
@pytest.mark.parametrize("preload", ["", PRELOAD])
def test_what_can_be_is_never_told(opens: Callable[[], int], preload: str) -> None:
    interposed = Interposed(opens, preload)
    for seen in HONEST * 2:
        interposed.look(seen)
    assert interposed.warning == ""


@pytest.mark.parametrize(("seen", "words"), IMPOSSIBLE)
@pytest.mark.parametrize("preload", ["", PRELOAD])
def test_what_cannot_be_needs_no_other_proof(seen: Seen, words: str, preload: str) -> None:
    interposed = Interposed(missing, preload)
    interposed.look(seen)
    assert words in interposed.warning
    assert (PRELOAD in interposed.warning) == bool(preload)
    assert "\n" not in interposed.warning


NOTHING_SENT = Seen(TARGET, refused=True, sent=0)


class TestNothingSent:
    """TCP_INFO says 0, as it does for ever where a system fills that field with nothing."""

    def test_no_proof_where_counts_are_missing_or_grow(self) -> None:
        for opens in (missing, growing(1)):
            interposed = Interposed(opens)
            for _ in range(3):
                interposed.look(NOTHING_SENT)
            assert interposed.warning == ""

    def test_told_once_the_field_has_told_the_truth(self) -> None:
        interposed = Interposed(missing)
        interposed.look(HONEST[0])
        interposed.look(NOTHING_SENT)
        assert "connect() to 10.0.0.1:80 was answered, and no SYN left this host" in interposed.warning

    def test_told_where_this_host_opened_no_connection_either(self) -> None:
        interposed = Interposed(still)
        interposed.look(NOTHING_SENT)
        assert interposed.warning

    def test_told_where_something_is_preloaded(self) -> None:
        interposed = Interposed(growing(1), PRELOAD)
        interposed.look(NOTHING_SENT)
        assert interposed.warning


class TestCounts:
    def test_fewer_opened_than_were_answered(self) -> None:
        interposed = Interposed(growing(3))
        interposed.answered(3)
        assert interposed.warning == ""
        interposed.answered(1)
        assert "4 connects were answered, and this host opened 3 connections" in interposed.warning

    def test_as_many_or_more_are_well(self) -> None:
        """What others open in this namespace is counted with ours."""
        interposed = Interposed(growing(400))
        for _ in range(100):
            interposed.answered(3)
        interposed.count()
        assert interposed.warning == ""

    def test_looked_up_whenever_twice_as_many_were_answered(self) -> None:
        looks = [0]

        def opens() -> int:
            looks[0] += 1
            return looks[0] * 100_000

        interposed = Interposed(opens)
        for _ in range(1000):
            interposed.answered(64)
        assert looks[0] < 15

    def test_counts_that_stand_still_are_no_proof_alone(self) -> None:
        for preload, told in (("", False), (PRELOAD, True)):
            interposed = Interposed(still, preload)
            interposed.answered(50)
            assert bool(interposed.warning) is told

    @pytest.mark.parametrize("opens", [missing, growing(-5)])
    def test_missing_or_backwards_is_no_proof(self, opens: Callable[[], int]) -> None:
        interposed = Interposed(opens, PRELOAD)
        interposed.answered(50)
        interposed.count()
        assert interposed.warning == ""

    def test_nothing_answered_nothing_told(self) -> None:
        interposed = Interposed(still, PRELOAD)
        interposed.answered(0)
        interposed.count()
        assert interposed.warning == ""


def test_an_answer_of_connect_itself_where_something_is_preloaded() -> None:
    seen = Seen(TARGET, at_once=True, refused=True, sent=1)
    for preload, told in (("", False), (PRELOAD, True)):
        interposed = Interposed(growing(1), preload)
        interposed.look(seen)
        assert bool(interposed.warning) is told


def test_addresses_however_they_are_written() -> None:
    assert same(("::ffff:10.0.0.1", 80), TARGET)
    assert same(("fd00:0::1", 1), ("fd00::1", 1))
    assert not same(("", 0), TARGET)
    assert not same(("/run/socket", 80), TARGET)
    assert shown(("", 0)) == "no host at all"
    assert shown(("fd00::1", 1)) == "[fd00::1]:1"


TCP = "Ip: Forwarding\nIp: 1\nTcp: RtoMin ActiveOpens PassiveOpens\nTcp: 200 17 5\n"


def test_the_count_is_found_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "snmp"
    file.write_text(TCP)
    assert active_opens(str(file)) == 17


@pytest.mark.parametrize("text", ["", "Tcp: ActiveOpens\n", "Tcp: RtoMin\nTcp: 200\n", "Tcp: ActiveOpens\nTcp: many\n"])
def test_another_form_says_nothing(tmp_path: Path, text: str) -> None:
    file = tmp_path / "snmp"
    file.write_text(text)
    with pytest.raises(ValueError):  # noqa: PT011  (of whichever part is missing)
        active_opens(str(file))


def test_what_is_preloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ld.so.preload"
    monkeypatch.delenv("LD_PRELOAD", raising=False)
    assert preloaded(str(file)) == ""
    file.write_text("/lib/one.so\n/lib/two.so\n")
    assert preloaded(str(file)) == f"{file} names /lib/one.so /lib/two.so"
    monkeypatch.setenv("LD_PRELOAD", " /lib/tor\nsocks.so ")
    assert preloaded(str(file)) == "LD_PRELOAD=/lib/tor socks.so is set"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux has these counts")
def test_this_kernel_counts_and_tells_the_truth() -> None:
    kernel = Kernel()
    before = active_opens()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        sock = kernel.socket(socket.AF_INET)
        sock.connect_ex(("127.0.0.1", port))
        assert server.accept()[0].close() is None
        seen = kernel.seen(sock, ("127.0.0.1", port), refused=False)
        kernel.close(sock)
    assert seen == Seen(("127.0.0.1", port), False, False, seen.sent, ("127.0.0.1", port), "127.0.0.1", True, False)
    assert seen.sent is not None
    assert seen.sent >= 1
    assert active_opens() > before
    fresh = kernel.socket(socket.AF_INET)
    info = kernel.info(fresh)
    kernel.close(fresh)
    assert (info.state, info.sent, info.received) == (CLOSE, 0, 0)
    assert isinstance(info, TcpInfo)
