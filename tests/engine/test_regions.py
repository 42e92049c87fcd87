"""Small hosts behind a bad way of their own, among many healthy ones: it is judged by itself, and nobody waits."""

import random
from collections.abc import Callable

import pytest

from scanner.engine.flight.verdict import OPEN, REFUSED
from scanner.engine.trial import Trial
from scanner.engine.truth.location import Location
from scanner.engine.truth.network_evidence import Networks
from scanner.engine.truth.path import Path
from scanner.engine.truth.regions import Regions
from scanner.model import Endpoint, Place, Request, Result, State
from tests.engine.fakes import AF_INET, AF_INET6, START, Answer, FakeKernel, ListSource, Network, engine_for, finish
from tests.engine.simulated.world import Policer

NETWORKS = Networks()


def flipped(address: str, path: Path) -> Trial:
    """A trial that was refused at its second attempt."""
    place = Place(address, AF_INET6 if ":" in address else AF_INET)
    place.note = where = Location(path, NETWORKS.of(place))
    trial = Trial(Endpoint(place, 80, (Request(timeout=1.0, retries=1),)), where)
    trial.attempts = trial.answered = 2
    trial.verdict = REFUSED
    return trial


def hear(trial: Trial, *, refused: bool) -> None:
    trial.path.heard(
        trial.endpoint, trial.network, refused=refused, attempts=trial.attempts, rtt_ms=trial.rtt_ms, now=START
    )


def lost(regions: Regions, trial: Trial) -> Path:
    return regions.take_out_if_lossy(trial.endpoint, trial.network, refused=trial.verdict is REFUSED)


def pool_of(*responders: str) -> Path:
    pool = Path(1)
    for address in responders:
        hear(flipped(address, pool), refused=True)
    return pool


def well_known_pool() -> Path:
    """A pool in which a refused and an open port of each of a hundred networks are known."""
    pool = pool_of(*(f"10.1.{n}.1" for n in range(100)))
    for n in range(100):
        opened = flipped(f"10.1.{n}.2", pool)
        opened.verdict = OPEN
        hear(opened, refused=False)
    return pool


def place(address: str) -> Place:
    return Place(address, AF_INET6 if ":" in address else AF_INET)


HEALTHY = [f"10.1.{n}.1" for n in range(10)]


class TestRegions:
    @pytest.mark.parametrize(
        ("bad", "same", "other"),
        [
            ("10.9.3.7", "10.9.3.200", "10.9.4.7"),
            ("2001:db8:0:7::1", "2001:db8:0:7:ffff::", "2001:db8:0:8::1"),
        ],
    )
    def test_a_flip_takes_its_network_out_of_the_pool(self, bad: str, same: str, other: str) -> None:
        pool = pool_of(*HEALTHY, same)
        regions = Regions(pool)
        path = lost(regions, flipped(bad, pool))
        assert path is not pool
        assert regions.of(place(same)) is path
        assert regions.of(place(other)) is None
        assert regions.all() == [path]

    def test_responders_go_with_their_network(self) -> None:
        pool = pool_of(*HEALTHY, "10.9.3.7", "10.9.3.8")
        opened = flipped("10.9.3.9", pool)
        opened.verdict, opened.attempts = OPEN, 1
        hear(opened, refused=False)
        path = lost(Regions(pool), flipped("10.9.3.1", pool))
        asked, others = (
            {each.place.numeric for number in range(99) if (each := responders.next(START + number))}
            for responders in (path.responders, pool.responders)
        )
        assert asked == {"10.9.3.7", "10.9.3.8"}
        assert others == set(HEALTHY)
        assert [port.endpoint.place.numeric for port in path.responders.open] == ["10.9.3.9"]
        assert not pool.responders.open

    def test_what_was_sent_before_counts_as_lost(self) -> None:
        pool = pool_of(*HEALTHY, "10.9.3.8")
        path = lost(Regions(pool), trial := flipped("10.9.3.1", pool))
        assert trial.backed().losses(path, trial.attempts) == [1.0, 1.0]

    def test_a_pool_that_is_that_network_stays_whole(self) -> None:
        pool = pool_of("10.9.3.7", "10.9.3.8", "10.9.3.9")
        assert lost(Regions(pool), flipped("10.9.3.1", pool)) is pool

    @pytest.mark.parametrize(("elsewhere", "splits"), [(3, False), (4, True)])
    def test_so_few_responders_elsewhere_do_not_show_that_others_lose_less(self, elsewhere: int, splits: bool) -> None:
        pool = pool_of(*HEALTHY[:elsewhere])
        assert (lost(Regions(pool), flipped("10.9.3.1", pool)) is not pool) is splits

    def test_several_networks_make_the_wider_one_suspect(self) -> None:
        pool = pool_of(*HEALTHY)
        regions = Regions(pool)
        for net in range(3):
            lost(regions, flipped(f"10.9.{net}.1", pool))
        assert regions.of(place("10.9.77.1")) is None
        lost(regions, flipped("10.9.3.1", pool))
        wide = regions.of(place("10.9.77.1"))
        assert wide is not None
        assert wide is not pool
        assert wide.can_tell, "those that flipped are asked"
        assert lost(regions, flipped("10.9.78.1", pool)) is wide
        assert regions.of(place("10.8.77.1")) is None

    def test_the_wider_one_of_a_link_is_of_that_link_alone(self) -> None:
        def on(link: int, net: int, wide: int = 0) -> Place:
            return Place(f"fe80:0:{wide}:{net}00::1%{link}", AF_INET6, scope=link)

        regions = Regions(pool_of(*HEALTHY))
        for net in range(4):
            endpoint = Endpoint(on(1, net), 80, (Request(),))
            regions.take_out_if_lossy(endpoint, NETWORKS.of(endpoint.place), refused=True)
        assert len(regions.all()) == 5
        assert regions.of(on(1, 77)) is regions.all()[-1]
        assert regions.of(on(2, 77)) is None
        assert regions.of(on(1, 77, wide=1)) is None

    def test_a_wider_one_that_is_all_there_is_stays_with_the_pool(self) -> None:
        pool = pool_of(*HEALTHY)
        regions = Regions(pool)
        for net in range(20, 24):
            assert lost(regions, flipped(f"10.1.{net}.1", pool)) is not pool
        assert regions.of(place("10.1.77.1")) is pool
        assert len(regions.all()) == 4

    @pytest.mark.parametrize(("elsewhere", "splits"), [(4, 3), (10, 6)])
    def test_loss_elsewhere_as_well_says_nothing_of_a_network(self, elsewhere: int, splits: int) -> None:
        """Of so many responders elsewhere more than half as many answered late."""
        pool = pool_of(*HEALTHY[:elsewhere])
        regions = Regions(pool)
        paths = [lost(regions, flipped(f"10.{net}.0.1", pool)) for net in range(20, 30)]
        assert [path is not pool for path in paths] == [True] * splits + [False] * (10 - splits)

    @pytest.mark.parametrize(
        ("elsewhere", "own", "splits"),
        [
            (4, 1, [True, True]),
            (3, 1, [False, False]),  # too few elsewhere
            (7, 3, [False, True]),  # a single one is no more than twice its share
            (5, 5, [False, False]),
        ],
    )
    def test_a_network_stands_out_by_more_than_twice_its_share(
        self, elsewhere: int, own: int, splits: list[bool]
    ) -> None:
        pool = pool_of(*HEALTHY[:elsewhere], *(f"10.9.3.{100 + number}" for number in range(own)))
        regions = Regions(pool)
        paths = [lost(regions, flipped(f"10.9.3.{number}", pool)) for number in range(1, 3)]
        assert [path is not pool for path in paths] == splits

    def test_its_responders_are_collected_from_then_on(self) -> None:
        pool = pool_of(*HEALTHY)
        trial = flipped("10.9.3.1", pool)
        trial.network.collecting = False
        path = lost(Regions(pool), trial)
        assert (trial.network.collecting, trial.network.responders.most) == (True, path.responders.most)

    def test_loss_everywhere_does_not_split_the_pool_for_ever(self) -> None:
        pool = pool_of(*HEALTHY)
        regions = Regions(pool)
        for net in range(256):
            lost(regions, flipped(f"10.1.{net}.1", pool))
        assert len(regions.all()) == 2, "the first ones; then nobody else is known to lose less"
        for net in range(2, 256):
            lost(regions, flipped(f"10.{net}.0.1", pool))
        assert len(regions.all()) == 2

    def test_there_are_so_many_regions_and_no_more(self) -> None:
        pool = well_known_pool()
        regions = Regions(pool)
        paths = [lost(regions, flipped(f"10.{net}.0.1", pool)) for net in range(2, 62)]
        assert [path is pool for path in paths] == [False] * 32 + [True] * 28
        assert regions.all() == paths[:32]

    def test_nor_are_there_more_when_the_last_makes_a_wider_one(self) -> None:
        pool = well_known_pool()
        regions = Regions(pool)
        for net in range(2, 30):
            lost(regions, flipped(f"10.{net}.0.1", pool))
        for net in range(4):
            lost(regions, flipped(f"10.40.{net}.1", pool))
        assert len(regions.all()) == 33
        assert lost(regions, flipped("10.50.0.1", pool)) is pool


def network(bad: Callable[[float], bool], silent: int) -> Network:
    """Every port refuses, or is open (1), or silent (each `silent`-th one); 10.9.0.0/16 loses whatever `bad` says."""

    def answers(host: str, port: int, attempt: int, now: float) -> Answer | None:
        if host.startswith("10.9.") and bad(now):
            return None
        if silent and port % silent == 0:
            return None
        return Answer(0.001, "open" if port == 1 else "rst")

    return answers


def way(kind: str) -> Callable[[float], bool]:
    """A bad way: `30%` random loss, or `40/s` that pass; `good` loses nothing."""
    draw = random.Random(5)
    if kind.endswith("/s"):
        policer = Policer(float(kind[:-2]), 5)
        return lambda now: not policer.passes(now)
    share = float(kind[:-1]) / 100 if kind.endswith("%") else 0.0
    return lambda now: draw.random() < share


def play(kind: str, silent: int) -> tuple[FakeKernel, list[tuple[float, Result]]]:
    """400 healthy hosts and 30 behind a bad way, ten ports each."""
    hosts = [f"10.1.{n >> 8}.{n & 255}" for n in range(400)] + [f"10.9.0.{n}" for n in range(30)]
    kernel = FakeKernel(network(way(kind), silent))
    engine, _ = engine_for(kernel, ListSource(hosts, range(1, 11)))
    return kernel, finish(kernel, engine, most_seconds=600)


def last_healthy(rows: list[tuple[float, Result]]) -> float:
    return max(second for second, row in rows if row.address.startswith("10.1."))


@pytest.mark.parametrize("silent", [0, 5])
@pytest.mark.parametrize("kind", ["5%", "30%", "200/s", "40/s"])
def test_its_timeouts_do_not_stand_on_the_word_of_others(kind: str, silent: int) -> None:
    _, rows = play(kind, silent)
    assert len(rows) == 4300
    false = [row for _, row in rows if row.state is State.TIMEOUT and not (silent and row.port % silent == 0)]
    assert [row for row in false if not row.doubt] == []
    if kind != "40/s":  # that is slower than the rate law ever goes: such targets are given up, and say so
        assert len(false) <= 3
    assert {row.doubt for _, row in rows if row.address.startswith("10.1.")} == {""}


@pytest.mark.parametrize("silent", [0, 5])
@pytest.mark.parametrize("kind", ["30%", "40/s"])
def test_nobody_else_waits_for_it(kind: str, silent: int) -> None:
    healthy = last_healthy(play("good", silent)[1])
    assert last_healthy(play(kind, silent)[1]) <= 1.1 * healthy + 0.1


def test_one_attempt_stays_one_attempt() -> None:
    """-r 0 means what it says, even where others in the network are asked more often."""
    kernel = FakeKernel(network(way("30%"), 0))
    many = ListSource([f"10.1.0.{n}" for n in range(200)] + [f"10.9.0.{n}" for n in range(30)], range(1, 11))
    once = ListSource(["10.9.0.99"], range(1, 50), retries=0)
    many.endpoints += once.endpoints
    engine, _ = engine_for(kernel, many)
    rows = [row for _, row in finish(kernel, engine) if row.address == "10.9.0.99"]
    assert {row.attempts for row in rows} == {1}
    assert any(row.state is State.TIMEOUT for row in rows)
