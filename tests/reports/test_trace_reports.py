"""How traces are told: the tree, JSON to the letter, CSV, and the lines of `--explain`."""

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from scanner.model import End, Hop, State, Trace
from scanner.reports.painted import Look
from scanner.reports.trace_data import JSON_END, csv_text, json_text
from scanner.reports.trace_tree import tree_lines
from scanner.reports.trace_words import explain_lines, stop_text
from tests.reports.made import hostile

R1, R2, R3 = Hop(1, "10.0.0.1", "gw.example.net", 0.4123), Hop(2), Hop(3, "10.1.0.1", "", 2.3)
TIMEOUT = End(State.TIMEOUT, "no-response", "", 3)
SILENT = Trace("db1.example.net", "10.2.0.5", 22, (R1, R2, R3), TIMEOUT)
OPEN = Trace(
    "db1.example.net", "10.2.0.5", 5432, (R1, R2, R3, Hop(4, "10.2.0.5", "", 2.61)), End(State.OPEN, "syn-ack", "", 4)
)
REJECTED = Trace("10.9.0.1", "10.9.0.1", 80, (R1,), End(State.UNREACHABLE, "admin-prohibited", "10.0.0.1", 1))
NAMELESS = Trace("nowhere.example", "", 22, (), End(State.ERROR, "no-address", "", 0))


def lines(*traces: Trace, look: Look | None = None) -> list[str]:
    return list(tree_lines(traces, look or Look()))


def test_a_way_that_two_targets_share_is_shown_once() -> None:
    assert lines(SILENT, OPEN) == [
        " 1  10.0.0.1 (gw.example.net)  0.41 ms",
        " 2  *",
        " 3  10.1.0.1  2.30 ms",
        "├─ db1.example.net:22 (10.2.0.5): timeout: silent after 10.1.0.1 (hop 3), the last answering hop",
        "└─  4  10.2.0.5  2.61 ms",
        "   └─ db1.example.net:5432 (10.2.0.5): open (syn-ack) at hop 4",
    ]


def test_a_fork_and_what_has_no_way() -> None:
    assert lines(NAMELESS, REJECTED, SILENT, look=Look(ascii=True)) == [
        "|- nowhere.example:22: error: cannot be probed from this host, no-address",
        "`-  1  10.0.0.1 (gw.example.net)  0.41 ms",
        "   |- 10.9.0.1:80: unreachable: rejected by 10.0.0.1 (hop 1), admin-prohibited",
        "   `-  2  *",
        "       3  10.1.0.1  2.30 ms",
        "      `- db1.example.net:22 (10.2.0.5): timeout: silent after 10.1.0.1 (hop 3), the last answering hop",
    ]


def test_in_a_window_the_tree_keeps_its_bars() -> None:
    look = Look(width=40, folds=True)
    assert lines(REJECTED, SILENT, look=look) == [
        " 1  10.0.0.1 (gw.example.net)  0.41 ms",
        "├─ 10.9.0.1:80: unreachable: rejected by",
        "│    10.0.0.1 (hop 1), admin-prohibited",
        "└─  2  *",
        "    3  10.1.0.1  2.30 ms",
        "   └─ db1.example.net:22 (10.2.0.5):",
        "        timeout: silent after 10.1.0.1",
        "        (hop 3), the last answering hop",
    ]
    assert lines(OPEN, look=Look(width=56, folds=True))[-2:] == [
        "└─ db1.example.net:5432 (10.2.0.5): open (syn-ack) at",
        "     hop 4",
    ]
    assert lines(REJECTED, SILENT, look=Look(width=22, folds=True))[:3] == [
        " 1  10.0.0.1",
        "    (gw.example.net)",
        "    0.41 ms",
    ]


def test_ports_with_the_same_end_stand_together() -> None:
    traces = [OPEN._replace(port=port) for port in (1, 2, 3, 80)]
    assert lines(*traces)[-1] == "└─ db1.example.net:1-3,80 (10.2.0.5): open (syn-ack) at hop 4"


def test_ipv6_and_a_stop_before_its_end() -> None:
    cut = Trace("2001:db8::1", "2001:db8::1", 22, (R1,), End(None, "", "", 1))
    assert lines(cut)[-1] == "└─ [2001:db8::1]:22: stopped before its end was known; last answering hop so far: 1"


def test_words_for_every_end() -> None:
    silent = stop_text(State.TIMEOUT, "no-response", "10.1.0.1", 2), stop_text(State.TIMEOUT, "no-response", "", 0)
    assert silent == ("silent after 10.1.0.1 (hop 2)", "silent, and so was every hop")
    no = State.UNREACHABLE
    assert stop_text(no, "port-unreach", "10.1.0.1", None) == "rejected by 10.1.0.1, port-unreach"
    assert stop_text(no, "time-exceeded", "10.1.0.1", 2) == "expired at 10.1.0.1 (hop 2), time-exceeded"
    assert stop_text(no, "host-unreach", "", 0) == "not sent on by this host, host-unreach"
    assert stop_text(State.REFUSED, "conn-refused", "", 4) == "refused (conn-refused) at hop 4"
    assert stop_text(State.OPEN, "syn-ack", "", None, 30) == "open (syn-ack), farther away than the trace looked"
    assert stop_text(State.OPEN, "syn-ack", "", None) == "open (syn-ack), at a hop that is not known"
    assert stop_text(State.TIMEOUT, "no-response", "", None).startswith("silent; location unknown")
    near = [stop_text(State.TIMEOUT, "no-response", "", 0, asked) for asked in (1, 4)]
    assert near == [
        "silent, and so was hop 1, the only one that was asked",
        "silent, and so were hops 1 to 4; no other was asked",
    ]


def test_json_to_the_letter() -> None:
    assert json_text([REJECTED]) + JSON_END == (
        '{"schema": "scanner-trace/1", "traces": [\n'
        ' {"host": "10.9.0.1", "address": "10.9.0.1", "port": 80, "hops": [{"hop": 1, "address": "10.0.0.1", '
        '"name": "gw.example.net", "rtt_ms": 0.412}], "end": {"state": "unreachable", "reason": "admin-prohibited", '
        '"icmp_from": "10.0.0.1", "hop": 1}}\n]}\n'
    )
    silent, nameless = json.loads(json_text([SILENT, NAMELESS]) + JSON_END)["traces"]
    assert silent["hops"][1] == {"hop": 2, "address": None, "name": None, "rtt_ms": None}
    assert (nameless["address"], nameless["hops"], nameless["end"]["reason"]) == (None, [], "no-address")


def test_csv_has_a_row_for_each_hop() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text([SILENT, NAMELESS]))))
    assert [(row["host"], row["hop"], row["hop_address"], row["rtt_ms"]) for row in rows] == [
        ("db1.example.net", "1", "10.0.0.1", "0.412"),
        ("db1.example.net", "2", "", ""),
        ("db1.example.net", "3", "10.1.0.1", "2.300"),
        ("nowhere.example", "", "", ""),
    ]
    assert {(row["end_state"], row["end_hop"]) for row in rows} == {("timeout", "3"), ("error", "0")}


def test_a_hops_name_is_somebody_elses_text() -> None:
    """It comes from the DNS: no formula in CSV, nothing that drives a terminal in the tree."""
    hostile_hop = Hop(1, "10.0.0.1", "x;=1+1\x1b[2J", None)
    trace = Trace("db1", "10.2.0.5", 22, (hostile_hop,), TIMEOUT)
    (row,) = csv.DictReader(io.StringIO(csv_text([trace]), newline=""))
    assert row["name"] == "x;'=1+1\x1b[2J"
    assert lines(trace)[0] == " 1  10.0.0.1 (x;=1+1\\x1b[2J)"


def group(targets: int, traced: int, state: str, reason: str, at: str | None, address: str | None, hop: int | None):  # type: ignore[no-untyped-def]
    names = ("targets", "traced", "state", "reason", "at", "address", "hop")
    return dict(zip(names, (targets, traced, state, reason, at, address, hop), strict=True))


def test_explained_groups_are_a_line_each() -> None:
    groups = [
        group(37, 37, "timeout", "no-response", "hop", "10.1.0.1", 2),
        group(1000, 8, "timeout", "no-response", "hop", "10.1.0.1", 2),
        group(1, 1, "unreachable", "port-unreach", "hop", "10.2.0.1", 3),
        group(2, 0, "unreachable", "port-unreach", "target", None, None),
        group(2, 0, "unreachable", "host-unreach", "here", None, None),
        group(3, 0, "timeout", "no-response", None, None, None),
        group(1, 1, "timeout", "no-response", "here", None, 0),
        group(1, 1, "open", "syn-ack", "target", None, None),
    ]
    assert explain_lines({"complete": False, "groups": groups}) == [
        "37 targets: silent after 10.1.0.1 (hop 2)",
        "1,000 targets: silent after 10.1.0.1 (hop 2) (8 of them traced)",
        "1 target: rejected by 10.2.0.1 (hop 3), port-unreach",
        "2 targets: rejected by the target itself, port-unreach",
        "2 targets: not sent on by this host, host-unreach",
        "3 targets: silent, not traced",
        "1 target: silent, and so was every hop that was asked",
        "1 target: blocked in the scan, but open (syn-ack) when traced",
        "stopped early: some traces did not finish",
    ]
    assert explain_lines({}) == explain_lines({"complete": False, "groups": []}) == []


def test_groups_have_a_key_what_is_unmet_and_whose_they_are() -> None:
    one = group(37, 8, "timeout", "no-response", "hop", "10.1.0.1", 2)
    one |= {"key": "A", "unmet": 3, "entries": ["orders\x1b[2J", "web tier", "n" * 80, "d"], "more_entries": 9}
    many = one | {"key": "B", "unmet": 0, "entries": ["a", "b"], "more_entries": None}
    few = one | {"key": "C", "unmet": 1, "entries": ["a"], "more_entries": 0}
    assert explain_lines({"groups": [one, many, few]}) == [
        "A  37 targets, 3 unmet: silent after 10.1.0.1 (hop 2) (8 of them traced); "
        f"orders\\x1b[2J, web tier, {'n' * 59}… and 10 more",
        "B  37 targets: silent after 10.1.0.1 (hop 2) (8 of them traced); a, b and more",
        "C  37 targets, 1 unmet: silent after 10.1.0.1 (hop 2) (8 of them traced); a",
    ]


def test_more_groups_than_anybody_reads_are_counted() -> None:
    groups = [group(n, n, "timeout", "no-response", "hop", "10.1.0.1", n) for n in range(30, 0, -1)]
    assert explain_lines({"groups": groups})[19:] == [
        "11 targets: silent after 10.1.0.1 (hop 11)",
        "and 10 more groups with 55 targets; a JSON report has all",
    ]


def test_the_witnesses_follow_under_a_heading_of_their_own() -> None:
    witness = {"address": "10.0.0.1", "targets": 1, "ports": [443], "witness": "nothing", "port": None, "state": None,
               "reason": None, "doubt": None, "asked": [22]}  # fmt: skip
    explained = {"complete": False, "groups": [group(1, 0, "timeout", "no-response", None, None, None)],
                 "witnesses": [witness], "more_targets": 7}  # fmt: skip
    assert explain_lines(explained) == [
        "1 target: silent, not traced",
        "stopped early: some traces did not finish",
        "Silent targets:",
        "10.0.0.1  nothing of this host answers (asked 22 as well)",
        "and 7 more silent targets, for which no witness was looked for",
    ]


#: Neither the grammar nor the check of names lets a carriage return through.
texts = hostile.map(lambda text: text.replace("\r", ""))
hops = st.lists(st.builds(lambda a, n, r: (a, n, r), st.sampled_from([None, "10.0.0.1", "10.0.0.2", "::1"]), texts,
                          st.none() | st.floats(0, 1e6)), max_size=5)  # fmt: skip
ends = st.builds(
    End,
    st.none() | st.sampled_from(State),
    st.sampled_from(["", "no-response"]),
    st.sampled_from(["", "10.0.0.1"]),
    st.none() | st.integers(0, 9),
)
any_trace = st.builds(
    lambda host, address, port, found, end: Trace(
        host, address, port, tuple(Hop(n, *one) for n, one in enumerate(found, 1)), end
    ),
    texts, st.sampled_from(["", "10.0.0.1", "fe80::1%eth0"]), st.integers(1, 65535), hops, ends,
)  # fmt: skip


@given(st.lists(any_trace, max_size=4))
def test_any_text_is_told_safely(traces: list[Trace]) -> None:
    told = lines(*traces)
    assert bool(told) is bool(traces)
    assert all(line.isprintable() for line in told)
    assert not any("firewall" in line for line in told)
    back = json.loads(json_text(traces) + JSON_END)["traces"]
    assert [(one["host"], one["port"], len(one["hops"])) for one in back] == [
        (t.host, t.port, len(t.hops)) for t in traces
    ]
    rows = list(csv.reader(io.StringIO(csv_text(traces), newline="")))
    assert len(rows) == 1 + sum(max(1, len(trace.hops)) for trace in traces)
