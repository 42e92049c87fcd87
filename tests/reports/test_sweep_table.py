"""The table of `sweep`, as literal text, and what it keeps in memory."""

import io
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from scanner.model import Request, Result
from scanner.reports import Look, ScanInfo, sweep_table
from scanner.reports.sweep_table import SweepTable
from scanner.reports.tables import Table
from tests.reports.made import Sunk, place, result


def shown(rows: list[Result], *, whole: bool = True, **look: Any) -> str:
    sink = io.BytesIO()
    table = SweepTable(Sunk(sink), Look(**look))
    for start in range(0, len(rows), 100):
        table.write(rows[start : start + 100])
        table.flush()
    (table.finish if whole else table.abandon)(ScanInfo())
    return "\n" + sink.getvalue().decode()


def host(address: str, states: dict[int, str], **more: Any) -> list[Result]:
    """A host's rows, from its ports and their states."""
    at = place(address, len(states))
    return [result(at, port, state, **more) for port, state in states.items()]


def interleaved(*hosts: list[Result]) -> list[Result]:
    """Round by round, as a sweep probes."""
    longest = max(map(len, hosts))
    return [rows[index] for index in range(longest) for rows in hosts if index < len(rows)]


def test_a_single_host_shows_what_is_few() -> None:
    assert (
        shown(host("127.0.0.1", {443: "refused", 22: "open", 80: "timeout"}, rtt_ms=0.1))
        == """
HOST       PORT  STATE    SERVICE      RTT  REASON
127.0.0.1  22    open     ssh      0.10 ms  syn-ack
           80    timeout  http     0.10 ms  no-response
           443   refused  https    0.10 ms  conn-refused
"""
    )


def test_a_state_with_many_rows_is_counted() -> None:
    ports = dict.fromkeys(range(1, 65536), "refused") | {22: "open", 8080: "open", 9: "timeout"}
    assert (
        shown(host("10.0.0.1", ports))
        == """
HOST      PORT  STATE    SERVICE   REASON
10.0.0.1  9     timeout  discard   no-response
          22    open     ssh       syn-ack
          8080  open     http-alt  syn-ack
          also 65,532 refused
"""
    )
    assert shown(host("10.0.0.1", dict.fromkeys(range(1, 1001), "refused"))) == "\n10.0.0.1: 1,000 refused\n"


@pytest.mark.parametrize(("count", "listed"), [(25, True), (26, False)])
def test_the_limit_is_25_rows(count: int, listed: bool) -> None:
    text = shown(host("10.0.0.1", dict.fromkeys(range(1001, 1001 + count), "open")))
    assert text.count("syn-ack") == (25 if listed else 0)
    assert ("10.0.0.1: 26 open (1001-1026)" in text) is not listed


def test_a_wide_sweep_shows_the_open_ports_and_counts_the_rest() -> None:
    quiet = dict.fromkeys((22, 80, 443), "timeout")
    hosts = [host(f"10.0.0.{number}", quiet) for number in range(1, 255)]
    hosts[9] = host("10.0.0.10", {22: "open", 80: "refused", 443: "refused"}, rtt_ms=0.1)
    hosts[1] = host("10.0.0.2", {22: "open", 80: "timeout", 443: "timeout"})
    for number in (30, 31, 32, 33):
        hosts[number] = host(f"10.0.0.{number + 1}", dict.fromkeys((22, 80, 443), "refused"))
    hosts[50] = host(
        "10.0.0.51", dict.fromkeys((22, 80, 443), "unreachable"), reason="port-unreach", icmp_from="10.1.0.1"
    )
    assert (
        shown(interleaved(*hosts))
        == """
HOST       PORT  STATE  SERVICE      RTT  REASON
10.0.0.2   22    open   ssh               also 2 timeout
10.0.0.10  22    open   ssh      0.10 ms  also 2 refused

4 more hosts (10.0.0.31-34): 3 refused each
10.0.0.51: 3 unreachable (port-unreach by 10.1.0.1)
247 more hosts (10.0.0.1, 10.0.0.3-9, 10.0.0.11-30, 10.0.0.35-50, 10.0.0.52-254) answer nothing (timeout)
"""
    )


@pytest.mark.parametrize("wide", [False, True])
def test_of_hosts_alike_those_with_a_name_are_named(wide: bool) -> None:
    """And none is any other kind for it, also where it rejects for itself."""
    quiet = dict.fromkeys((22, 80), "timeout")
    silent = [host(f"10.0.0.{number}", quiet) for number in range(20, 23 if not wide else 40)]
    named = [
        host(f"10.0.1.{number}", quiet, request=Request(name))
        for number, name in ((9, "web1"), (10, "dual"), (11, "dual"))
    ]
    last = 22 if not wide else 39
    assert shown(interleaved(*silent, *named)) == (
        f"\n{len(silent) + 3} hosts (10.0.0.20-{last}, dual (10.0.1.10), dual (10.0.1.11), web1 (10.0.1.9)) "
        "answer nothing (timeout)\n"
    )
    rejecting = [
        host(
            f"10.0.2.{number}",
            {22: "unreachable"},
            reason="port-unreach",
            icmp_from=f"10.0.2.{number}",
            request=Request(name),
        )
        for number, name in ((10, ""), (9, ""), (7, "web2"), *((20 + n, "") for n in range(9 if wide else 0)))
    ]
    said = shown(interleaved(*rejecting))
    assert ("12 hosts (10.0.2.9-10, 10.0.2.20-28, web2 (10.0.2.7)): 1 unreachable" in said) is wide


def test_a_host_that_rejects_for_itself_is_of_the_same_kind_as_the_next() -> None:
    hosts = [
        host(f"10.0.0.{number}", {22: "unreachable"}, reason="port-unreach", icmp_from=f"10.0.0.{number}")
        for number in range(1, 101)
    ]
    assert "1 unreachable (port-unreach) each" in shown(interleaved(*hosts))


@pytest.mark.parametrize("whole", [True, False])
def test_who_was_not_asked_everything_has_answered_nothing_so_far(whole: bool) -> None:
    rows = interleaved(*(host(f"10.0.0.{number}", {22: "timeout", 80: "timeout"}) for number in range(1, 11)))
    assert ("10 hosts (10.0.0.1-10) answer nothing so far (timeout)" in shown(rows, whole=whole)) is not whole


def test_a_silent_host_is_one_line_in_a_narrow_sweep_too() -> None:
    request = Request("web.example.net")
    rows = interleaved(
        host("10.0.0.1", {22: "open", 80: "timeout"}, rtt_ms=0.1),
        host("10.0.0.2", {22: "timeout", 80: "timeout"}, request=request),
        host("10.0.0.3", {22: "timeout"}),
    )
    assert (
        shown(rows)
        == """
HOST      PORT  STATE    SERVICE      RTT  REASON
10.0.0.1  22    open     ssh      0.10 ms  syn-ack
          80    timeout  http     0.10 ms  no-response
10.0.0.3  22    timeout  ssh               no-response

web.example.net (10.0.0.2) answers nothing (timeout)
"""
    )


def test_what_is_unexpected_is_marked() -> None:
    request = Request(expect="refused")
    rows = interleaved(
        *(host(f"10.0.0.{number}", {22: "refused", 80: "refused"}, request=request) for number in range(1, 20)),
        host("10.0.0.20", {22: "refused", 80: "timeout"}, request=request),
        host("10.0.0.21", dict.fromkeys(range(1, 31), "timeout"), request=request),
    )
    assert (
        shown(rows, width=90)
        == """
HOST       PORT  STATE    SERVICE  REASON
10.0.0.20  80    timeout  http     no-response, ✗ expected refused
           also 1 refused
10.0.0.21: 30 timeout (1-30) ✗ expected refused

19 more hosts (10.0.0.1-19): 2 refused each
"""
    )


def test_a_host_that_accepts_everything_is_doubted() -> None:
    rows = host("10.0.0.1", dict.fromkeys(range(1, 101), "open"), doubt="accepts-everything")
    assert shown(rows) == "\n10.0.0.1: 100 open (1-100), in doubt: accepts-everything\n"


def test_names_keep_their_address() -> None:
    request = Request("web01.example.net")
    text = shown([result("10.0.0.5", 22, "open", request=request), result("", 22, "error", "no-address", request)])
    assert "web01.example.net (10.0.0.5)" in text
    assert "no-address" in text


def test_all_rows_when_verbose() -> None:
    rows = interleaved(*(host(f"10.0.0.{n}", dict.fromkeys(range(1, 41), "timeout")) for n in range(1, 13)))
    assert shown(rows, verbose=True).count("no-response") == 480


def test_a_narrow_window() -> None:
    rows = host("2001:db8:1234:5678:9abc:def0:1234:5678", {22: "unreachable"}, reason="admin-prohibited", met=False)
    text = shown([*rows, *host("10.0.0.1", dict.fromkeys(range(1, 99, 2), "open"))], width=60)
    assert max(len(line) for line in text.splitlines() if "," not in line) <= 61
    assert "2001:db8:1234:5678:9abc:def0:1234:5678" in text
    assert "admin-prohibited" in text


def test_stopped_early_and_empty() -> None:
    assert shown(host("10.0.0.1", {1: "timeout"}), whole=False).endswith("\nincomplete: stopped early\n")
    assert shown([]) == "\nno hosts to show\n"


def test_hosts_are_printed_early_when_too_much_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_table, "KEPT_ROWS", 100)
    rows = [result(f"10.0.{n >> 8}.{n & 255}", 443, "open") for n in range(1, 1001)]
    sink = io.BytesIO()
    table = SweepTable(Sunk(sink), Look())
    table.write(rows[:150])
    table.flush()
    assert sink.getvalue().count(b"https") == 150
    lines = shown(rows).splitlines()
    assert sorted(line.split()[0] for line in lines if "open" in line) == sorted(row.address for row in rows)
    assert sum("HOST" in line for line in lines) == 1


def test_a_sweep_too_wide_to_tell_hosts_apart_still_counts_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_table, "KEPT_HOSTS", 50)
    hosts = [host(f"10.0.0.{n}", {1: "timeout", 2: "open" if n == 7 else "refused"}) for n in range(1, 201)]
    text = shown(interleaved(*hosts))
    assert text.count("syn-ack") == 1
    assert "10.0.0.7" in text
    counted = [line for line in text.splitlines() if line.startswith("further hosts, together: ")]
    assert counted == ["further hosts, together: 198 refused, 199 timeout"]
    assert "10.0.0.51: 1 refused, 1 timeout" in text, "kept apart, as it came when room was made"


def kept_by(table: Table, batch: Callable[[int], list[Result]]) -> int:
    """The bytes that a table holds more of after many batches than after the first."""
    table.write(batch(0))
    tracemalloc.start()
    try:
        for turn in range(1, 20):
            table.write(batch(turn))
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("state", ["timeout", "refused"])
def test_memory_does_not_grow_with_uninteresting_hosts(state: str) -> None:
    def batch(turn: int) -> list[Result]:
        return [result(f"10.{turn}.{n >> 8}.{n & 255}", 443, state) for n in range(1000)]

    table = SweepTable(Sunk(io.BytesIO()), Look())
    assert kept_by(table, batch) < 60_000


def test_memory_does_not_grow_with_hosts_of_several_ports() -> None:
    def batch(turn: int) -> list[Result]:
        hosts = [host(f"10.{turn}.0.{n}", {22: "timeout", 80: "refused", 443: "timeout"}) for n in range(250)]
        return interleaved(*hosts)

    table = SweepTable(Sunk(io.BytesIO()), Look())
    assert kept_by(table, batch) < 65_000, "some 160 bytes a network tell which of its hosts they are"


def test_memory_does_not_grow_with_rows_that_cannot_be_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every host its own ICMP sender, its ports never all judged: the worst that a network can do."""
    monkeypatch.setattr(sweep_table, "KEPT_HOSTS", 100)

    def batch(turn: int) -> list[Result]:
        return [
            result(place(f"10.{turn}.0.{n}", 9), 1, "unreachable", "port-unreach", icmp_from=f"10.{turn}.0.{n}")
            for n in range(250)
        ]

    table = SweepTable(Sunk(io.BytesIO()), Look())
    assert kept_by(table, batch) < 60_000
