"""One network: when it was first heard, when it is gone, what is remembered about it."""

import pytest

from scanner.engine.truth.network_evidence import Network, Networks
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, AF_INET6


class TestNetwork:
    """One network's memory of who answered, and when."""

    def test_what_left_before_it_was_heard_proves_nothing(self) -> None:
        network = Network()
        assert network.silent_at(5.0)
        network.heard(10.0)
        network.heard(20.0, 15.0)
        assert [network.silent_at(sent) for sent in (9.0, 9.69, 9.71, 10.0, 30.0)] == [True, True, False, False, False]

    @pytest.mark.parametrize(("rtt", "first"), [(0.001, 9.999), (0.9, 9.1), (1.0, 10.0), (1.1, 10.0)])
    def test_who_answered_was_there_when_it_was_asked(self, rtt: float, first: float) -> None:
        """But what took a second may be the answer to a SYN that the kernel sent again."""
        network = Network()
        network.heard(10.0, rtt)
        assert network.first_heard == first

    def test_it_is_gone_after_a_dozen_misses_over_seconds_and_that_is_told_once(self) -> None:
        network = Network()
        network.heard(0.0)
        for step in range(12):
            network.missed_one(step * 0.3)
            assert network.notice_gone(step * 0.3 + 0.3) is (step == 11)
        assert network.stopped == 0.0
        assert not network.notice_gone(9.0)

    @pytest.mark.parametrize("answer_at", [2, 5, 11])
    def test_an_answer_in_between_ends_the_row(self, answer_at: int) -> None:
        network = Network()
        for step in range(13):
            if step == answer_at:
                network.heard(step * 0.3)
            network.missed_one(step * 0.3)
        assert not network.notice_gone(12 * 0.3)

    def test_a_dozen_misses_at_once_are_a_burst_of_loss(self) -> None:
        network = Network()
        for _ in range(60):
            network.missed_one(1.0)
        assert not network.notice_gone(3.0)
        assert network.notice_gone(3.5)

    def test_it_wants_to_hear_of_plain_answers_again_once_one_was_missed(self) -> None:
        network = Network(most=1)
        network.responders.refuses(endpoint("10.0.0.1", 1))
        network.heard(1.0)
        assert not network.collecting
        network.missed_one(2.0)
        assert network.collecting

    def test_what_is_remembered_of_a_long_scan_is_bounded(self) -> None:
        """Twenty minutes of answers, and a host that has had a say of its own since the first."""
        network = Network(shared=True)
        alone = network.host(endpoint("10.0.0.1", 1))
        for step in range(20 * 60 * 64):
            network.beat(step / 64)
        assert network.beats.count(0, 20 * 60 * 64) <= 16_384
        assert alone.beats is network.beats
        assert [network.lively(sent, 0.0) for sent in (10.0, 1140.0, 1199.0)] == [False, True, True]

    @pytest.mark.parametrize(
        ("beats", "lively"),
        [
            ({640}, True),
            ({639}, True),  # with it, as good as: that is all there is
            ({641}, True),
            ({638}, False),
            ({642}, False),
            ({625, 655}, True),  # before and after, within a quarter of a second
            ({624, 655}, False),
            ({625, 656}, False),
            ({625, 639}, True),
            # Of a network that is heard all the time a pause of three times the usual one is long.
            ({*range(576, 704)} - {640, 641}, True),
            ({*range(576, 704)} - {639, 640, 641}, False),
            # 24 times within the second before and the second after: 16 parts may be silent, and not after 25 times.
            ({632, 648, *range(576, 598), *range(500, 576), *range(704, 800)}, True),
            ({632, 648, *range(576, 599)}, False),
            ({632, 648, *range(682, 704)}, True),
            ({632, 648, *range(681, 704)}, False),
            ({639, *range(576, 597)}, True),
            ({639, *range(576, 598)}, False),  # it is heard often, and was not after that
            ({639, *range(576, 606)}, False),
            (set(), False),
        ],
    )
    @pytest.mark.parametrize("later", [0, 64])
    def test_a_single_attempt_is_borne_out_by_what_was_heard_before_and_after(
        self, beats: set[int], lively: bool, later: int
    ) -> None:
        """It was made at the 640th part of a second; or was to be answered then. A second later it is the same."""
        network = Network()
        for beat in beats:
            network.beat((beat + later) / 64)
        assert network.lively(10.0 + later / 64, 0.0) is lively
        assert network.lively(9.5 + later / 64, 0.5) is lively

    def test_a_host_has_a_say_of_its_own_and_its_network_hears_of_it(self) -> None:
        network, refused = Network(shared=True), endpoint("10.0.0.1", 1)
        network.heard(5.0)
        alone = network.host(refused)
        assert (alone.first_heard, alone.beats, alone.parent, alone.shared) == (5.0, network.beats, network, False)
        assert (alone.responders.refused, alone.responders.most) == ([refused], 2)
        assert (network.with_parent, alone.with_parent) == ((network,), (alone, network))

    def test_what_is_told_of_it(self) -> None:
        network = Network()
        assert (network.noes, network.yeses, network.denied_since, network.stopped, network.missed) == (
            0,
            0,
            None,
            None,
            0,
        )
        assert (network.shared, network.parent, network.collecting, network.missed_from) == (False, None, True, 0.0)
        assert network.responders.most == 4
        network.met(noes=2)
        network.met(answers=3)
        network.met(noes=1, answers=1)
        assert (network.noes, network.yeses) == (3, 4)
        network.denied(5.0)
        assert network.denied_since == 5.0
        network.denied(None)
        assert network.denied_since is None
        network.collecting = False
        network.collect()
        assert network.collecting

    def test_an_answer_makes_it_there_again(self) -> None:
        network = Network()
        network.heard(0.0)
        for step in range(12):
            network.missed_one(step * 0.5)
        assert network.notice_gone(6.0)
        network.heard(7.0)
        assert (network.stopped, network.missed, network.first_heard) == (None, 0, 0.0)
        assert int(7.0 * 64) in network.beats

    @pytest.mark.parametrize(("sent", "grace", "silent"), [(9.75, 0.25, False), (9.5, 0.25, True), (9.75, 0.0, True)])
    def test_an_answer_vouches_for_what_left_a_little_before(self, sent: float, grace: float, silent: bool) -> None:
        network = Network()
        network.heard(10.0)
        assert network.silent_at(sent, grace) is silent

    def test_so_many_networks_are_known_and_the_oldest_is_forgotten(self) -> None:
        networks = Networks()
        first = networks.of(endpoint("10.0.0.1", 1).place, 0)
        place = endpoint("10.0.0.1", 1).place
        second = networks.of(place, 1)
        for narrow in range(2, 10_240):
            networks.of(place, narrow)
        assert networks.of(place, 0) is first
        assert first.shared
        networks.of(place, 10_240)
        assert networks.of(place, 1) is second
        assert networks.of(place, 0) is not first

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("10.0.0.1", "10.0.0.254", True), ("10.0.0.1", "10.0.1.1", False), ("10.0.1.1", "10.0.11.1", False),
            ("2001:db8::1", "2001:db8:0:0:ffff::", True), ("2001:db8::1", "2001:db8:0:1::1", False),
        ],
    )  # fmt: skip
    def test_networks_are_a_24_and_a_64(self, one: str, other: str, same: bool) -> None:
        networks = Networks()
        assert (networks.of(endpoint(one, 1).place) is networks.of(endpoint(other, 1).place)) is same


def endpoint(host: str, port: int) -> Endpoint:
    return Endpoint(Place(host, AF_INET6 if ":" in host else AF_INET), port, (Request(timeout=1.0, retries=1),))
