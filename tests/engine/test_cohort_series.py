"""The cohorts of a path, one after another: when one begins and ends, who is asked, what is forgiven, and whose answers
each era counts."""

import pytest

from scanner.engine.truth.cohort_series import CohortSeries
from scanner.engine.truth.cohorts import Cohort
from scanner.engine.truth.location import Location, location_of
from scanner.engine.truth.network_evidence import Network, Networks
from scanner.engine.truth.path import Path
from scanner.engine.truth.path_counts import PathCounts
from scanner.model import Endpoint, Place, Request
from tests.engine.fakes import AF_INET, AF_INET6


def endpoint(host: str, port: int) -> Endpoint:
    return Endpoint(Place(host, AF_INET6 if ":" in host else AF_INET), port, (Request(timeout=1.0, retries=1),))


class TestWhatIsForgiven:
    """10.0.0.1 and 10.0.1.1, which share a pool: what one lost while it was gone is not the other's loss."""

    def setup_method(self) -> None:
        networks = Networks()
        self.gone, self.other = endpoint("10.0.0.1", 1), endpoint("10.0.1.1", 1)
        for each in (self.gone, self.other):
            each.place.note = Location(Path(100), networks.of(each.place))
        self.path = Path(100)

    def is_gone(self, place: Place) -> bool:
        where, gone = location_of(place), location_of(self.gone.place)
        return where is not None and gone is not None and where.network is gone.network

    def test_each_miss_is_taken_out_once(self) -> None:
        cohort = self.path.open_cohort(10.0)
        for _ in range(14):
            self.path.lose(cohort, self.gone)
        self.path.lose(cohort, self.other)
        assert self.path.forgive(self.is_gone, since=10.0) == 14
        part = self.path.split(self.is_gone)
        assert (self.path.counts.lost, part.counts.lost, cohort.lost) == (1, 0, 1)

    def test_what_was_lost_long_before_stays(self) -> None:
        early, late = self.path.open_cohort(10.0), self.path.open_cohort(20.0)
        self.path.lose(early, self.gone)
        self.path.lose(late, self.gone)
        assert self.path.forgive(self.is_gone, since=20.0) == 1
        assert (self.path.counts.lost, early.lost, late.lost) == (1, 1, 0)

    @pytest.mark.parametrize(("since", "forgiven"), [(8.0, 1), (10.25, 1), (10.5, 0)])
    def test_a_cohort_lasts_until_its_moment_is_over(self, since: float, forgiven: int) -> None:
        """Its probes wait two seconds, so its moment is 2.25: what was lost in it may have been lost until then."""
        cohort = self.path.open_cohort(8.0)
        cohort.noted(Network(), 2.0)
        self.path.lose(cohort, self.gone)
        assert self.path.forgive(self.is_gone, since=since) == forgiven

    def test_of_so_many_cohorts_and_no_more(self) -> None:
        """What was lost in the oldest of 257 stays."""
        for number in range(257):
            self.path.lose(self.path.open_cohort(10.0 + number), self.gone)
        assert self.path.forgive(self.is_gone) == 256


def begun() -> CohortSeries:
    return CohortSeries(PathCounts())


def awaiting(series: CohortSeries, now: float, patience: float = 2.0) -> Cohort:
    """The present cohort, with the probe of a network of which nobody was asked."""
    cohort = series.open(now, 60)
    cohort.noted(Network(), patience)
    return cohort


class TestTheNextCohort:
    def test_begins_when_the_present_one_is_ripe(self) -> None:
        series = begun()
        first = series.open(8.0, 12)
        assert (series.present, first.era, first.opened, first.target) == (first, series.era, 8.0, 12)
        assert series.open(8.75, 60) is first
        assert series.take_closed() == []
        second = series.open(9.0, 60)
        assert series.present is second is not first
        assert (first.closed, second.closed, series.take_closed()) == (True, False, [first])

    def test_begins_when_the_present_one_was_closed(self) -> None:
        series = begun()
        first = series.open(8.0, 60)
        series.close(first)
        assert series.open(8.0, 60) is not first
        assert series.take_closed() == [first]

    @pytest.mark.parametrize(
        ("patience", "now", "open_still"), [(0.5, 9.0, True), (0.5, 9.25, False), (2.0, 10.25, True)]
    )
    def test_leaves_one_open_whose_networks_are_still_to_be_asked(
        self, patience: float, now: float, open_still: bool
    ) -> None:
        series = begun()
        first = awaiting(series, 8.0, patience)
        second = series.open(now, 60)
        assert second is not first
        assert (not first.closed, series.to_ask(now)) == (open_still, [first] if open_still else [])

    def test_knows_what_was_sent_with_it(self) -> None:
        series = begun()
        series.sending.sent(10, 8.0)
        cohort = series.open(8.0, 60)
        for step in range(1, 5):
            series.sending.sent(1, 8.0 + step / 64)
        assert series.sending.since(cohort.sending) == 4


class TestWhoIsToBeAsked:
    def test_those_of_the_present_cohort_once_they_are_due(self) -> None:
        series = begun()
        assert series.to_ask(8.0) == []
        cohort = awaiting(series, 8.0)
        assert [series.to_ask(now) for now in (8.0, 8.5)] == [[], [cohort]]

    def test_those_of_earlier_cohorts_first(self) -> None:
        series = begun()
        first, second = awaiting(series, 8.0), awaiting(series, 9.0)
        assert first is not second
        assert series.to_ask(9.5) == [first, second]

    def test_an_earlier_cohort_is_closed_once_they_were_asked(self) -> None:
        series = begun()
        first = awaiting(series, 8.0)
        series.open(9.0, 60)
        assert series.to_ask(9.0) == [first]
        assert not first.closed
        (network,) = first.witnesses.pending
        first.asks(network, 9.0)
        assert series.to_ask(9.0) == []
        assert series.take_closed() == [first]
        assert series.to_ask(9.0) == []
        assert series.take_closed() == []

    def test_or_when_its_moment_is_over(self) -> None:
        series = begun()
        first, second = awaiting(series, 8.0), awaiting(series, 9.0)
        assert series.to_ask(10.25) == [first, second]
        assert series.to_ask(10.5) == [second]
        assert series.take_closed() == [first]


def test_a_cohort_is_closed_once_and_knows_its_rate() -> None:
    series = begun()
    series.sending.sent(0, 8.0)
    cohort = series.open(8.0, 60)
    for step in range(1, 65):
        series.sending.sent(1, 8.0 + step / 64)
    series.close(cohort)
    assert (series.rate, cohort.sending.rate) == (64.0, 64.0)
    series.sending.sent(1000, 9.0)
    series.close(cohort)
    assert (series.rate, cohort.sending.rate, series.take_closed()) == (64.0, 64.0, [cohort])


def test_a_new_era_closes_the_present_cohort() -> None:
    series = begun()
    first_era, cohort = series.era, series.open(8.0, 60)
    series.new_era()
    assert series.era is not first_era
    assert (cohort.era, cohort.closed, series.take_closed()) == (first_era, True, [cohort])
    assert series.open(8.0, 60).era is series.era
    assert series.unseen.era is first_era


def test_a_new_era_may_begin_before_there_is_a_cohort() -> None:
    series = begun()
    series.new_era()
    assert (series.present, series.take_closed(), series.rate) == (None, [], 0.0)


def test_each_era_counts_the_answers_of_its_own_time() -> None:
    counts = PathCounts()
    counts.answered(3)
    series = CohortSeries(counts)
    first = series.era
    assert series.unseen.era is first
    counts.answered(7)
    series.new_era()
    counts.answered(20)
    assert (first.flips.known, series.era.flips.known) == (7, 20)


def test_a_part_of_the_hosts_counts_its_own_answers_and_what_it_met_before_as_lost() -> None:
    counts = PathCounts()
    part = CohortSeries(PathCounts()).split(counts)
    counts.answered(5)
    assert (part.era.flips.known, part.unseen.era.flips.known) == (5, 0)
    assert part.unseen.loss() == 1.0


def test_a_path_and_a_part_of_it_count_apart() -> None:
    path = Path(100)
    part = path.split(lambda place: True)
    path.counts.answered(9)
    part.counts.answered(4)
    assert (path.cohorts.era.flips.known, part.cohorts.era.flips.known) == (9, 4)
