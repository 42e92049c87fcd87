"""Blocked targets in bounded memory: whom to trace of them, and where they all stop."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from scanner.model import End, Hop, Place, Request, Result, State, Trace
from scanner.tracing.blocked import FEW_TRACES, MOST_GROUPS, MOST_TRACES, Blocked


def silent(address: str, port: int = 22) -> Result:
    return Result(Place(address, 10 if ":" in address else 2), port, Request(), State.TIMEOUT, "no-response")


def rejected(address: str, sender: str, port: int = 22, reason: str = "port-unreach") -> Result:
    return Result(Place(address, 2), port, Request(), State.UNREACHABLE, reason, sender)


def way(result: Result, *hops: str, state: State = State.TIMEOUT, reason: str = "no-response", sender: str = "",
        hop: int | None = None) -> Trace:  # fmt: skip
    """The trace of a result; it ends at the last of the hops."""
    stations = tuple(Hop(number, address or None) for number, address in enumerate(hops, 1))
    last = len(hops) if hop is None else hop
    return Trace(result.address, result.address, result.port, stations, End(state, reason, sender, last))


def traces(*found: Trace) -> dict[tuple[str, int], Trace]:
    return {(trace.address, trace.port): trace for trace in found}


def gathered(*results: Result) -> Blocked:
    blocked = Blocked()
    blocked.add(results)
    return blocked


def told(blocked: Blocked, *found: Trace) -> list[tuple[int, int, str, str, str | None, int | None]]:
    groups = blocked.stops(traces(*found)).groups
    return [(one["targets"], one["traced"], one["state"], one["at"], one["address"], one["hop"]) for one in groups]


def group_of(result: Result, by_row: dict[str, str]) -> str:
    """As the README joins them."""
    return by_row.get(f"{result.address}:{result.port}") or by_row[result.group]


def expecting(result: Result, name: str, *, met: bool) -> Result:
    return Result(result.place, result.port, Request(name=name), result.state, result.reason, result.icmp_from, met=met)


def test_groups_with_unmet_targets_come_first_and_say_whose_they_are() -> None:
    results = [
        *(expecting(rejected(f"10.0.0.{n}", "10.9.9.9"), "printers", met=True) for n in range(1, 6)),
        expecting(silent("10.0.1.1"), "orders database", met=False),
        expecting(silent("10.0.1.2"), "web tier", met=True),
    ]
    blocked = gathered(*results)
    first, second = blocked.stops(
        traces(way(silent("10.0.1.1"), "10.1.0.1"), way(silent("10.0.1.2"), "10.1.0.1"))
    ).groups
    assert (first["key"], first["targets"], first["unmet"]) == ("A", 2, 1)
    assert (first["entries"], first["more_entries"]) == (["orders database", "web tier"], 0)
    assert (second["key"], second["targets"], second["unmet"], second["entries"]) == ("B", 5, 0, ["printers"])


def test_rows_carry_what_is_known_of_them_when_they_are_written() -> None:
    single = [silent("10.0.0.1", port) for port in range(1, MOST_GROUPS[0] + 1)]
    others = [silent("10.0.0.1", 99), silent("10.0.0.2", 99)]
    sender, here, own = rejected("10.0.0.1", "10.9.9.9"), rejected("10.0.0.1", ""), rejected("10.0.0.1", "10.0.0.1")
    blocked = gathered(*single, *others, sender, here, own)
    assert [row.group for row in single] == [f"10.0.0.1:{port}" for port in range(1, MOST_GROUPS[0] + 1)]
    assert [row.group for row in others] == ["10.0.0.1", "10.0.0.2"]
    assert [row.group for row in (sender, here, own)] == [
        "port-unreach from 10.9.9.9", "port-unreach from this host", "port-unreach from the target",
    ]  # fmt: skip
    by_row = blocked.stops({}).by_row
    assert {group_of(row, by_row) for row in [*single, *others]} == {"A"}


def test_networks_have_a_name_that_tells_links_apart() -> None:
    links = [Result(Place(f"fe80::{n:x}%eth{n % 2}", 10, scope=1 + n % 2), 22, Request(), State.TIMEOUT, "no-response")
             for n in range(1, 90)]  # fmt: skip
    gathered(*links)
    assert {row.group for row in links[-4:]} == {"fe80::/64%eth0", "fe80::/64%eth1"}


def test_a_target_that_two_entries_name_has_one_trace_for_both() -> None:
    blocked = gathered(silent("10.0.0.1"), silent("10.0.0.1"))
    found = way(silent("10.0.0.1"), "10.0.0.1", state=State.OPEN, reason="syn-ack")
    assert told(blocked, found) == [(2, 1, "open", "target", None, None)]


def test_more_groups_than_letters() -> None:
    blocked = gathered(*(rejected("10.0.0.1", f"10.9.9.{n}") for n in range(30)))
    assert [one["key"] for one in blocked.stops({}).groups][-5:] == ["Z", "AA", "AB", "AC", "AD"]


def test_only_what_is_blocked_counts() -> None:
    others = [
        Result(Place("10.0.0.1", 2), 1, Request(), state, "") for state in (State.OPEN, State.REFUSED, State.ERROR)
    ]
    blocked = gathered(*others, silent("10.0.0.1"), rejected("10.0.0.1", "10.9.9.9"))
    assert blocked.count == 2


def test_nothing_blocked_is_nothing_to_do() -> None:
    assert gathered().to_trace() == []
    assert gathered().stops({}) == ([], {})


def test_targets_that_stop_at_the_same_hop_are_one_group() -> None:
    a, b, c = silent("10.0.0.1"), silent("10.0.0.2"), silent("10.0.1.1")
    found = way(a, "10.1.0.1", "10.2.0.1"), way(b, "10.1.0.1", "10.2.0.1"), way(c, "10.1.0.1")
    assert told(gathered(a, b, c), *found) == [
        (2, 2, "timeout", "hop", "10.2.0.1", 2),
        (1, 1, "timeout", "hop", "10.1.0.1", 1),
    ]


def test_a_few_speak_for_a_group_that_agrees() -> None:
    results = [silent("10.0.0.1", port) for port in range(1, 1001)]
    blocked = gathered(*results)
    chosen = blocked.to_trace()
    assert len(chosen) == FEW_TRACES
    found = [way(silent("10.0.0.1", endpoint.port), "10.1.0.1") for endpoint in chosen]
    assert told(blocked, *found) == [(1000, FEW_TRACES, "timeout", "hop", "10.1.0.1", 1)]


def test_where_they_do_not_agree_they_speak_for_themselves() -> None:
    blocked = gathered(*(silent("10.0.0.1", port) for port in range(1, 101)))
    ports = [endpoint.port for endpoint in blocked.to_trace()]
    odd = way(silent("10.0.0.1", ports[0]), "10.1.0.1", "10.2.0.1")
    found = [way(silent("10.0.0.1", port), "10.1.0.1") for port in ports[1:]]
    assert told(blocked, odd, *found) == [
        (92, 0, "timeout", None, None, None),
        (7, 7, "timeout", "hop", "10.1.0.1", 1),
        (1, 1, "timeout", "hop", "10.2.0.1", 2),
    ]


def test_one_trace_for_each_sender_of_icmp_errors() -> None:
    results = [rejected("10.0.0.1", "10.1.0.1", port) for port in range(1, 50)] + [rejected("10.0.0.1", "10.2.0.1", 60)]
    blocked = gathered(*results)
    chosen = blocked.to_trace()
    assert len(chosen) == 2
    asked = silent("10.0.0.1", chosen[0].port)
    found = way(asked, "10.1.0.1", state=State.UNREACHABLE, reason="port-unreach", sender="10.1.0.1")
    assert told(blocked, found) == [
        (49, 1, "unreachable", "hop", "10.1.0.1", 1),
        (1, 0, "unreachable", "hop", "10.2.0.1", None),
    ]


def test_who_sent_it_decides_where_it_is() -> None:
    blocked = gathered(rejected("10.0.0.1", "10.0.0.1"), rejected("10.0.0.2", "", reason="host-unreach"))
    assert blocked.to_trace() == [], "neither needs a trace"
    assert {(one["at"], one["reason"]) for one in blocked.stops({}).groups} == {
        ("target", "port-unreach"),
        ("here", "host-unreach"),
    }


def test_every_hop_silent_and_a_trace_that_finds_it_open() -> None:
    a, b = silent("10.0.0.1"), silent("10.0.0.2")
    found = way(a), way(b, "10.1.0.1", "10.0.0.2", state=State.OPEN, reason="syn-ack")
    assert told(gathered(a, b), *found) == [
        (1, 1, "timeout", "here", None, 0),
        (1, 1, "open", "target", None, None),
    ]


def test_a_trace_without_its_end_tells_nothing() -> None:
    a = silent("10.0.0.1")
    cut = way(a, "10.1.0.1")._replace(end=End(None, "", "", 1))
    assert told(gathered(a), cut) == [(1, 0, "timeout", None, None, None)]


def test_a_network_is_spread_over_its_hosts_and_bounded() -> None:
    blocked = Blocked()
    for third in range(40):
        blocked.add([silent(f"10.0.{third}.{fourth}", 22) for fourth in range(1, 255)])
    chosen = blocked.to_trace()
    assert len(chosen) == 40
    assert len({endpoint.place.numeric.rpartition(".")[0] for endpoint in chosen}) == 40


def test_a_whole_internet_of_silence_stays_in_bounds() -> None:
    blocked = Blocked()
    blocked.add(silent(f"10.{n >> 8}.{n & 255}.1") for n in range(6000))
    blocked.add(rejected("10.0.0.1", f"172.16.{n >> 8}.{n & 255}") for n in range(6000))
    assert blocked.count == 12_000
    assert blocked.kept <= 2 * (MOST_GROUPS[-1] + FEW_TRACES), "one of each network and sender, a few of all others"
    assert MOST_TRACES <= len(blocked.to_trace()) <= MOST_TRACES + 1
    groups, by_row = blocked.stops({})
    assert sum(one["targets"] for one in groups) == 12_000
    assert len(by_row) <= sum(MOST_GROUPS) + MOST_GROUPS[-1] + 2


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.9.1", "2001:db8::1"]), st.integers(1, 30), st.booleans()
        ),
        max_size=120,
    ),
    st.randoms(),
)
def test_every_blocked_target_is_in_exactly_one_group(asked, random) -> None:  # type: ignore[no-untyped-def]
    results = [rejected(a, "10.9.9.9", port) if no else silent(a, port) for a, port, no in asked]
    blocked = gathered(*results)
    chosen = blocked.to_trace()
    assert len(chosen) <= MOST_TRACES
    found = [
        way(silent(each.place.address, each.port), *random.choice([(), ("10.1.0.1",), ("10.1.0.1", "10.2.0.1")]))
        for each in chosen
        if random.random() < 0.9
    ]
    groups, by_row = blocked.stops(traces(*found))
    assert sum(one["targets"] for one in groups) == len(results)
    assert all(one["targets"] > 0 for one in groups)
    assert [one["targets"] for one in groups] == sorted((one["targets"] for one in groups), reverse=True)
    joined = Counter(group_of(result, by_row) for result in results)
    assert joined.keys() <= {one["key"] for one in groups}
    if len({(result.address, result.port) for result in results}) == len(results):
        assert joined == {one["key"]: one["targets"] for one in groups}
