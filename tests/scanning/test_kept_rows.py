"""The open rows of a host that are kept back: their order, and which of them are beyond doubt."""

import pytest

from scanner.scanning.phantoms.kept_rows import KeptRow, KeptRows
from tests.scanning.hosts import judged, place_with


def kept(*sent: float) -> KeptRows:
    """Rows that were probed then, each of the port of its second."""
    rows, place = KeptRows(), place_with(100)
    for when in sent:
        rows.add(KeptRow(when, 0.0, judged(place, int(when))))
    rows.sort()
    return rows


def ports(rows: KeptRows) -> list[int]:
    return [each.row.port for each in rows.rows]


def test_they_are_in_the_order_in_which_they_were_probed() -> None:
    assert ports(kept(3.0, 1.0, 2.0)) == [1, 2, 3]


def test_a_round_that_is_in_no_order_is_put_in_order_later_too() -> None:
    rows = kept(1.0, 3.0)
    rows.add(KeptRow(2.0, 0.0, judged(place_with(1), 2)))
    rows.sort()
    assert ports(rows) == [1, 2, 3]


def test_what_was_probed_until_then_is_beyond_doubt_and_stays_so() -> None:
    rows = kept(1.0, 2.0, 3.0)
    rows.vouch(2.0)
    assert rows.vouched == 2
    rows.vouch(1.0)
    assert rows.vouched == 2


def test_all_or_none() -> None:
    rows = kept(1.0, 2.0)
    rows.vouch_for_all()
    assert rows.vouched == 2
    rows.doubt_all()
    assert rows.vouched == 0


def test_what_the_host_itself_has_proved_outlives_the_rest() -> None:
    rows = kept(1.0, 2.0, 3.0)
    rows.vouch(1.0)
    rows.prove()
    rows.vouch(3.0)
    rows.doubt_unproved()
    assert rows.vouched == 1


def test_what_is_taken_is_gone_and_the_rest_is_as_doubtful_as_before() -> None:
    rows = kept(1.0, 2.0, 3.0)
    rows.vouch(2.0)
    rows.prove()
    assert [row.port for row in rows.take(1)] == [1]
    assert (ports(rows), rows.vouched, rows.proved) == ([2, 3], 1, 1)
    assert rows.take(0) == []
    assert [row.port for row in rows.take(2)] == [2, 3]
    assert (bool(rows), rows.vouched, rows.proved) == (False, 0, 0)


@pytest.mark.parametrize(
    ("silent", "vouched"),
    [
        ([], 0),  # nothing to go by
        ([1.1, 1.2, 1.3, 2.1, 2.2, 2.3], 2),  # mostly silent until then, and open afterwards
        ([1.1, 2.1, 3.1], 0),  # as well from the start
        ([0.5], 0),
    ],
)
def test_silence_shows_since_when(silent: list[float], vouched: int) -> None:
    rows = kept(1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
    rows.vouch_by_silence(silent)
    assert rows.vouched == vouched


def test_the_ports_in_doubt_before_a_moment() -> None:
    rows = kept(1.0, 2.0, 3.0, 4.0)
    rows.vouch(1.0)
    assert rows.in_doubt_before(4.0) == [2, 3]
