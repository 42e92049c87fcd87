"""The table of `scan`, as literal text."""

import io
from typing import Any

import pytest

from scanner.model import PortExpectations, Request, Result
from scanner.reports import Look, ScanInfo, scan_entries
from scanner.reports.scan_table import ScanTable
from tests.reports.made import Sunk, place, result


def shown(rows: list[Result], *, whole: bool = True, **look: Any) -> str:
    """The table of rows, written in two batches, behind an empty line."""
    sink = io.BytesIO()
    table = ScanTable(Sunk(sink), Look(**look))
    half = len(rows) // 2
    for batch in (rows[:half], rows[half:]):
        table.write(batch)
        table.flush()
    (table.finish if whole else table.abandon)(ScanInfo())
    return "\n" + sink.getvalue().decode()


DB = Request("db1.example.net", name="orders database", expect="open", order=0)
HOME = Request("localhost", expect="open", order=1)
BIG = Request("", name="big one", expect="open", order=2)
V6 = Request("", expect="refused", order=3)


def scene() -> list[Result]:
    """Entries out of order, one of each kind."""
    big = place("10.0.0.9", 101)
    silent = (8007, 8050)
    return [
        result("::1", 80, "refused", request=V6, rtt_ms=0.0312),
        *(
            result(big, port, "timeout", request=BIG, attempts=2)
            if port in silent
            else result(big, port, "open", request=BIG, rtt_ms=0.2)
            for port in reversed(range(8000, 8101))
        ),
        result("127.0.0.1", 22, "open", request=HOME, rtt_ms=0.05),
        result("10.0.0.6", 5432, "unreachable", "admin-prohibited", DB, icmp_from="10.1.0.1"),
        result("10.0.0.5", 5432, "open", request=DB, rtt_ms=12.34, lost_syns=2, attempts=3, doubt="flipped"),
    ]


def test_entries_in_the_order_of_the_file() -> None:
    assert (
        shown(scene(), width=100)
        == """
NAME             TARGET                ADDRESS    STATE            RTT  REASON
orders database  db1.example.net:5432  10.0.0.5   open         12.3 ms  syn-ack, in doubt: flipped
orders database  db1.example.net:5432  10.0.0.6   unreachable
    admin-prohibited by 10.1.0.1, ✗ expected open
                 localhost:22          127.0.0.1  open         0.05 ms  syn-ack
big one          10.0.0.9              8000-8100: 99 open, 2 timeout, ✗ 2 not as expected (open)
                 [::1]:80                         refused      0.03 ms  conn-refused

Not as expected: 3 targets
✗  db1.example.net:5432 (10.0.0.6)  unreachable (admin-prohibited by 10.1.0.1), expected open
                                    [orders database]
✗  10.0.0.9:8007                    timeout (no-response), expected open [big one]
✗  10.0.0.9:8050                    timeout (no-response), expected open [big one]
"""
    )


def test_a_narrow_window() -> None:
    text = shown(scene(), width=60)
    assert max(map(len, text.splitlines())) <= 60
    assert "8000-8100: 99 open, 2 timeout" in text
    for words in ("db1.example.net:5432", "10.0.0.6", "10.0.0.9:8050", "[::1]:80"):
        assert words in text, "an address is never cut"


def test_all_as_expected_says_no_more() -> None:
    rows = [result("10.0.0.1", port, "open", request=Request(expect="open")) for port in (80, 22)]
    assert (
        shown(rows)
        == """
TARGET       STATE  REASON
10.0.0.1:22  open   syn-ack
10.0.0.1:80  open   syn-ack
"""
    )


def test_an_entry_with_many_hosts_is_one_row() -> None:
    request = Request("", name="web tier", expect="open")
    rows = [
        result(f"10.0.0.{host}", port, "open" if host != 7 else "refused", request=request)
        for port in (443, 80)
        for host in range(1, 21)
    ]
    assert (
        shown(rows)
        == """
NAME      TARGET    PORTS
web tier  20 hosts  80,443: 38 open, 2 refused, ✗ 2 not as expected (open)

Not as expected: 2 targets
✗  10.0.0.7:80   refused (conn-refused), expected open [web tier]
✗  10.0.0.7:443  refused (conn-refused), expected open [web tier]
"""
    )


def test_ports_of_which_different_things_are_expected_are_told_apart() -> None:
    request = Request(expect="open", by_port=PortExpectations([(20, 90, "blocked")]))
    rows = [result("10.0.0.1", port, "refused", request=request, met=False) for port in range(1, 100)]
    said = shown(rows, width=200)
    assert "1-99: 99 refused, ✗ 99 not as expected (blocked; open)" in said
    assert "✗  10.0.0.1:1-19,91-99: 28 refused (conn-refused), expected open" in said
    assert "✗  10.0.0.1:20-90: 71 refused (conn-refused), expected blocked" in said


def test_an_entry_with_many_hosts_tells_all_that_was_expected_of_them() -> None:
    request = Request(expect="open", by_port=PortExpectations([(80, 80, "blocked")]))
    rows = [
        result(f"10.0.0.{host}", port, "refused", request=request, met=False)
        for host, port in zip(range(1, 21), [443] * 19 + [80], strict=True)
    ]
    assert "20 hosts  80,443: 20 refused, ✗ 20 not as expected (blocked; open)" in shown(rows, width=200)


def test_what_is_as_expected_but_one_of_too_few_says_so() -> None:
    request = Request("db", name="pool", expect="open")
    one = result("10.0.0.1", 22, "open", request=request, met=False)
    assert "✗  db:22 (10.0.0.1)  open (syn-ack), expected open, but too few are [pool]" in shown([one])
    many = [result("10.0.0.1", port, "open", request=request, met=False) for port in range(1, 20)]
    assert "19 open, ✗ 19 not as expected (open, but too few are)" in shown(many)
    doubtful = [result("10.0.0.1", 1, "open", request=request, met=False, doubt="lossy"), *many[1:]]
    assert "✗ 19 not as expected (open beyond doubt; open, but too few are)" in shown(doubtful, width=200)


def test_several_hosts_with_many_ports_have_a_row_each() -> None:
    request = Request("", expect="blocked")
    rows = [result(f"10.0.0.{host}", port, "timeout", request=request) for host in (10, 9) for port in range(1, 9)]
    assert (
        shown(rows)
        == """
TARGET     PORTS
10.0.0.9   1-8: 8 timeout
10.0.0.10  1-8: 8 timeout
"""
    )


def test_very_many_unmet_ports_become_ranges() -> None:
    at, request = place("10.0.0.9", 40), Request(expect="open")
    rows = [result(at, port, "timeout", request=request, doubt="unverified") for port in range(1, 81, 2)]
    said = shown(rows, width=200)
    assert f"✗  10.0.0.9:{','.join(map(str, range(1, 81, 2)))}: 40 timeout (no-response), expected open" in said
    assert "in doubt: unverified" in said
    assert "Not as expected: 40 targets" in said


def test_in_a_window_very_many_ports_of_a_target_are_no_word_of_several_lines() -> None:
    at, request = place("10.0.0.9", 1000), Request(expect="open")
    rows = [result(at, port, "refused", request=request) for port in range(1, 1001, 2)]
    lines = shown(rows, width=80, folds=True).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[-2].startswith("✗  10.0.0.9:1,3,5,7,")
    assert lines[-2].endswith(",…: 500 refused (conn-refused),")
    assert lines[-1] == "   expected open"
    assert ",997,999: " in shown(rows, width=80).replace("\n", " ")


def test_all_rows_when_verbose() -> None:
    text = shown(scene(), width=200, verbose=True)
    assert text.count("10.0.0.9:80") == 100 + 2
    assert "open after 2 lost SYNs, 3 attempts" in text
    assert "2 attempts" in text


def test_only_ascii() -> None:
    request = Request("büro", name="é", expect="open")
    text = shown([result("10.0.0.1", 1, "timeout", request=request)], ascii=True)
    assert text.isascii()
    assert "X expected open" in text


def test_colour_only_when_asked() -> None:
    assert "\x1b" not in shown(scene())
    coloured = shown(scene(), colour=True)
    assert "\x1b[32mopen\x1b[0m" in coloured
    assert "\x1b[1;31munreachable\x1b[0m" in coloured


def test_colour_follows_the_verdict_on_an_expectation() -> None:
    blocked, bare = Request(expect="blocked"), Request()
    for request, state, colour in ((blocked, "timeout", "32"), (blocked, "open", "1;31"), (bare, "timeout", "31")):
        assert f"\x1b[{colour}m{state}\x1b[0m" in shown([result("10.0.0.1", 1, state, request=request)], colour=True)


@pytest.mark.parametrize("ports", [3, 40])
def test_where_unmet_rows_were_chosen_each_is_told_once(ports: int) -> None:
    """With --only unmet, or in a report that was made with it."""
    at, request = place("10.0.0.9", ports), Request(name="web", expect="open")
    said = shown([result(at, port, "timeout", request=request) for port in range(1, ports + 1)], chosen=True)
    assert said.count("10.0.0.9:1") == 1
    assert said[1] != "\n", "a mail that cron sends begins with what is wrong"
    assert said.count("web") == (ports if ports < 10 else 1)


def test_a_reason_that_restates_the_state_takes_no_line_of_its_own() -> None:
    open_, slow = result("10.0.0.1", 22, "open"), result("10.0.0.1", 23, "timeout", doubt="lossy")
    narrow = shown([open_, slow], width=28).splitlines()
    assert "syn-ack" not in "".join(narrow)
    assert "in doubt:" in "".join(narrow)


def test_a_restating_reason_makes_room_for_what_matters() -> None:
    request = Request("a-name.example.net", expect="open")
    rows = [result("10.0.0.1", port, "refused", request=request, rtt_ms=0.14) for port in (22, 80)]
    lines = shown(rows, width=76).splitlines()
    assert lines[2] == "a-name.example.net:22  10.0.0.1  refused  0.14 ms  ✗ expected open"
    assert "conn-refused, ✗ expected open" in shown(rows, width=100)


@pytest.mark.parametrize(("states", "expected"), [("timeout", "blocked beyond doubt"), ("open", "blocked")])
def test_strict_rows_in_one_line_say_that_it_was_to_be_beyond_doubt(states: str, expected: str) -> None:
    request = Request(name="closed", expect="blocked")
    rows = [
        result(f"10.0.0.{host}", port, states, request=request, met=False, doubt="unverified")
        for port in range(1, 11)
        for host in (1, 2)
    ]
    met = result("10.0.0.2", 11, "timeout", request=request)
    assert f"1-10: 10 {states}, ✗ 10 not as expected ({expected})" in shown([met, *rows], width=100)
    many = [result(f"10.0.1.{host}", 11, "timeout", request=request) for host in range(20)]
    assert f"✗ 20 not as expected ({expected})" in shown([met, *rows, *many], width=100)


def test_one_long_name_leaves_the_other_rules_in_their_columns() -> None:
    """The one whose rule has no name is not taken for the rest of the rule above."""
    long = Request("orders-database-primary.internal.example.net", name="orders", expect="any", order=0)
    v6 = Request(name="in six", expect="any", order=1)
    bare = Request(expect="open", order=2)
    rows = [
        result("10.0.0.7", 5432, "refused", request=long, rtt_ms=0.05),
        result("2001:db8:1234:5678:9abc:def0:1234:5678", 443, "refused", request=v6, rtt_ms=0.06),
        *(result("10.0.0.1", port, "open", request=bare, rtt_ms=0.16) for port in (22, 80)),
    ]
    assert (
        shown(rows, width=80)
        == """
NAME    TARGET                                        ADDRESS   STATE        RTT
orders  orders-database-primary.internal.example.net:5432
                                                      10.0.0.7  refused  0.05 ms
in six  [2001:db8:1234:5678:9abc:def0:1234:5678]:443            refused  0.06 ms
        10.0.0.1:22                                             open     0.16 ms
        10.0.0.1:80                                             open     0.16 ms
"""
    )
    narrow = shown(rows, width=40).splitlines()
    assert [line.split()[1] for line in narrow if line.startswith("- ")] == ["10.0.0.1:22", "10.0.0.1:80"]


def test_nothing_from_a_name_drives_the_terminal() -> None:
    request = Request("h\x1b[2J", name="n\x9b\n", expect="o\x07", tags=("\x1b",))
    hostile = result("10.0.0.1", 1, "timeout", "r\x1b", request, icmp_from="\x1b", doubt="\x1b", met=False)
    for rows in ([hostile] * 40, [hostile]):
        lines = shown(rows).splitlines()
        assert any("n\\x9b" in line for line in lines)
        assert [line for line in lines if not line.isprintable()] == []


def test_stopped_early_and_empty() -> None:
    assert shown(scene(), whole=False).endswith("\nincomplete: stopped early\n")
    assert shown([]) == "\nno targets to show\n"


@pytest.mark.parametrize("met", [True, False])
def test_memory_does_not_grow_with_the_rows_of_an_entry(met: bool) -> None:
    from tests.reports.test_sweep_table import kept_by

    request = Request("", expect="timeout" if met else "open")
    table = ScanTable(Sunk(io.BytesIO()), Look())

    def batch(turn: int) -> list[Result]:
        return [result("10.0.0.9", port, "timeout", request=request) for port in range(1, 2001)]

    assert kept_by(table, batch) < 100_000


def test_unmet_targets_of_a_host_follow_their_ports() -> None:
    at, request = place("10.0.0.9", 4), Request(expect="open")
    states = {30: "timeout", 10: "timeout", 20: "refused", 40: "refused"}
    met = result(at, 50, "open", request=request)
    said = shown([met, *(result(at, port, state, request=request) for port, state in states.items())])
    assert [line.split()[1] for line in said.splitlines() if line.startswith("✗")] == [
        "10.0.0.9:10",
        "10.0.0.9:30",
        "10.0.0.9:20",
        "10.0.0.9:40",
    ]


@pytest.mark.parametrize(("hosts", "said"), [(20, "20 hosts"), (21, "over 20 hosts"), (60, "over 20 hosts")])
def test_hosts_are_counted_in_bounded_memory(hosts: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_entries, "MOST_HOSTS", 20)
    request = Request(expect="open")
    rows = [result(f"10.0.0.{host}", port, "open", request=request) for port in (80, 443) for host in range(hosts)]
    assert shown(rows).splitlines()[2] == f"{said}  80,443: {2 * hosts} open"


def test_several_places_are_told_apart() -> None:
    fra, nyc = (
        Request("db1", name=name, expect="open", vantage=place) for name, place in (("db", "fra"), ("db", "nyc"))
    )
    rows = [
        result("10.0.0.5", 22, "open", request=fra, rtt_ms=0.05),
        result("10.0.0.5", 22, "timeout", request=nyc, attempts=2),
    ]
    assert (
        shown(rows)
        == """
NAME         TARGET  ADDRESS   STATE        RTT  REASON
db from fra  db1:22  10.0.0.5  open     0.05 ms  syn-ack
db from nyc  db1:22  10.0.0.5  timeout           no-response, ✗ expected open

Not as expected: 1 target
✗  db1:22 (10.0.0.5)  timeout (no-response), expected open [db from nyc]
"""
    )
