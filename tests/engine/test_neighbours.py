"""Attached hosts: how many are asked for at once, one probe each, and what the kernel's word means for the others."""

import errno
import ipaddress
import socket
from collections import Counter
from collections.abc import Iterable
from functools import cache
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.engine.brakes.neighbours import Neighbours
from scanner.engine.flight.probe import FLYING, OVERDUE
from scanner.engine.flight.verdict import NOBODY_THERE, OPEN, REFUSED, TIMEOUT, Verdict
from scanner.engine.trial import Trial
from scanner.engine.truth.path import Path
from scanner.machine.neighbour_entries import NeighbourKey, Resolution
from scanner.model import Doubt, Endpoint, Place, Request, State
from tests.engine.fakes import located

V4 = int(socket.AF_INET)
NETWORK = ipaddress.ip_network("10.1.0.0/16")
REQUESTS, TYPED = (Request(),), (Request(typed_timeout=True),)
NEAR, FAR = Path(1, attached=True), Path(1)
ASKING_S, ABSENT_S = 3.2, 10.0
ROUTER = "10.1.0.254"


@cache
def host(number: int) -> Place:
    """Each is one place, as in a scan."""
    return Place(str(NETWORK[number]), V4)


def trial(place: Place, port: int = 1, path: Path = NEAR, requests: tuple[Request, ...] = REQUESTS) -> Trial:
    return Trial(Endpoint(place, port, requests), located(path))


class Table:
    """The kernel's table: what it says of each host; None: it cannot be read."""

    def __init__(self) -> None:
        self.says: dict[Place, Resolution] | None = {}
        self.asks = True  # it has an entry for everybody else, of whom it asks
        self.trouble: OSError | None = None
        self.reads = 0

    def entries(self, family: int) -> dict[NeighbourKey, Resolution] | None:
        assert family == V4
        self.reads += 1
        if self.trouble is not None:
            raise self.trouble
        if self.says is None:
            return None
        said = dict.fromkeys(map(host, range(60)), Resolution.RESOLVING) if self.asks else {}
        return {(socket.inet_aton(place.numeric), 0): word for place, word in (said | self.says).items()}


class Gate:
    """A gate whose table has room for so many; 16 is the least."""

    def __init__(self, limit: int = 16) -> None:
        self.kernel = Table()
        self.gate = Neighbours(table=round(limit / 0.6) + 1, entries=self.kernel.entries)

    def leave(self, trials: Iterable[Trial], now: float = 0.0) -> list[Trial]:
        """Those of them that may leave at once, and do."""
        left = [each for each in trials if not self.gate.hold(each, now)]
        for each in left:
            each.attempts += 1
        return left

    def opened(self, number: int = 1, now: float = 0.0, *, requests: tuple[Request, ...] = REQUESTS) -> Trial:
        """The probe that made the kernel ask for a host."""
        (opener,) = self.leave([trial(host(number), requests=requests)], now)
        return opener


@pytest.mark.parametrize("limit", [16, 60])
def test_as_many_hosts_are_asked_for_as_there_is_room_for(limit: int) -> None:
    it = Gate(limit)
    assert len(it.leave(trial(host(n)) for n in range(limit + 40))) == limit
    assert len(it.gate) == 40


def test_a_small_network_is_never_held_up() -> None:
    assert len(Gate(614).leave(trial(host(n)) for n in range(600))) == 600


def test_hosts_elsewhere_are_none_of_its_business() -> None:
    it = Gate()
    it.leave(trial(host(n)) for n in range(40))
    assert len(it.leave(trial(Place(f"192.0.2.{n}", V4), path=FAR) for n in range(40))) == 40


class TestOneProbeOpensTheWay:
    def test_the_others_wait(self) -> None:
        it = Gate()
        assert len(it.leave(trial(host(1), port) for port in range(100))) == 1
        assert (len(it.gate), it.gate.release(0.0, 256)) == (99, [])

    @pytest.mark.parametrize("verdict", [OPEN, REFUSED, Verdict(State.UNREACHABLE, "port-unreach", host(1).numeric)])
    def test_until_the_host_says_something(self, verdict: Verdict) -> None:
        it = Gate()
        opener = it.opened()
        others = [trial(host(1), port) for port in range(2, 12)]
        it.leave(others)
        opener.verdict = verdict
        it.gate.heard([opener], 0.01)
        assert it.gate.release(0.01, 256) == others
        assert len(it.leave([trial(host(1), 99)])) == 1
        assert len(it.gate) == 0

    def test_or_the_kernel_does_though_it_is_silent(self) -> None:
        it = Gate()
        it.opened()
        others = [trial(host(1), port) for port in range(2, 12)]
        it.leave(others)
        it.kernel.says = {host(1): Resolution.RESOLVING}
        assert it.gate.release(0.1, 256) == []
        it.kernel.says = {host(1): Resolution.RESOLVED}
        assert it.gate.release(0.2, 256) == others

    def test_a_routers_word_says_nothing_about_it(self) -> None:
        it = Gate()
        opener = it.opened()
        it.leave([trial(host(1), 2)])
        opener.verdict = Verdict(State.UNREACHABLE, "admin-prohibited", ROUTER)
        it.gate.heard([opener], 0.01)
        assert (it.gate.release(0.01, 256), it.gate.take_absent(), len(it.gate)) == ([], [], 1)

    def test_it_may_be_sent_once_more_and_so_may_one_that_never_left(self) -> None:
        it = Gate()
        opener = trial(host(1))
        assert not it.gate.hold(opener, 0.0)
        assert not it.gate.hold(opener, 0.1), "there was no room for it; nobody else opens the way"
        opener.attempts = 1
        assert not it.gate.hold(opener, 1.0)

    def test_a_word_that_does_not_come_is_not_waited_for_for_ever(self) -> None:
        """The kernel says that it asks, and never comes to an end."""
        it = Gate()
        opener = it.opened()
        others = [trial(host(1), port) for port in (2, 3)]
        it.leave(others)
        assert it.gate.unresolved([opener], 1.0) == []
        for now in (3.1, 3.3, 6.3, 9.5, 12.7):
            assert it.gate.release(now, 256) == []
        assert it.gate.release(15.9, 256) == others
        assert it.gate.unresolved([], 15.9) == [opener]
        assert len(it.leave([trial(host(1), port) for port in range(20, 30)], 16.0)) == 10

    def test_of_whom_the_kernel_has_no_entry_it_will_never_have_a_word(self) -> None:
        """Policy routing sends it elsewhere, or a firewall of this host's drops: the gate stands open for ever."""
        it = Gate()
        it.kernel.asks = False
        opener = trial(host(1))
        assert not it.gate.hold(opener, 0.0)
        others = [trial(host(1), port) for port in range(2, 12)]
        it.leave(others)
        for now in (0.0, 0.1, 0.2):
            assert it.gate.release(now, 256) == [], "the probe has not left yet"
        opener.attempts = 1
        assert it.gate.unresolved([opener], 1.0) == []
        assert it.gate.release(0.35, 256) == [], "one look may be too early"
        assert it.gate.release(0.46, 256) == others
        assert it.gate.unresolved([others[0]], 1.0) == [opener, others[0]]
        assert len(it.leave([trial(host(1), port) for port in range(20, 30)], 0.5)) == 10
        assert len(it.gate) == 0

    def test_nobody_new_overtakes_those_who_wait(self) -> None:
        it = Gate()
        trials = [trial(host(n)) for n in range(18)]
        it.leave(trials[:17])
        it.gate.answered(host(0), 0.0)  # there is room for one, and the seventeenth waits for it
        assert it.leave([trials[17]], 0.1) == []
        assert it.gate.release(0.1, 256) == [trials[16]]

    def test_room_of_the_caller_is_kept(self) -> None:
        it = Gate()
        it.leave(trial(host(n)) for n in range(40))
        it.leave(trial(host(0), port) for port in range(2, 9))
        it.gate.answered(host(0), 0.0)
        assert [len(it.gate.release(0.1, most)) for most in (3, 0, 4, 9)] == [3, 0, 4, 1]


class TestNobodyThere:
    def failed(self, it: Gate, now: float = 3.1) -> None:
        it.kernel.says = {host(1): Resolution.FAILED}
        assert it.gate.release(now, 256) == []

    def test_no_packet_for_its_other_ports(self) -> None:
        it = Gate()
        it.opened()
        others = [trial(host(1), port) for port in range(2, 12)]
        it.leave(others)
        self.failed(it)
        assert it.gate.any_resolved
        assert it.gate.take_absent() == others
        late = trial(host(1), 99)
        assert it.leave([late], 3.2) == []
        assert it.gate.take_absent() == [late]
        assert (len(it.gate), it.gate.any_resolved) == (0, False)

    def test_its_silent_attempt_neither(self) -> None:
        it = Gate()
        opener = it.opened()
        assert it.gate.unresolved([opener], 1.0) == []
        self.failed(it)
        assert it.gate.take_absent() == [opener]

    def test_the_kernel_may_say_so_by_the_probe_itself(self) -> None:
        it = Gate()
        opener = it.opened()
        other = trial(host(1), 2)
        it.leave([other])
        it.kernel.says = {host(1): Resolution.FAILED}
        opener.verdict = NOBODY_THERE
        it.gate.heard([opener], 3.07)
        assert it.gate.take_absent() == [other]

    @pytest.mark.parametrize("word", [Resolution.RESOLVING, Resolution.RESOLVED, Resolution.CHECKING, None])
    def test_but_this_hosts_own_firewall_may_say_the_same_of_one_port(self, word: Resolution | None) -> None:
        it = Gate()
        opener = it.opened()
        others = [trial(host(1), port) for port in (2, 3)]
        it.leave(others)
        it.kernel.asks, it.kernel.says = False, {host(1): word} if word else {}
        assert not it.gate.denied(host(1), 0.001)
        opener.verdict = NOBODY_THERE
        it.gate.heard([opener], 0.001)
        assert it.gate.take_absent() == []
        it.gate.answered(host(1), 0.0)
        assert it.gate.release(0.002, 256) == others

    def test_nor_is_it_believed_where_the_table_cannot_be_read_just_then(self) -> None:
        it = Gate()
        it.opened()
        it.kernel.says, it.kernel.trouble = {host(1): Resolution.FAILED}, OSError(errno.EMFILE, "no descriptor")
        assert not it.gate.denied(host(1), 3.07)
        it.kernel.trouble = None
        assert it.gate.denied(host(1), 3.08)

    def test_who_was_there_may_be_gone(self) -> None:
        it = Gate()
        it.opened()
        it.gate.answered(host(1), 0.0)
        it.kernel.says = {host(1): Resolution.FAILED}
        assert it.gate.denied(host(1), 40.0)
        late = trial(host(1), 99)
        assert it.leave([late], 40.1) == []
        assert it.gate.take_absent() == [late]

    def test_asking_for_all_who_are_absent_anew_takes_a_fifth_of_the_time(self) -> None:
        it = Gate()
        hosts = [host(number) for number in range(32)]
        for start, some in ((0.0, hosts[:16]), (3.1, hosts[16:])):
            assert len(it.leave((trial(place) for place in some), start)) == 16
            it.kernel.says = dict.fromkeys(hosts[: 16 if not start else 32], Resolution.FAILED)
            it.gate.release(start + 3.1, 256)
        it.gate.take_absent()
        again = 3.1 + 5 * 3.0 * 32 / 16
        it.gate.release(again - 0.1, 256)
        assert it.leave((trial(place, 2) for place in hosts), again - 0.1) == []
        it.gate.take_absent()
        it.gate.release(again + 0.1, 256)
        assert len(it.leave((trial(place, 3) for place in hosts), again + 0.1)) == 16

    def test_a_failure_of_an_earlier_day_is_not_believed(self) -> None:
        it = Gate()
        opener = trial(host(1))
        assert not it.gate.hold(opener, 0.0)
        other = trial(host(1), 2)
        it.leave([other])
        self.failed(it, 0.1)  # the opener found no room on this machine: the kernel was not asked yet
        assert (it.gate.take_absent(), len(it.gate)) == ([], 1)
        opener.attempts = 1
        self.failed(it, 3.1)
        assert it.gate.take_absent() == [other]

    def test_after_a_while_one_probe_asks_anew(self) -> None:
        it = Gate()
        it.opened()
        self.failed(it)
        it.gate.release(3.1 + ABSENT_S - 0.2, 256)
        assert it.leave([trial(host(1), 2)], 3.1 + ABSENT_S - 0.2) == []
        it.gate.release(3.1 + ABSENT_S + 0.1, 256)
        assert len(it.leave([trial(host(1), port) for port in (3, 4)], 3.1 + ABSENT_S + 0.1)) == 1

    def test_who_turns_up_is_probed_from_then_on(self) -> None:
        it = Gate()
        it.opened()
        self.failed(it)
        it.gate.answered(host(1), 0.0)
        assert len(it.leave([trial(host(1), port) for port in (2, 3)], 3.2)) == 2

    def test_one_that_failed_makes_room(self) -> None:
        it = Gate()
        it.leave(trial(host(n)) for n in range(17))
        assert it.gate.release(0.0, 256) == []
        assert it.gate.delay(0.0) == pytest.approx(0.1)
        it.kernel.says = {host(3): Resolution.FAILED}
        assert [each.endpoint.place for each in it.gate.release(3.1, 256)] == [host(16)]


class TestSilenceBeforeTheKernelsWord:
    def test_it_waits_and_is_sent_once_the_host_is_there(self) -> None:
        """It had been held back by the kernel, and did not count."""
        it = Gate()
        opener = it.opened()
        assert it.gate.unresolved([opener], 1.0) == []
        other = trial(host(1), 2)
        it.leave([other])
        assert (len(it.gate), it.gate.any_resolved) == (2, False)
        it.kernel.says = {host(1): Resolution.RESOLVED}
        assert it.gate.release(1.3, 256) == [opener, other]
        assert (opener.attempts, len(it.gate), it.gate.unresolved([], 1.0)) == (0, 0, [])

    def test_unless_it_is_answered_just_then(self) -> None:
        it = Gate()
        opener = it.opened()
        assert it.gate.unresolved([opener], 1.0) == []
        it.gate.answered(host(1), 0.0)
        opener.verdict = REFUSED
        assert (it.gate.release(1.3, 256), len(it.gate)) == ([], 0)

    def test_one_that_was_answered_in_the_same_turn_does_not_wait(self) -> None:
        it = Gate()
        opener = it.opened()
        opener.verdict = REFUSED
        assert (it.gate.unresolved([opener], 1.0), len(it.gate)) == ([], 0)

    def test_not_where_the_user_typed_a_timeout(self) -> None:
        it = Gate()
        opener = it.opened(requests=TYPED)
        it.kernel.says = {host(1): Resolution.RESOLVING}
        assert it.gate.unresolved([opener], 1.0) == [opener]
        opener.verdict = TIMEOUT
        assert it.gate.unconfirmed.settle([(opener, "")], 1.0) == ([(opener, Doubt.NEIGHBOUR_PENDING)], [])

    def test_a_later_attempt_after_the_kernels_word_is_not_pending(self) -> None:
        it = Gate()
        opener = it.opened(requests=TYPED)
        assert it.gate.unresolved([opener], 0.5) == [opener]
        it.gate.answered(host(1), 0.9)
        assert it.gate.unresolved([opener], 1.0) == [opener]
        opener.verdict = TIMEOUT
        assert it.gate.unconfirmed.settle([(opener, "lossy")], 1.0) == ([(opener, "lossy")], [])

    def test_a_host_that_is_there_may_be_silent(self) -> None:
        it = Gate()
        it.opened()
        it.gate.answered(host(1), 0.0)
        silent = trial(host(1), 2)
        assert it.gate.unresolved([silent], 1.0) == [silent]

    def test_without_any_word_it_was_silent(self) -> None:
        it = Gate()
        opener = it.opened()
        assert it.gate.unresolved([opener], 1.0) == []
        it.kernel.trouble = OSError(errno.ENFILE, "no descriptor")
        assert it.gate.release(3.3, 256) == []
        assert it.gate.unresolved([], 1.0) == [opener]

    def test_an_answer_on_the_way_out_counts(self) -> None:
        it = Gate()
        opener = it.opened()
        assert it.gate.unresolved([opener], 1.0) == []
        it.kernel.trouble = OSError(errno.ENFILE, "no descriptor")
        it.gate.release(3.3, 256)
        opener.verdict = REFUSED
        assert it.gate.unresolved([], 3.3) == []

    def test_a_word_that_was_read_long_ago_is_none(self) -> None:
        it = Gate()
        opener = it.opened()
        it.gate.release(0.05, 256)
        assert it.gate.unresolved([opener], 1.0) == []
        it.kernel.trouble = OSError(errno.ENFILE, "no descriptor")
        it.gate.release(3.3, 256)
        assert it.gate.unresolved([], 3.3) == [opener]

    @pytest.mark.parametrize("seen", [True, False])
    def test_one_that_the_kernel_kept_for_a_while_is_sent_again_if_it_is_silent(self, seen: bool) -> None:
        """It was listened to from its connect() on, and left later than that."""
        it = Gate()
        opener = it.opened()
        opener.probes = (SimpleNamespace(state=FLYING),)  # type: ignore[assignment]
        if seen:
            it.gate.release(0.1, 256)
        it.kernel.says = {host(1): Resolution.RESOLVED}
        it.gate.release(0.7, 256)
        assert it.gate.unresolved([opener], 1.0) == ([] if seen else [opener])
        assert it.gate.release(1.0, 256) == ([opener] if seen else [])
        assert it.gate.unresolved([opener], 2.0) == [opener], "once"

    def test_nor_is_it_sent_twice_for_it(self) -> None:
        it = Gate()
        opener = it.opened()
        it.gate.release(0.1, 256)
        opener.probes = (SimpleNamespace(state=OVERDUE),)  # type: ignore[assignment]
        assert it.gate.unresolved([opener], 1.0) == []
        it.kernel.says = {host(1): Resolution.RESOLVED}
        assert it.gate.release(1.1, 256) == [opener]
        assert it.gate.unresolved([opener], 2.1) == [opener]

    def test_a_sentinel_is_never_kept(self) -> None:
        it = Gate()
        it.opened()
        asked_once_more = trial(host(1), 2)
        asked_once_more.sentinel = True
        assert not it.gate.hold(asked_once_more, 0.5)
        assert it.gate.unresolved([asked_once_more], 1.0) == [asked_once_more]


class TestAHostThatWasThere:
    """Its silence counts as long as the kernel's table does not say otherwise."""

    def silent(
        self, word: Resolution | None, now: float, requests: tuple[Request, ...] = REQUESTS
    ) -> tuple[Gate, Trial]:
        it = Gate()
        it.opened()
        it.gate.answered(host(1), 30.0)
        it.kernel.asks, it.kernel.says = False, {host(1): word} if word else {}
        (silent,) = it.leave([trial(host(1), 2, requests=requests)], now - 1.0)
        return it, silent

    @pytest.mark.parametrize("word", [Resolution.RESOLVED, Resolution.CHECKING, Resolution.STALE, None])
    def test_it_is_there(self, word: Resolution | None) -> None:
        it, silent = self.silent(word, 40.0)
        assert it.gate.unresolved([silent], 40.0) == [silent]

    def test_it_spoke_a_moment_ago(self) -> None:
        it, silent = self.silent(Resolution.FAILED, 30.9)
        assert it.gate.unresolved([silent], 30.9) == [silent]

    def test_the_kernel_asks_for_it_anew(self) -> None:
        it, silent = self.silent(Resolution.RESOLVING, 40.0)
        others = it.leave([trial(host(1), port) for port in range(3, 9)], 39.5)
        assert it.gate.unresolved([silent, *others], 40.0) == []
        assert len(it.gate) == 7
        it.kernel.says = {host(1): Resolution.FAILED}
        it.gate.release(43.1, 256)
        assert it.gate.take_absent() == [silent, *others]

    def test_those_in_flight_when_the_kernel_gives_up_are_absent_like_the_others(self) -> None:
        it, silent = self.silent(Resolution.RESOLVING, 40.0)
        later = it.leave([trial(host(1), port) for port in range(3, 9)], 39.5)
        assert it.gate.unresolved([silent], 40.0) == []
        it.kernel.says = {host(1): Resolution.FAILED}
        it.gate.release(43.1, 256)
        assert it.gate.take_absent() == [silent]
        assert it.gate.unresolved(later, 43.2) == []
        assert it.gate.take_absent() == later

    def test_it_is_gone(self) -> None:
        it, silent = self.silent(Resolution.FAILED, 40.0)
        assert it.gate.unresolved([silent], 40.0) == []
        assert it.gate.take_absent() == [silent]

    def test_with_a_typed_timeout_nobody_waits_and_the_next_attempt_leaves(self) -> None:
        it, silent = self.silent(Resolution.RESOLVING, 40.0, TYPED)
        (other,) = it.leave([trial(host(1), 3, requests=TYPED)], 39.5)
        assert it.gate.unresolved([silent, other], 40.0) == [silent, other]
        assert it.leave([silent, other], 40.1) == [silent, other]


@pytest.mark.parametrize("word", [Resolution.CHECKING, Resolution.STALE])
class TestAnOldEntry:
    """Its host was there lately: the kernel sends there at once. (What its silence means: `test_unconfirmed.py`.)"""

    def aged(self, word: Resolution) -> tuple[Gate, Trial]:
        it = Gate()
        opener = it.opened()
        it.kernel.says = {host(1): word}
        return it, opener

    def test_its_ports_do_not_wait(self, word: Resolution) -> None:
        it, _ = self.aged(word)
        others = [trial(host(1), port) for port in range(2, 12)]
        it.leave(others)
        assert it.gate.release(0.0, 256) == others
        assert len(it.leave([trial(host(1), port) for port in range(20, 30)])) == 10

    def test_it_takes_no_room(self, word: Resolution) -> None:
        it = Gate()
        it.kernel.says = dict.fromkeys(map(host, range(60)), word)
        it.leave(trial(host(n)) for n in range(16))
        assert it.leave([trial(host(16))]) == []
        assert len(it.gate.release(0.1, 256)) == 1
        assert len(it.leave(trial(host(n)) for n in range(17, 30))) == 13

    def test_its_silence_counts(self, word: Resolution) -> None:
        it, opener = self.aged(word)
        assert it.gate.unresolved([opener], 1.0) == []
        it.gate.release(1.0, 256)
        assert it.gate.unresolved([], 1.0) == [opener]
        (other,) = it.leave([trial(host(1), 2)], 1.0)
        assert it.gate.unresolved([other], 2.0) == [other]
        assert (opener.attempts, len(it.gate)) == (1, 0)


class TestATableThatCannotBeRead:
    def test_nobody_waits_for_its_word(self) -> None:
        it = Gate()
        opener = it.opened()
        others = [trial(host(1), port) for port in range(2, 12)]
        it.leave(others)
        assert it.gate.unresolved([opener], 1.0) == []
        it.kernel.says = None
        assert it.gate.release(0.1, 256) == others
        assert it.gate.unresolved([], 1.0) == [opener]
        assert len(it.leave(trial(host(1), port) for port in range(20, 30))) == 10
        assert it.gate.unresolved([others[0]], 1.0) == [others[0]]

    def test_but_the_table_may_still_be_full(self) -> None:
        it = Gate()
        it.kernel.says = None
        it.opened()
        it.gate.release(0.0, 256)
        assert len(it.leave(trial(host(n)) for n in range(2, 40))) == 15
        assert it.gate.release(3.1, 256) == []
        assert len(it.gate.release(3.3, 256)) == 16
        assert it.leave([trial(host(1), 2)], 3.4) == [], "its entry may be gone by now: it is asked for anew"


def test_it_reads_the_table_ten_times_a_second_and_only_while_somebody_waits() -> None:
    it = Gate()
    for tick in range(100):
        it.gate.release(tick / 100, 256)
    assert it.kernel.reads == 0
    it.opened(now=1.0)
    for tick in range(100):
        it.gate.release(1.0 + tick / 100, 256)
    assert 9 <= it.kernel.reads <= 11
    it.gate.answered(host(1), 0.0)
    reads = it.kernel.reads
    it.gate.release(9.0, 256)
    assert it.kernel.reads == reads


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("probe"), st.integers(0, 30)),
        st.tuples(st.just("many"), st.integers(0, 30)),
        st.tuples(st.just("answer"), st.integers(0, 30)),
        st.tuples(st.just("word"), st.integers(0, 30)),
        st.tuples(st.just("silent"), st.integers(0, 30)),
        st.tuples(st.just("pause"), st.integers(0, 400)),
        st.tuples(st.just("release"), st.integers(0, 20)),
    ),
    max_size=80,
)


@settings(deadline=None)
@given(steps=STEPS, blind_at=st.integers(0, 200))
def test_nobody_is_lost_nobody_is_told_twice_and_the_table_never_overflows(
    steps: list[tuple[str, int]], blind_at: int
) -> None:
    it, now, made = Gate(), 0.0, 0
    out: Counter[int] = Counter()
    flying: list[Trial] = []
    left: set[Trial] = set()
    asked: dict[Place, float] = {}
    there: set[Place] = set()

    def leave(each: Trial) -> None:
        place = each.endpoint.place
        each.attempts += 1
        out[each.endpoint.port] += each not in left
        left.add(each)
        flying.append(each)
        asked.setdefault(place, now)
        asking = [at for at, since in asked.items() if at not in there and now - since < ASKING_S - 1e-9]
        assert len(asking) <= 16 or it.kernel.says is None or _failed(it.kernel, asking) > len(asking) - 17

    def probe(number: int) -> None:
        nonlocal made
        made += 1
        each = trial(host(number), made)
        if not it.gate.hold(each, now):
            leave(each)

    def take() -> None:
        for each in it.gate.take_absent():
            out[each.endpoint.port] += each not in left
            left.add(each)
        flying.extend(it.gate.unresolved([], 1.0))

    for step, (what, number) in enumerate(steps):
        if step == blind_at:
            it.kernel.says = None
        if what == "probe":
            probe(number)
        elif what == "many":
            for each in range(number, number + 20):
                probe(each)
        elif what == "answer" and host(number) in asked:
            there.add(host(number))
            it.gate.answered(host(number), now)
        elif what == "word" and it.kernel.says is not None and host(number) in asked:
            it.kernel.says[host(number)] = (Resolution.RESOLVED, Resolution.FAILED, Resolution.CHECKING)[number % 3]
        elif what == "silent" and flying:
            each = flying.pop(number % len(flying))
            flying.extend(it.gate.unresolved([each], 1.0))
        elif what == "pause":
            now += number / 100
        else:
            for each in it.gate.release(now, number):
                leave(each)
        take()
    for _ in range(2000):
        if not len(it.gate):
            break
        wait = it.gate.delay(now)
        assert wait <= ASKING_S + 1e-9
        now += wait + 1e-6
        for each in it.gate.release(now, 1000):
            leave(each)
        take()
    assert len(it.gate) == 0
    assert out == Counter(range(1, made + 1))


def _failed(kernel: Table, places: list[Place]) -> int:
    """How many of these the kernel has given up, or found, so that they take no room."""
    return sum(kernel.says is not None and place in kernel.says for place in places)
