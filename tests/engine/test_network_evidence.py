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
        assert len(network.beats) <= 8192
        assert alone.beats is network.beats
        assert [network.lively(sent, 0.0) for sent in (10.0, 1140.0, 1199.0)] == [False, True, True]

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
