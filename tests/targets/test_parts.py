"""Parts of a list: each target is in exactly one, whatever the list, and whoever is asked about it."""

import pickle
from collections import Counter
from ipaddress import ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.machine.attached_networks import AttachedNetworks
from scanner.machine.networks import IpNetwork
from scanner.model import Need
from scanner.targets.entry import Entry, Settings
from scanner.targets.grammar.addresses import V4, loopback_count, v4_number
from scanner.targets.grammar.parsers import parse_excludes
from scanner.targets.grammar.single_values import MOST_PARTS
from scanner.targets.make_plan import plan_from_args, plan_from_sweep
from scanner.targets.plan import Plan
from scanner.targets.space.built import Built
from scanner.targets.space.discovery_lanes import Discovery
from scanner.targets.space.parts import WHOLE, ListPart, Share
from scanner.words.builtin_values import SWEEP
from scanner.words.strides import count_within
from tests.targets.made import built, entry

HOSTS = [
    "10.0.0.0/28", "10.0.0.0/30", "10.0.0.3", "10.0.0.2-9", "10.0.0.9-10.0.0.18", "10.0.1.255-10.0.2.5", "127.0.0.1",
    "2001:db8::/126", "2001:DB8::2", "2001:db8::1-2001:db8::9", "0.255.255.250-1.0.0.2", "web", "WEB", "db[1-5]",
]  # fmt: skip
PORTS = ["80", "443", "80,443", "443,80", "1-4", "3-6,80"]
LISTS = st.lists(
    st.tuples(st.lists(st.sampled_from(HOSTS), min_size=1, max_size=3), st.sampled_from(PORTS)),
    min_size=1, max_size=5,
)  # fmt: skip
_LEFT_OUT = ["10.0.0.4/30", "10.0.0.3:80", "*:443", "2001:db8::2", "db2", "db3:80"]
EXCLUDES = st.lists(st.sampled_from(_LEFT_OUT), max_size=3)
Pair = tuple[str, int]


def plan_of(wanted: list[tuple[list[str], str]], left_out: list[str], family: int = 0, discover: bool = False) -> Plan:
    entries = [entry(" ".join(hosts), ports) for hosts, ports in wanted]
    discovery = Discovery((80, 443), frozenset()) if discover else None
    said = Settings(family=family, builtin=SWEEP)
    return Plan(entries, [each for text in left_out for each in parse_excludes(text)], said, discovery)


def pairs(plan: Plan) -> Counter[Pair]:
    return Counter((each.host, each.port) for each in plan.in_order())


def counts(plan: Plan) -> list[int]:
    return [plan.count, plan.rows, plan.addresses, plan.names, plan.afar, plan.excluded, len(list(plan.targets()))]


@settings(deadline=None)
@given(LISTS, EXCLUDES, st.sampled_from([0, 4, 6]), st.booleans(), st.integers(1, 5), st.integers(1, 3))
def test_each_target_is_in_one_part(
    wanted: list[tuple[list[str], str]], left_out: list[str], family: int, discover: bool, count: int, again: int
) -> None:
    plan = plan_of(wanted, left_out, family, discover)
    parts = [plan.part(index + 1, count).part(more + 1, again) for index in range(count) for more in range(again)]
    assert sum(map(pairs, parts), Counter()) == pairs(plan)
    assert [sum(each) for each in zip(*map(counts, parts), strict=True)] == counts(plan)
    hosts = Counter(host for part in parts for host in {host for host, _ in pairs(part)})
    assert set(hosts.values()) <= {1}, "a host has its ports in several parts"
    named = [len({host for host, _ in pairs(part)}) for part in parts]
    if not left_out and not family and all("0.255" not in host for hosts, _ in wanted for host in hosts):
        assert max(named) - min(named) <= 1, "one has more to do than another"
    assert {part.list_digest() for part in parts} == {plan.list_digest()}
    assert {part.skipped for part in parts} == {plan.skipped}


@settings(deadline=None)
@given(LISTS, EXCLUDES, st.integers(2, 5))
def test_whose_a_host_is_hangs_on_what_the_list_names(
    wanted: list[tuple[list[str], str]], left_out: list[str], count: int
) -> None:
    """Not on excludes, the order of the list, or what one machine skips because it is attached to the network."""
    entries = [entry(" ".join(hosts), ports) for hosts, ports in wanted]
    for index in range(count):
        part = WHOLE.part(index + 1, count)
        bare = _hosts(built(entries, part=part))
        assert _hosts(built(entries[::-1], part=part)) == bare
        assert _hosts(built(entries, *left_out, part=part)) <= bare
        ends = [v4_number("10.0.0.0"), v4_number("10.0.0.15"), v4_number("10.0.0.3")]
        assert _hosts(built(entries, ends=ends, part=part)) <= bare


def _hosts(found: Built) -> set[str]:
    return {each.place.address for each in found.space.take(0, found.space.count)} | set(found.names)


@settings(deadline=None)
@given(LISTS, EXCLUDES, st.integers(1, 5))
def test_what_a_part_has_it_finds_again(wanted: list[tuple[list[str], str]], left_out: list[str], count: int) -> None:
    entries = [entry(" ".join(hosts), ports) for hosts, ports in wanted]
    spaces = [built(entries, *left_out, part=WHOLE.part(index + 1, count)).space for index in range(count)]
    for space in spaces:
        taken = space.take(0, space.count)
        for at, endpoint in enumerate(taken):
            picked = space.pick(at)
            assert (picked.place.address, picked.port) == (endpoint.place.address, endpoint.port)
            number = v4_number(endpoint.place.address) if endpoint.place.family == V4 else None
            if number is not None:
                host = space.find((V4, 0), number)
                assert host is not None
                assert space.index(host, endpoint.port) == at
                assert endpoint.port in space.ports_at((V4, 0), number)
                assert [other.find((V4, 0), number) for other in spaces if other is not space] == [None] * (count - 1)


def test_a_part_of_a_large_network_is_one_range_still() -> None:
    """Also where an exclude cuts it, once for each piece: a part takes no more memory than the whole."""
    space = built([entry("10.0.0.0/8", "80")], "10.5.0.0/16", part=WHOLE.part(2, 3)).space
    (block,) = space.blocks
    assert len(list(block.cells())) == 2
    assert space.hosts == pytest.approx((2**24 - 2**16) / 3, abs=1)
    assert [each.place.address for each in space.take(0, 3)] == ["10.0.0.1", "10.0.0.4", "10.0.0.7"]
    assert space.pick(1_000_000).place.address == "10.46.198.192"


def test_neighbouring_ranges_become_one_in_a_part_as_well() -> None:
    space = built([entry("10.0.0.0/28 10.0.0.4-7 10.0.0.6-9", "80")], part=WHOLE.part(2, 3)).space
    assert [list(block.cells()) for block in space.blocks] == [[((V4, 0), (10 << 24) + 1, (10 << 24) + 13, 0)]]


def test_ranges_with_a_step_touch_only_where_nothing_lies_between() -> None:
    """Two entries take turns on single addresses: what is joined must not swallow the other's."""
    entries = [entry("10.0.0.0/29", "80"), entry("10.0.0.4", "443")]
    parts = [built(entries, part=WHOLE.part(index, 2)).space for index in (1, 2)]
    assert [sorted((each.place.address, each.port) for each in space.take(0, 99)) for space in parts] == [
        [("10.0.0.0", 80), ("10.0.0.2", 80), ("10.0.0.4", 80), ("10.0.0.4", 443), ("10.0.0.6", 80)],
        [(f"10.0.0.{last}", 80) for last in (1, 3, 5, 7)],
    ]


def test_more_parts_than_hosts_leave_some_with_nothing() -> None:
    plan = plan_from_sweep(["10.0.0.1-2"], "80", Settings(builtin=SWEEP))
    none = plan.sharded(3, 3).check()
    assert (none.count, none.rows, none.addresses, none.shard) == (0, 0, 0, "3/3")
    assert none.feed().exhausted
    assert plan.sharded(2, 3).with_settings(Settings(builtin=SWEEP)).shard == "2/3"


def test_a_list_of_nothing_has_no_parts() -> None:
    plan = Plan([entry("10.0.0.1", "80")], parse_excludes("10.0.0.1"), Settings())
    with pytest.raises(UsageError, match="nothing left to probe: 1 target excluded"):
        plan.part(1, 2).check()
    with pytest.raises(UsageError, match="nothing left to probe"):
        plan.part(2, 2).feed()


def test_names_that_are_excluded_leave_each_host_where_it_is() -> None:
    """Their addresses are known only once they have been looked up, which may give another machine others."""
    plan = plan_from_args(["127.0.0.0/29:80"], Settings()).with_settings(Settings(family=4))
    excluding = Plan(plan.entries, parse_excludes("localhost"), Settings(family=4))
    found = []
    for index in (1, 2):
        out = excluding.part(index, 2).feed().take(99)
        found.append([each.place.address for each in out])
    assert found == [["127.0.0.0", "127.0.0.2", "127.0.0.4", "127.0.0.6"], ["127.0.0.3", "127.0.0.5", "127.0.0.7"]]


@pytest.mark.parametrize("numbers", [(0, 3), (4, 3), (1, 0), (-1, 2), (True, 2), (1, MOST_PARTS + 1), ("1", 2)])
def test_numbers_of_no_part(numbers: tuple[int, int]) -> None:
    with pytest.raises(UsageError, match="write"):
        WHOLE.part(*numbers)


def test_a_part_of_a_part() -> None:
    assert WHOLE.part(2, 3).part(1, 2) == ListPart(1, 6)
    assert WHOLE.part(2, 3).part(2, 2) == ListPart(4, 6)


def test_all_of_a_list_costs_no_pass_over_it() -> None:
    share = Share([], WHOLE)
    assert share.of_range((V4, 0), 5, 9) == (5, 9)
    assert share.has_name("web")


def test_what_of_a_part_is_near() -> None:
    networks: list[IpNetwork] = [ip_network("10.0.0.0/29"), ip_network("10.0.0.16/28")]
    attached = AttachedNetworks(networks)
    first = v4_number("10.0.0.1")
    for step in range(1, 9):
        numbers = range(first, first + 40, step)
        near = sum(any(number - v4_number(str(each[0])) in range(each.num_addresses) for each in networks)
                   for number in numbers)  # fmt: skip
        assert attached.count(V4, first, numbers[-1], step) == near
        own = range(v4_number("127.255.255.250"), v4_number("128.0.0.9"), step)
        loopback = sum(number < v4_number("128.0.0.0") for number in own)
        assert loopback_count(V4, own[0], own[-1], step) == loopback


@given(st.integers(0, 30), st.integers(0, 40), st.integers(1, 7), st.integers(0, 50), st.integers(0, 50))
def test_how_many_of_a_stride_lie_within(first: int, length: int, step: int, low: int, high: int) -> None:
    numbers = range(first, first + length + 1, step)
    assert count_within(first, numbers[-1], step, low, high) == sum(low <= number <= high for number in numbers)


def test_a_plan_travels() -> None:
    """To another process, with all that makes it what it is; entries that share what they need share it there, too."""
    need = Need(1, "targets.yaml:3:5")
    entries = [Entry(each.hosts, each.ports, each.stated, name="web", need=need, label="t", line=3, column=5)
               for each in (entry("10.0.0.0/29 web", "80,443", expect="open"), entry("2001:db8::5", "22"))]  # fmt: skip
    plan = Plan(entries, parse_excludes("10.0.0.3"), Settings(expect="open"), warnings=["a caution"]).check()
    for each in (plan, plan.part(2, 3), plan.sharded(1, 2)):
        size = len(pickle.dumps(each))
        assert pairs(each)
        assert len(pickle.dumps(each)) == size, "what it was made into travels along"
        twin = pickle.loads(pickle.dumps(each))
        assert list(twin.in_order()) == list(each.in_order())
        assert counts(twin) == counts(each)
        assert (twin.shard, twin.cautions, twin.list_digest()) == (each.shard, each.cautions, each.list_digest())
        assert len({id(mine.need) for mine in twin.entries}) == len(twin.needs) == 1
    sweep = plan_from_sweep(["10.0.0.0/30"], "9000-9020", Settings(builtin=SWEEP), discover=True).part(1, 2)
    twin = pickle.loads(pickle.dumps(sweep))
    assert (twin.discovery, twin.asked_first, twin.count) == (sweep.discovery, sweep.asked_first, sweep.count)
