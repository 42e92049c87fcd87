"""Blocked targets in bounded memory: whom to trace of them, and where they all stop."""

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
    groups = blocked.stops(traces(*found))
    return [(one["targets"], one["traced"], one["state"], one["at"], one["address"], one["hop"]) for one in groups]


def test_only_what_is_blocked_counts() -> None:
    others = [
        Result(Place("10.0.0.1", 2), 1, Request(), state, "") for state in (State.OPEN, State.REFUSED, State.ERROR)
    ]
    blocked = gathered(*others, silent("10.0.0.1"), rejected("10.0.0.1", "10.9.9.9"))
    assert blocked.count == 2


def test_nothing_blocked_is_nothing_to_do() -> None:
    assert gathered().to_trace() == []
    assert gathered().stops({}) == []


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
    assert {(one["at"], one["reason"]) for one in blocked.stops({})} == {
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
    assert sum(one["targets"] for one in blocked.stops({})) == 12_000


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
    groups = blocked.stops(traces(*found))
    assert sum(one["targets"] for one in groups) == len(results)
    assert all(one["targets"] > 0 for one in groups)
    assert [one["targets"] for one in groups] == sorted((one["targets"] for one in groups), reverse=True)
