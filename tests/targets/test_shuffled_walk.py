"""One way through the space at random: each endpoint once, whoever answers when, and with the rows that joined."""

from collections import Counter
from socket import inet_aton

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Endpoint, Note, Request
from scanner.targets.entry import Settings
from scanner.targets.make_plan import plan_from_sweep
from scanner.targets.plan import Plan
from scanner.targets.space import target_space
from scanner.targets.space.host_turns import AtRandom
from scanner.targets.space.parts import WHOLE
from scanner.targets.space.shuffled_walk import ShuffledWalk
from scanner.targets.space.target_space import Space
from scanner.words.builtin_values import SWEEP
from tests.targets.made import built, entry
from tests.targets.test_feed import Script, feed_of, keys

HOSTS = ["10.0.0.0/28", "10.0.0.3", "10.0.0.2-9", "10.0.1.255-10.0.2.5", "2001:db8::/126", "2001:DB8::2"]
PORTS = ["80", "443,80", "1-4", "3-6,80", "1-30"]
LISTS = st.lists(
    st.tuples(st.lists(st.sampled_from(HOSTS), min_size=1, max_size=3), st.sampled_from(PORTS)),
    min_size=1, max_size=4,
)  # fmt: skip
Pair = tuple[str, int]


def shown(endpoints: list[Endpoint]) -> list[Pair]:
    return [(each.place.address, each.port) for each in endpoints]


def rows(endpoints: list[Endpoint]) -> Counter[tuple[str, int, int]]:
    return Counter((each.place.address, each.port, request.order) for each in endpoints for request in each.requests)


def answers(endpoint: Endpoint) -> None:
    if not endpoint.place.note.verdicts:
        endpoint.place.note = Note()
    endpoint.place.note.verdicts += 1


@pytest.mark.slow
@settings(deadline=None)
@given(
    LISTS, st.integers(0, 2**32 - 1), st.integers(1, 4), st.sampled_from([0, 4, 1 << 17]),
    st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.integers(0, 30), st.integers(0, 400)), max_size=30),
)  # fmt: skip
def test_each_target_once(
    wanted: list[tuple[list[str], str]], seed: int, shards: int, kept: int, steps: list[tuple[int, bool, int, int]]
) -> None:
    """Of all shards together, for any seeds, sizes of takes, hosts that answer meanwhile, and rows that join."""
    entries = [entry(" ".join(hosts), ports) for hosts, ports in wanted]
    whole = built(entries).space
    everything: Counter[Pair] = Counter()
    most_kept, target_space.MOST_KEPT = target_space.MOST_KEPT, kept
    try:
        for shard in range(shards):
            space = built(entries, part=WHOLE.part(shard + 1, shards)).space
            everything += _walked(space, seed + shard, steps)
    finally:
        target_space.MOST_KEPT = most_kept
    assert everything == Counter(shown(whole.take(0, whole.count)))


def _walked(space: Space, seed: int, steps: list[tuple[int, bool, int, int]]) -> Counter[Pair]:
    walk = ShuffledWalk(space, seed)
    wanted = rows(space.take(0, space.count))
    out: list[Endpoint] = []
    late = Request("late", order=99)
    for n, ahead, who, index in steps:
        taken = walk.take(n, ahead=ahead)
        assert len(taken) <= n
        assert not ahead or all(each.place.note.answers for each in taken)
        out += taken
        if who < len(out):
            answers(out[who])
        if index < space.count:
            endpoint = space.pick(index)
            pair = (endpoint.place.address, endpoint.port)
            joins = walk.join(index, late)
            assert joins == (pair not in shown(out))
            if joins:
                wanted[(*pair, 99)] += 1
    while not walk.done:
        assert walk.hosts > 0
        out += walk.take(7)
    assert (walk.hosts, walk.take(7)) == (0, [])
    assert rows(out) == wanted
    return Counter(shown(out))


def test_the_seed_repeats_the_order_and_another_has_another() -> None:
    space = built([entry("10.0.0.0/26", "1-8")]).space

    def order(seed: int) -> list[Pair]:
        return shown(ShuffledWalk(space.fresh(), seed).take(space.count))

    assert order(1) == order(1)
    assert order(1) != order(2)
    assert order(1) != shown(space.take(0, space.count))


def test_level_by_level_and_each_host_with_ports_in_an_order_of_its_own() -> None:
    space = built([entry("10.0.0.0/26", "1-8")]).space
    out = shown(ShuffledWalk(space, 1).take(space.count))
    levels = [out[at : at + 64] for at in range(0, len(out), 64)]
    assert [len({host for host, _ in level}) for level in levels] == [64] * 8, "each host once on each level"
    assert all(len({port for _, port in level}) > 4 for level in levels), "not all on the same port at once"
    orders = {tuple(port for host, port in out if host == mine) for mine, _ in levels[0]}
    assert len(orders) > 4
    assert {tuple(sorted(each)) for each in orders} == {tuple(range(1, 9))}


def test_hosts_that_have_answered_go_ahead() -> None:
    space = built([entry("10.0.0.1-8", "1-3")]).space
    walk = ShuffledWalk(space, 3)
    first = walk.take(8)
    answers(first[5])
    assert {host for host, _ in shown(walk.take(2))} == {first[5].place.address}
    assert len(walk.take(99)) == 14


def test_what_is_a_target_s_number_does_not_hang_on_the_order() -> None:
    """A journal names targets by it."""
    space = built([entry("10.0.0.0/28", "1-3")]).space
    for endpoint in ShuffledWalk(space, 9).take(40):
        number = int.from_bytes(bytes(map(int, endpoint.place.address.split("."))))
        host = space.find((endpoint.place.family, 0), number)
        assert host is not None
        index = space.index(host, endpoint.port)
        assert index is not None
        assert shown([space.pick(index)]) == shown([endpoint])


def test_a_large_network_is_walked_through_without_keeping_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_space, "MOST_KEPT", 100)
    space = built([entry("10.0.0.0/20", "1-3"), entry("10.1.0.0/24", "7")]).space
    walk = ShuffledWalk(space, 2)
    out: list[Pair] = []
    while not walk.done:
        out += shown(walk.take(500))
    assert len(set(out)) == len(out) == space.count
    assert {port for _, port in out[: space.hosts]} == {1, 2, 3, 7}


def plan_of(hosts: str, ports: str) -> Plan:
    return plan_from_sweep([hosts], ports, Settings(builtin=SWEEP))


def test_a_plan_tells_its_targets_in_the_order_of_probing() -> None:
    plan = plan_of("10.0.0.0/28", "1-3").in_random_order(5)
    out = shown(plan.feed().take(99))
    assert [(each.host, each.port) for each in plan.in_order()] == out
    assert [(each.host, each.port) for each in plan.first(5)] == out[:5]
    assert plan.list_digest() == plan_of("10.0.0.0/28", "1-3").list_digest()
    again = plan.with_settings(Settings(builtin=SWEEP, timeout=2.0))
    assert (again.seed, again.part(1, 2).seed) == (5, 5)


@pytest.mark.parametrize("hosts", ["n[1-20].test", "10.1.0.0/28 n[1-20].test"])
def test_names_and_their_ports_come_at_random(hosts: str) -> None:
    """Lookups begin in that order; whose are answered has turns like any other, and a name its ports as a host has."""
    out: dict[int, tuple[list[str], list[str]]] = {}
    for seed in (1, 2):
        script = Script()
        feed = feed_of([entry(hosts, "1-9")], script=script, seed=seed)
        feed.hear()
        for name in script.asked:
            script.answer(name, f"10.0.0.{name[1:].partition('.')[0]}")
        shown = [text for text in keys(feed.take(999)) if text.startswith("10.0.0")]
        out[seed] = script.asked, shown
        assert sorted(script.asked) == sorted(f"n{number}.test" for number in range(1, 21))
        assert len(set(shown)) == len(shown) == 180
        assert len({text.partition(":")[2] for text in shown[:20]}) > 2, "not all the same port at once"
        hosts_in_turn = [text.partition(":")[0] for text in shown[:20]]
        assert hosts_in_turn == [f"10.0.0.{name[1:].partition('.')[0]}" for name in script.asked]
    assert out[1][0] != out[2][0] != [f"n{number}.test" for number in range(1, 21)]
    assert out[1][1] != out[2][1]


def test_names_of_a_dry_run_come_as_their_lookups_begin_each_with_its_ports_as_they_go_out() -> None:
    script, plan = Script(), plan_of("n[1-5].test", "1-9").in_random_order(3)
    feed = feed_of([entry("n[1-5].test", "1-9")], script=script, seed=3)
    feed.hear()
    told = [(each.host, each.port) for each in plan.in_order()]
    assert list(dict.fromkeys(host for host, _ in told)) == script.asked
    for number, name in enumerate(script.asked):
        script.answer(name, f"10.0.0.{number}", f"10.0.1.{number}")
    out = shown(feed.take(999))
    firsts = [[port for host, port in out if host == f"10.0.0.{number}"] for number in range(5)]
    others = [[port for host, port in out if host == f"10.0.1.{number}"] for number in range(5)]
    assert firsts == [[port for host, port in told if host == name] for name in script.asked]
    assert firsts != others, "another address of a name has another order"


def test_who_is_asked_first_whether_it_is_there_comes_at_random(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_from_sweep(["10.0.0.0/26"], "9000-9020", Settings(builtin=SWEEP), discover=True).in_random_order(5)
    hosts = [each.place.address for each in plan.feed().take(64)]
    assert len(set(hosts)) == 64
    assert hosts != [f"10.0.0.{last}" for last in range(64)]
    assert hosts == [each.host for each in plan.first(64)]
    assert {each.port for each in plan.first(64)} == {80}


@pytest.mark.slow
def test_each_of_sixteen_million_once() -> None:
    """10.0.0.0/8, a byte for each address: the order of its hosts, as numbers; and by the way a dry run goes, with all
    that it makes of them, every sixteenth, in a tenth of the time that it would take for all."""
    seen = bytearray(1 << 24)
    turns = AtRandom(1 << 24, 1)
    while more := turns.take(4096):
        for number in more:
            seen[number] += 1
    assert seen == b"\1" * (1 << 24)
    for each in plan_of("10.0.0.0/8", "80").part(5, 16).in_random_order(1).in_order():
        seen[int.from_bytes(inet_aton(each.host)[1:])] += 1
    assert seen == (b"\1" * 4 + b"\2" + b"\1" * 11) * (1 << 20)
