"""The kept texts: spelled once while they fit, spelled right when they do not, and never more than so many."""

import io

import pytest

from scanner.model import Request
from scanner.reports import repeated_texts as kept
from scanner.reports.csv_report import CsvReport
from tests.reports.made import Sunk, place, result


class Counting(CsvReport):
    """Counts how often an entry and an address are spelled."""

    def __init__(self, sink: io.BytesIO) -> None:
        self.entries = self.leads = self.verdicts = 0
        super().__init__(Sunk(sink))

    def spell_entry(self, request: Request) -> kept.EntryTexts:
        self.entries += 1
        return super().spell_entry(request)

    def spell_lead(self, name: str, host: str, address: str) -> str:
        self.leads += 1
        return super().spell_lead(name, host, address)

    def spell_verdict(self, state: str, reason: str) -> str:
        self.verdicts += 1
        return super().spell_verdict(state, reason)


def test_what_repeats_is_spelled_once() -> None:
    report = Counting(io.BytesIO())
    request, one, two = Request(name="a"), place("10.0.0.1"), place("10.0.0.2")
    report.write([result(at, port, "open", request=request) for port in range(1, 100) for at in (one, two)])
    assert (report.entries, report.leads, report.verdicts) == (1, 2, 1)


def test_stores_are_emptied_when_full_and_still_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_KEPT", 3)
    sink = io.BytesIO()
    report = Counting(sink)
    requests = [Request(name=f"entry {number}") for number in range(5)]
    places = [place(f"10.0.0.{number}") for number in range(5)]
    for _ in range(2):
        report.write(
            [result(at, 1, "error", f"E{at.address[-1]}", request=request) for at in places for request in requests]
        )
    assert (report.entries, report.leads, report.verdicts) == (50, 50, 10), (
        "a store that kept all would spell each once"
    )
    lines = sink.getvalue().decode().splitlines()[1:]
    wanted = [(f"entry {name}", f"10.0.0.{host}", f"E{host}") for host in range(5) for name in range(5)] * 2
    assert [(row[0], row[2], row[6]) for row in (line.split(",") for line in lines)] == wanted


def test_two_entries_of_one_place_do_not_mix() -> None:
    sink = io.BytesIO()
    report = CsvReport(Sunk(sink))
    at = place("10.0.0.1")
    first, second = Request(name="first", expect="open"), Request(name="second", expect="refused")
    report.write([result(at, 1, "open", request=request) for request in (first, second, first)])
    rows = [line.split(",") for line in sink.getvalue().decode().splitlines()[1:]]
    assert [(row[0], row[10], row[11]) for row in rows] == [
        ("first", "open", "true"),
        ("second", "refused", "false"),
        ("first", "open", "true"),
    ]
