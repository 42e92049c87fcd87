"""What a scan would take: plain numbers, and what of the plan and the options goes into them."""

import pytest

from scanner.api import forecast as module
from scanner.api import scans
from scanner.api.forecast import estimate, forecast, worst_at
from scanner.api.plans import plan_of_typed_hosts, plan_of_words
from scanner.api.wanted import Options, Wanted
from scanner.machine.tracking_table import TrackingTable
from scanner.targets import plan_counts


@pytest.mark.parametrize(
    ("targets", "attempts", "timeout", "rate", "window", "best", "worst"),
    [
        (1000, 2, 1.0, 20_000.0, 8000, 0.05, 2.0),  # one window: as long as its attempts
        (80_000, 1, 1.0, 20_000.0, 8000, 4.0, 10.0),  # ten windows after each other
        (1000, 2, 1.0, 100.0, 8000, 10.0, 20.0),  # the rate rules
    ],
)
def test_estimate(
    targets: int, attempts: int, timeout: float, rate: float, window: int, best: float, worst: float
) -> None:
    assert estimate(targets, attempts, timeout, rate, window) == pytest.approx((best, worst))


@pytest.mark.parametrize(("said", "best", "worst"), [
    ({}, 0.03, 8.0),
    ({"timeout": 1.0}, 0.03, 2.0),
    ({"timeout": 1.0, "retries": 0}, 0.03, 1.0),
    ({"concurrency": 60}, 0.03, 80.0),
    ({"rate": 50.0}, 12.0, 96.0),  # an attempt of 4 s is four SYNs
    ({"rate": 50.0, "timeout": 1.0}, 12.0, 24.0),
    ({"host_rate": 10.0}, 6.0, 48.0),
])  # fmt: skip
def test_what_was_said_counts(said: Options, best: float, worst: float) -> None:
    wanted = Wanted(**said)
    told = forecast(plan_of_words(["10.0.0.1-10:1-60"], wanted), wanted)
    assert (told.best_s, told.worst_s) == pytest.approx((best, worst))


def test_what_is_built_in_for_a_sweep_counts() -> None:
    told = forecast(plan_of_typed_hosts(["10.0.0.1-10"], "1-60", Wanted()), Wanted())
    assert told.worst_s == pytest.approx(2.0)


@pytest.fixture
def routed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No network is attached, and this host has no table of its own."""
    monkeypatch.setattr(plan_counts, "attached_networks", lambda: None)
    monkeypatch.setattr(module, "tracking_table", lambda: None)


@pytest.mark.usefixtures("routed")
def test_many_targets_afar_are_warned_of_unless_a_rate_keeps_them_few() -> None:
    many, slow = plan_of_typed_hosts(["192.0.2.7-206"], "1-100", Wanted()), Wanted(rate=100.0)
    told = forecast(many, Wanted()).warning
    assert "40,000 entries" in told
    assert told.endswith("takes up to 6 min 40 s")
    assert worst_at(many, Wanted(), 100.0) == forecast(many, slow).worst_s == 400.0
    assert forecast(many, slow).warning == ""


@pytest.mark.usefixtures("routed")
@pytest.mark.parametrize(("entries", "told"), [(1000, True), (6000, False)])
def test_what_this_hosts_own_table_holds_back_does_not_reach_others(
    entries: int, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "tracking_table", lambda: TrackingTable(lambda: entries, 30_000, 120))
    many = plan_of_typed_hosts(["192.0.2.7-206"], "1-100", Wanted())
    assert bool(forecast(many, Wanted()).warning) is told


@pytest.mark.usefixtures("routed")
@pytest.mark.parametrize(
    ("entries", "lasts", "worst", "held"),
    [
        (0, 120, 32.0, False),  # nothing has an entry: no rule has anything tracked
        (10_000, 120, 360.0, True),  # 40,000 attempts by room for 10,000: at once, and three times when these expired
        (10_000, 60, 180.0, True),
        (10_000, None, 360.0, True),
        (29_000, 120, 9480.0, True),
        (29_999, 120, 40_905.6, True),  # full: a few may leave in any case
        (40_000, 120, 40_905.6, True),
    ],
)
def test_nothing_goes_faster_than_this_hosts_own_table_lets_it(
    entries: int, lasts: int | None, worst: float, held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "tracking_table", lambda: TrackingTable(lambda: entries, 30_000, lasts))
    many = plan_of_typed_hosts(["192.0.2.7-206"], "1-100", Wanted())
    told = forecast(many, Wanted(concurrency=1250))
    assert (told.worst_s, told.held_back) == (pytest.approx(worst, rel=1e-3), held)
    assert told.best_s == 1.0
    near = forecast(plan_of_typed_hosts(["127.0.0.1-200"], "1-100", Wanted()), Wanted(concurrency=1250))
    assert (near.worst_s, near.held_back) == (32.0, False), "what stays on this host waits for nobody's entry"
    others = forecast(many, Wanted(concurrency=1250), elsewhere=True)
    assert (others.worst_s, others.held_back) == (32.0, False), "nor does what another machine sends"


@pytest.mark.usefixtures("routed")
def test_the_time_and_the_entries_that_are_told_go_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "tracking_table", lambda: TrackingTable(lambda: 10, 262_144, 120))
    told = forecast(plan_of_typed_hosts(["11.0.0.0/8"], "443", Wanted()), Wanted())
    assert "up to 131,067 entries" in told.warning
    assert told.worst_s == pytest.approx(2 * 2**24 / 131_067 * 120 - 120)


def test_what_a_scan_would_take_at_another_rate_is_asked_before_it_takes_any_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its own sockets are no reason to call it long."""
    monkeypatch.setattr(scans, "local_scan", lambda plan, options, slowly: slowly)
    slowly = scans.prepared(plan_of_words(["10.0.0.1-10:1-60"], Wanted(timeout=1.0)), Wanted(timeout=1.0))
    assert slowly == 12.0  # type: ignore[comparison-overlap]
