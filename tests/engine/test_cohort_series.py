"""The cohorts of a path, one after another: what is forgiven, and whose answers each era counts."""

from scanner.engine.truth.cohort_series import CohortSeries
from scanner.engine.truth.location import Location, location_of
from scanner.engine.truth.network_evidence import Networks
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
