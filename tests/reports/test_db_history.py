"""When a target changed: periods, for each vantage, of an address or of a name's addresses as a set."""

import itertools
from collections.abc import Iterable
from pathlib import Path

import pytest

from scanner.model import Request, Result
from scanner.reports import Look, ScanInfo
from scanner.reports.db_history import HistoricVerdict, Period, changes, history, near
from scanner.reports.db_reading import open_db
from scanner.reports.history_report import HISTORY_FORMATS
from tests.reports.made import result
from tests.reports.test_db_report import written

OPEN = HistoricVerdict("open", "syn-ack", "", ("10.0.0.1",))
REFUSED = HistoricVerdict("refused", "conn-refused", "", ("10.0.0.1",))


def rejected(sender: str) -> HistoricVerdict:
    return HistoricVerdict("unreachable", "admin-prohibited", sender, ("10.0.0.1",))


def row(state: str, day: int, address: str = "10.0.0.1", host: str = "", vantage: str = "", **more: str) -> Result:
    """A row at port 22, of that day."""
    request = Request(host, vantage=vantage, name=more.pop("name", ""))
    return result(address, 22, state, more.pop("reason", ""), request, time=f"2026-11-{day:02}", **more)


def told(path: Path, scans: Iterable[list[Result]], host: str = "10.0.0.1", *, whole: bool = True) -> list[Period]:
    """The history after these scans, the unfinished ones too."""
    for day, rows in enumerate(scans, 1):
        written(path, rows, ScanInfo(started=f"2026-11-{day:02}"), whole=whole)
    with open_db(str(path)) as database:
        return history(database, host, 22)


@pytest.mark.parametrize("whole", [True, False])
def test_scans_that_saw_the_same_are_one_period(whole: bool, tmp_path: Path) -> None:
    states = ["open", "open", "refused", "refused", "refused", "open"]
    scans = [[row(state, day)] for day, state in enumerate(states, 1)]
    found = told(tmp_path / "s.db", scans, whole=whole)
    assert found == [
        Period("", "2026-11-01", "2026-11-02", 2, (OPEN,)),
        Period("", "2026-11-03", "2026-11-05", 3, (REFUSED,)),
        Period("", "2026-11-06", "2026-11-06", 1, (OPEN,)),
    ]
    assert changes(found) == 2


def test_a_scan_without_the_target_says_nothing(tmp_path: Path) -> None:
    other = [row("open", 2, "10.0.0.2")]
    assert told(tmp_path / "s.db", [[row("open", 1)], other, [], [row("open", 4)]]) == [
        Period("", "2026-11-01", "2026-11-04", 2, (OPEN,))
    ]


def test_reason_and_sender_count(tmp_path: Path) -> None:
    told_by = ["10.9.0.1", "10.9.0.1", "10.9.0.2"]
    scans = [[row("unreachable", 1, reason="admin-prohibited", icmp_from=sender)] for sender in told_by]
    found = told(tmp_path / "s.db", [*scans, [row("unreachable", 1, reason="host-unreach", icmp_from="10.9.0.2")]])
    assert [(period.scans, *period.verdicts) for period in found][:2] == [
        (2, rejected("10.9.0.1")),
        (1, rejected("10.9.0.2")),
    ]
    assert found[2].verdicts[0].reason == "host-unreach"


def test_a_names_addresses_are_a_set(tmp_path: Path) -> None:
    """Their order is nothing; another address is a change; one that answers differently has a verdict of its own."""
    one, two, three = "10.0.0.1", "10.0.0.2", "10.0.0.3"
    sights = [[one, two], [two, one], [one, three]]
    scans = [[row("open", day, at, "db1") for at in sight] for day, sight in enumerate(sights, 1)]
    scans.append([row("open", 4, one, "db1"), row("refused", 4, three, "db1")])
    found = told(tmp_path / "s.db", scans, "db1")
    assert [(period.scans, [(each.state, each.addresses) for each in period.verdicts]) for period in found] == [
        (2, [("open", (one, two))]),
        (1, [("open", (one, three))]),
        (1, [("open", (one,)), ("refused", (three,))]),
    ]


def test_a_name_without_an_address(tmp_path: Path) -> None:
    found = told(
        tmp_path / "s.db", [[row("error", 1, "", "db1", reason="no-address")], [row("open", 2, host="db1")]], "db1"
    )
    assert [period.verdicts[0].addresses for period in found] == [(), ("10.0.0.1",)]


def test_an_address_is_found_under_any_name(tmp_path: Path) -> None:
    """And rows of several entries that say the same are one sight."""
    scans = [[row("open", 1, host="db1"), row("open", 1, name="again")], [row("open", 2, host="db2")]]
    assert told(tmp_path / "s.db", scans) == [Period("", "2026-11-01", "2026-11-02", 2, (OPEN,))]


def test_each_vantage_has_its_own_periods(tmp_path: Path) -> None:
    scans = [[row(state, day, vantage=vantage)] for day, (vantage, state) in
             enumerate([("b", "open"), ("a", "refused"), ("b", "open"), ("a", "refused")], 1)]  # fmt: skip
    found = told(tmp_path / "s.db", scans)
    assert found == [
        Period("a", "2026-11-02", "2026-11-04", 2, (REFUSED,)),
        Period("b", "2026-11-01", "2026-11-03", 2, (OPEN,)),
    ]
    assert changes(found) == 0
    assert "VANTAGE" in HISTORY_FORMATS["table"]("10.0.0.1:22", found, 4, Look(width=120))[0]


def test_scans_count_in_the_order_in_which_they_were_started(tmp_path: Path) -> None:
    for day, state in ((3, "refused"), (1, "open"), (2, "open")):
        written(tmp_path / "s.db", [row(state, day)], ScanInfo(started=f"2026-11-{day:02}"))
    assert [period.scans for period in told(tmp_path / "s.db", [])] == [2, 1]


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("web1", "that host is in it with port 22"),
        ("WEB3", "near it: web"),
        ("qqqqqqq", "hosts in it: "),
    ],
)
def test_what_is_near_a_target_that_is_not_there(host: str, said: str, tmp_path: Path) -> None:
    written(tmp_path / "s.db", [row("open", 1, host=f"web{number}") for number in range(9)])
    with open_db(str(tmp_path / "s.db")) as database:
        assert near(database, host).startswith(said)


def test_a_file_without_scans_or_rows_says_so(tmp_path: Path) -> None:
    written(tmp_path / "s.db", [])
    with open_db(str(tmp_path / "s.db")) as database:
        assert near(database, "a") == "its scans have no rows"


def test_only_a_few_ports_are_named(tmp_path: Path) -> None:
    ports = itertools.chain(range(1, 9))
    written(tmp_path / "s.db", [result("10.0.0.1", port, "open") for port in ports])
    with open_db(str(tmp_path / "s.db")) as database:
        assert near(database, "10.0.0.1") == "that host is in it with port 1, 2, 3, 4, 5, ..."
