"""Rows and the groups of `--explain`: joined as documented, they agree in what they count and whose it is."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import End, Hop, Place, Request, Result, State, Trace
from scanner.tracing.blocked import Blocked
from scanner.tracing.blocked_entries import BlockedEntries

#: fd00::1 port 22 and the host fd00::1:22, hosts of one network and of many.
_HOSTS = [f"10.0.{n % 4}.{n // 4}" for n in range(4, 12)] + ["fd00::1", "fd00::1:22", "fd00:1::1", "10.9.9.9"]
_FEW_GROUPS = 2, 3, 4  # so that few rows are more than these hold
_ENTRIES = {"": 9, "printers": 1, "orders database": 3, "web tier": 2}  # each with its place in the list
_STOPS = [
    End(State.TIMEOUT, "no-response", "", 1),
    End(State.TIMEOUT, "no-response", "", 2),
    End(State.TIMEOUT, "no-response", "", None),
    End(State.REFUSED, "conn-refused", "", 3),
    End(State.UNREACHABLE, "port-unreach", "10.9.9.9", 1),
    End(None, "", "", 1),
]


def rows_of(hosts: Sequence[str], ports: Sequence[int]) -> st.SearchStrategy[list[Any]]:
    return st.lists(
        st.tuples(
            st.sampled_from(hosts),
            st.sampled_from(ports),
            st.sampled_from(sorted(_ENTRIES)),
            st.sampled_from([None, True, False]),
            st.sampled_from(["", "", "", "10.9.9.9", "10.0.0.1", "itself"]),
        ),
        max_size=60,
    )


def row(host: str, port: int, name: str = "", met: bool | None = None, sender: str = "") -> Result:
    """A silent row, or one that was rejected by the sender."""
    place, request = Place(host, 10 if ":" in host else 2), Request(name=name, order=_ENTRIES.get(name, 9))
    if not sender:
        return Result(place, port, request, State.TIMEOUT, "no-response", met=met)
    source = host if sender == "itself" else sender
    return Result(place, port, request, State.UNREACHABLE, "port-unreach", source, met=met)


def trace(host: str, port: int, end: End) -> Trace:
    hops = tuple(Hop(number, f"10.254.{number}.1") for number in range(1, (end.hop or 0) + 1))
    return Trace(host, host, port, hops, end)


def joined(result: Result, by_row: dict[str, str]) -> str:
    """As `docs/tracing.md` joins them."""
    host = f"[{result.address}]" if ":" in result.address else result.address
    target = by_row.get(f"{host}:{result.port}") if result.state is State.TIMEOUT else None
    return target or by_row[result.group]


def parts(rows: Sequence[Result], by_row: dict[str, str]) -> dict[str, dict[str, Any]]:
    """What the rows themselves say of each group."""
    groups: dict[str, list[Result]] = {}
    for each in rows:
        groups.setdefault(joined(each, by_row), []).append(each)
    found = {}
    for key, members in groups.items():
        entries = BlockedEntries(1000)
        for each in members:
            entries.add(each)
        unmet = sum(each.met is False for each in members)
        found[key] = {"targets": len(members), "unmet": unmet, "texts": entries.texts(10)}
    return found


def check(rows: Sequence[Result], ends: Callable[[], End], most_groups: tuple[int, int, int] = _FEW_GROUPS) -> None:
    blocked = Blocked(most_groups)
    blocked.add(rows)
    traced = [(each.place.address, each.port) for each in blocked.to_trace()]
    groups, by_row = blocked.stops({target: trace(*target, ends()) for target in traced})
    told = {
        one["key"]: {name: one[name] for name in ("targets", "unmet")}
        | {"texts": (one["entries"], one["more_entries"])}
        for one in groups
    }
    assert told == parts(rows, by_row)
    single = {f"[{r.address}]:{r.port}" if ":" in r.address else f"{r.address}:{r.port}" for r in rows}
    assert by_row.keys() <= {each.group for each in rows} | single, "nothing that no row has"


@given(rows_of(_HOSTS, [1, 2, 22]), st.data())
def test_joined_they_say_the_same(asked: list[Any], data: st.DataObject) -> None:
    check([row(*each) for each in asked], lambda: data.draw(st.sampled_from(_STOPS)))


@pytest.mark.slow
@given(rows_of(_HOSTS[-4:-2], range(1, 20)), st.data())
def test_also_where_a_host_has_more_targets_than_are_traced(asked: list[Any], data: st.DataObject) -> None:
    check([row(*each) for each in asked], lambda: data.draw(st.sampled_from(_STOPS)), (8, 64, 4096))


def test_two_entries_that_name_a_target_which_stops_elsewhere() -> None:
    """Its rows go there both, and an entry with nothing else is of no other group."""
    rows = [row("10.0.0.1", port, "orders database", met=False) for port in range(1, 12)]
    blocked = Blocked()
    blocked.add([*rows, row("10.0.0.1", 1, "web tier", met=False), row("10.0.0.1", 12, "printers")])
    traced = [each.port for each in blocked.to_trace()]
    odd = traced[0]
    also = row("10.0.0.1", odd, "late again", met=False)
    blocked.add([also])
    ends = dict.fromkeys(traced, _STOPS[0]) | {odd: _STOPS[3]}
    groups, by_row = blocked.stops({("10.0.0.1", port): trace("10.0.0.1", port, end) for port, end in ends.items()})
    (refused,) = [one for one in groups if one["state"] == "refused"]
    assert joined(also, by_row) == refused["key"]
    assert "late again" in refused["entries"]
    assert not any("late again" in one["entries"] for one in groups if one is not refused)


def test_a_target_and_a_host_that_look_alike() -> None:
    target, host, rejected = row("fd00::1", 22), row("fd00::1:22", 9), row("fd00::1", 22, sender="10.9.9.9")
    blocked = Blocked((1, 64, 4096))
    blocked.add([target, host, rejected])
    assert (target.group, host.group) == ("[fd00::1]:22", "fd00::1:22")
    found = trace("fd00::1", 22, _STOPS[0]), trace("fd00::1:22", 9, _STOPS[1])
    _, by_row = blocked.stops({(each.address, each.port): each for each in found})
    assert len({joined(each, by_row) for each in (target, host, rejected)}) == 3


def test_silent_targets_beyond_the_last_group_are_elsewhere_only_where_there_are_some() -> None:
    blocked = Blocked((1, 1, 1))
    blocked.add([row("10.0.0.1", 1), row("10.0.0.1", 2), row("10.0.1.1", 1)])
    assert "elsewhere" in blocked.stops({}).by_row
    blocked = Blocked()
    blocked.add([row("10.0.0.1", 1), row("10.0.0.1", 2, sender="10.9.9.9")])
    assert set(blocked.stops({}).by_row) == {"10.0.0.1:1", "port-unreach from 10.9.9.9"}
