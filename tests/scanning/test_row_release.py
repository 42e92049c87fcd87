"""When a kept row may go, and in what doubt: by the clock, as far as its host and its range are known."""

from scanner.model import Doubt, Request, Result, State
from scanner.scanning.phantoms.extra_probes import ExtraProbes
from scanner.scanning.phantoms.one_host import OpenHost
from scanner.scanning.phantoms.open_runs import ProbedPort
from scanner.scanning.phantoms.recently_shut import Recent
from scanner.scanning.phantoms.row_release import RowRelease
from scanner.scanning.phantoms.typed_ranges import TypedRanges
from tests.scanning.hosts import host_of, judged, place_with

RANGES = TypedRanges([], Recent(), ExtraProbes(lambda place, port: True), lambda place: ())


def row_release(*, canary: bool = False) -> RowRelease:
    return RowRelease(RANGES, canary=canary)


def end_turn(host: OpenHost, refused: int = 0) -> None:
    """So many ports have refused as the last of a turn, which ends."""
    for port in range(refused):
        judged(host.place, port, State.REFUSED)
    host.end_turn(0.0, [ProbedPort(0.001, port) for port in range(refused)])


def with_open(host: OpenHost, *ports: int, refused: int = 0) -> OpenHost:
    """Those of its ports are open and kept, since the second 0."""
    for port in ports:
        host.open(judged(host.place, port), 0.0, 0.0)
    end_turn(host, refused)
    return host


def ports(rows: list[Result]) -> list[int]:
    return [row.port for row in rows]


def test_a_host_that_refuses_enough_is_clear_at_once() -> None:
    host = with_open(host_of(place_with(100)), 80, refused=30)
    assert ports(row_release().ready(host, 0.0, keeping=1)) == [80]
    assert not host.kept


def test_half_a_second_is_waited_where_others_may_answer() -> None:
    """Half a second as it is seen from outside: what is over is found out a tenth later."""
    host = with_open(host_of(place_with(1000, refused=15)), 80)
    host.note_silent([(port, 0.0) for port in range(2000, 2040)])
    assert ports(row_release().ready(host, 0.35, keeping=1)) == []
    assert ports(row_release().ready(host, 0.45, keeping=1)) == [80]


def test_where_the_scan_is_slow_it_is_three_seconds_unless_very_many_wait() -> None:
    host = with_open(host_of(place_with(1000)), 80)
    assert ports(row_release().ready(host, 2.8, keeping=64)) == []
    assert ports(row_release().ready(host, 0.45, keeping=65)) == [80]


def test_what_is_marked_goes_in_doubt_at_once() -> None:
    host = with_open(host_of(place_with(100)), *range(1, 21))
    assert ports(row_release().ready(host, 0.1, keeping=1)) == []
    assert host.judge_start(0.1, lambda place: ()) == 0
    rows = row_release().ready(host, 0.1, keeping=1)
    assert len(rows) == 20
    assert {row.doubt for row in rows} == {Doubt.ACCEPTS_EVERYTHING}


def test_nothing_goes_before_the_look_that_asks_whether_all_is_open() -> None:
    """Twenty are known, half a second is over, and nobody has looked since: the scan may have been stopped."""
    host = with_open(host_of(place_with(100)), *range(1, 23))
    assert ports(row_release().ready(host, 0.45, keeping=1)) == []
    assert host.judge_start(0.45, lambda place: range(1, 101)) == 100
    assert ports(row_release().ready(host, 0.45, keeping=1)) == []
    host.heard(100, State.REFUSED)
    host.judge_start(0.5, lambda place: range(1, 101))
    assert [row.doubt for row in row_release().ready(host, 0.5, keeping=1)][:2] == ["", ""]


def test_canaries_are_waited_for_as_long_as_it_takes() -> None:
    host = with_open(host_of(place_with(1)), 80)
    host.canaries.send(2)
    assert row_release(canary=True).ready(host, 60.0, keeping=1) == []


def test_the_doubt_of_the_engine_stays() -> None:
    host = host_of(place_with(100))
    host.open(judged(host.place, 80, doubt="flipped"), 0.0, 0.0)
    end_turn(host, refused=30)
    assert [row.doubt for row in row_release().ready(host, 0.0, keeping=1)] == ["flipped"]


def test_at_the_end_all_goes() -> None:
    host = with_open(host_of(place_with(1000)), 80, 81)
    rows = row_release().rest(host)
    assert [(row.port, row.doubt) for row in rows] == [(80, ""), (81, "")]
    assert not host.kept


def test_at_the_end_a_run_that_nobody_could_be_asked_about_goes_in_doubt() -> None:
    """Two witnesses were asked, and the scan was over before they told."""
    host = with_open(host_of(place_with(100, refused=60)), *range(1, 6))
    host.runs.known_shut([70, 71], [])
    assert host.runs.ask(0.1)
    assert {row.doubt for row in row_release().rest(host)} == {Doubt.ACCEPTS_EVERYTHING}


def test_rows_of_one_target_go_together() -> None:
    host = host_of(place_with(100))
    for name in ("first", "second"):
        host.open(Result(host.place, 80, Request(name=name), State.OPEN, "syn-ack"), 0.0, 0.0)
    host.place.note.verdicts += 1
    host.place.note.opened += 1
    end_turn(host, refused=30)
    assert [row.name for row in row_release().ready(host, 0.0, keeping=1)] == ["first", "second"]
