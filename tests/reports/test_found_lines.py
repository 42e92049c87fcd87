"""What is told of open ports while a sweep is under way: at once, together, and never in floods."""

import io
from functools import partial
from typing import Any

import pytest

from scanner.model import Request, Result
from scanner.reports import Look, ScanInfo, sweep_table
from scanner.reports.found_lines import FoundLines
from scanner.reports.painted import columns
from scanner.reports.sweep_table import SweepTable
from tests.reports.made import Sunk, place, result


class Told:
    """Lines, and the clock they go by."""

    def __init__(self, **look: Any) -> None:
        self.now = 100.0
        self.found = FoundLines(Look(**look), clock=lambda: self.now)

    def at(self, second: float, *rows: Result) -> list[str]:
        """What is told at this second of the sweep, after these rows."""
        self.now = 100.0 + second
        self.found.add(rows)
        return self.found.due()


def opened(address: str, *ports: int, **more: Any) -> list[Result]:
    at = place(address)
    return [result(at, port, "open", **more) for port in ports]


def test_a_sweep_that_is_over_at_once_tells_nothing_before_its_table() -> None:
    told = Told()
    assert told.at(0.2, *opened("10.0.0.5", 22)) == []
    assert told.at(2.4, *opened("10.0.0.5", 80)) == []
    assert told.at(2.5) == ["found: 10.0.0.5 22/ssh, 80/http open"]
    assert told.at(2.8) == []


def test_what_comes_in_one_moment_is_a_line_for_each_host() -> None:
    told = Told()
    assert told.at(3.0, *opened("10.0.0.5", 22)) == ["found: 10.0.0.5 22/ssh open"]
    assert told.at(3.1, *opened("10.0.0.6", 443)) == []
    assert told.at(3.2, *opened("10.0.0.5", 80), *opened("10.0.0.6", 1, 40000)) == []
    assert told.at(3.3) == ["found: 10.0.0.6 1/tcpmux, 443/https, 40000 open", "found: 10.0.0.5 80/http open"]


def test_only_what_is_open() -> None:
    told = Told()
    assert told.at(3.0, result("10.0.0.5", 22, "refused"), result("10.0.0.5", 23, "timeout")) == []


def test_who_is_meant_and_what_is_in_doubt() -> None:
    told = Told()
    db1 = Request("db1.example.net")
    rows = [result("10.0.0.5", port, "open", request=db1, doubt="accepts-everything") for port in range(5000, 5100)]
    assert told.at(3.0, *rows) == ["found: db1.example.net (10.0.0.5) 5000-5099 open, in doubt: accepts-everything"]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_a_line_fits_the_window(width: int) -> None:
    told = Told(width=width, folds=True)
    lines = told.at(3.0, *opened("10.0.0.5", *range(1, 400, 3)))
    assert max(map(columns, lines)) <= width
    assert len(lines) <= (1 if width > 40 else 3)
    assert "… (133 ports) open" in " ".join(line.strip() for line in lines)


def test_a_host_that_accepts_everything_does_not_flood() -> None:
    told = Told(width=60)
    lines = [line for turn in range(100) for line in told.at(3 + turn, *opened("10.0.0.5", *range(turn, 6000, 100)))]
    assert len(lines) == 5
    assert lines[-1] == "found: 10.0.0.5 more, in the table below"
    assert told.at(200, *opened("10.0.0.6", 22)) == ["found: 10.0.0.6 22/ssh open"]


def test_nor_do_many_hosts() -> None:
    told = Told()
    lines = [line for n in range(1000) for line in told.at(3 + n, *opened(f"10.0.{n // 200}.{n % 200}", 80))]
    assert len(lines) == 200
    assert lines[-1] == "found: more, in the table below"


def test_it_is_dim_and_no_name_drives_the_terminal() -> None:
    told = Told(colour=True, ascii=True)
    hostile = Request("a\x1b[2J\nb")
    assert told.at(3.0, result("10.0.0.5", 22, "open", request=hostile)) == [
        "\x1b[2mfound: a\\x1b[2J\\nb (10.0.0.5) 22/ssh open\x1b[0m"
    ]


@pytest.mark.parametrize("live", [True, False])
def test_the_table_comes_all_the_same_and_is_set_apart(live: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(sweep_table, "FoundLines", partial(FoundLines, clock=lambda: now[0]))
    sink = io.BytesIO()
    table = SweepTable(Sunk(sink), Look(live=live))
    now[0] += 3
    table.write(opened("10.0.0.5", 22))
    before = sink.getvalue().decode()
    table.finish(ScanInfo())
    assert before == ("found: 10.0.0.5 22/ssh open\n" if live else "")
    lines = sink.getvalue().decode()[len(before) :].splitlines()
    assert lines[:1] == ([""] if live else ["HOST      PORT  STATE  SERVICE  REASON"])
    assert lines[-1] == "10.0.0.5  22    open   ssh      syn-ack"
