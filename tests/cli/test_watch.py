"""The bar is told how far a scan is, and counts nothing where nobody looks."""

import pytest

from scanner.api.forecast import limits_of
from scanner.api.plans import plan_of_typed_hosts
from scanner.api.scans import prepared
from scanner.api.time_left import SpeedLimits
from scanner.api.wanted import Wanted
from scanner.cli.progress import Left, Silent
from scanner.cli.watch import Watch
from scanner.reports import Tally
from scanner.services import discovery_ports


class Shown(Silent):
    """What it was told."""

    def __init__(self) -> None:
        self.counts: list[tuple[int, int, int]] = []
        self.left: list[float | None] = []

    def update(
        self, done: int, total: int, found_open: int, answering: int = 0, hosts: int = 0, left: Left = lambda: None
    ) -> None:
        self.counts.append((done, total, found_open))
        self.left.append(left())


@pytest.mark.parametrize("looks", [True, False])
def test_it_follows_a_real_scan(looks: bool, open_port: int, closed_port: int) -> None:
    wanted = Wanted(rate=3.0)
    plan = plan_of_typed_hosts(["127.0.0.1-2"], f"{open_port},{closed_port}", wanted)
    scan, shown, tally = prepared(plan, wanted), Shown(), Tally()
    watch = Watch(scan, shown, limits_of(plan, wanted) if looks else None)
    watch.show(tally)
    begun = False
    for batch in scan.batches():
        if not begun and (batch or scan.attempts):
            begun = True
            watch.begins()
        tally.add(batch)
        watch.add(batch)
        watch.show(tally)
    assert shown.counts[0] == (0, 4, 0)
    assert shown.counts[-1] == (4, 4, 1)
    assert shown.left[0] is None
    assert scan.begun == (4, 0)
    known = [seconds for seconds in shown.left if seconds is not None]
    assert bool(known) is looks
    assert all(0 <= seconds < 3 for seconds in known)


@pytest.mark.parametrize(
    ("wanted", "limits"),
    [
        (Wanted(), SpeedLimits(2, 1.0, window=77)),
        (Wanted(rate=50.0, timeout=4.0, retries=0), SpeedLimits(1, 4.0, 4, rate=50.0, window=77)),
        (Wanted(host_rate=5.0, timeout=2.5, concurrency=9), SpeedLimits(2, 2.5, 3, host_rate=5.0, window=9)),
    ],
)
def test_what_holds_a_scan_back(wanted: Wanted, limits: SpeedLimits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.api.forecast.usual_window", lambda *_: 77)
    assert limits_of(plan_of_typed_hosts(["127.0.0.1-2"], "1-10", wanted), wanted) == limits


def test_where_hosts_are_asked_first_what_they_are_asked_is_to_be_probed_too() -> None:
    """On loopback all answer: in the end there is nothing but their rows."""
    wanted = Wanted()
    plan = plan_of_typed_hosts(["127.0.0.1-2"], "1-20", wanted, discover=True)
    assert limits_of(plan, wanted).asked_first
    scan = prepared(plan, wanted)
    before = scan.to_probe
    rows = [row for batch in scan.batches() for row in batch]
    assert before == 2 * len(discovery_ports())
    assert scan.to_probe == scan.total == len(rows) == 40
