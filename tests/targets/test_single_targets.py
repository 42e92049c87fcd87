"""Single targets for users of the library: the same ones as the space has, and their settings keep their place."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import TargetError, UsageError
from scanner.model import Request, Target
from scanner.targets.entry import Settings, settle_request
from scanner.targets.grammar.addresses import V6, scope_index
from scanner.targets.grammar.parsers import parse_excludes
from scanner.targets.make_plan import plan_from_file, plan_from_targets
from scanner.targets.space.single_targets import entries_of, expand
from tests.targets.made import built, entry

HOSTS = ["10.0.0.0/29", "10.0.0.2", "10.0.0.3-9", "10.0.0.2 10.0.0.0/30", "::1", "::1-::5", "a", "a A b"]


@given(
    st.lists(st.tuples(st.sampled_from(HOSTS), st.sampled_from(["1", "1,2", "2-4"])), max_size=4),
    st.lists(st.sampled_from(["10.0.0.2", "10.0.0.4/30:2", "*:3", "a", "b:1"]), max_size=2),
)
def test_the_same_targets_as_are_scanned(asked: list[tuple[str, str]], excluded: list[str]) -> None:
    """A target for each row: of the space, and of each name."""
    entries = [entry(hosts, ports) for hosts, ports in asked]
    made = built(entries, *excluded)
    wanted = Counter(
        (request.host or each.place.address, each.port)
        for each in made.space.take(0, made.space.count)
        for request in each.requests
    )
    for asks in map(made.names.asks, made.names):
        wanted.update((request.host, port) for ports, request in asks for port in ports)
    rules = [rule for text in excluded for rule in parse_excludes(text)]
    assert Counter((each.host, each.port) for each in expand(entries, rules, Settings())) == wanted


def test_addresses_of_an_interface_keep_it() -> None:
    index = scope_index("1")
    hosts = [each.host for each in expand([entry("fe80::1%1 fe80::8-fe80::9")], [], Settings())]
    assert hosts == ["fe80::1%1", "fe80::8", "fe80::9"]
    (again,), _ = entries_of([Target("fe80::1%1", 22)])
    assert [(host.family, host.scope) for host in again.hosts if hasattr(host, "scope")] == [(V6, index)]


FILE = """\
defaults: {timeout: 300ms, expect: refused, tags: [all]}
exclude: [127.0.0.2]
targets:
  - 127.0.0.1-3:80
  - {host: 127.0.0.9, port: 81, timeout: 2s, retries: 0}
"""


def settled(targets: list[Target], settings: Settings) -> list[Request]:
    """What the scan of these targets would ask of each."""
    entries, _ = entries_of(targets)
    return [settle_request(each, settings, order, "") for order, each in enumerate(entries)]


@pytest.fixture
def loaded(tmp_path: Path) -> list[Target]:
    (tmp_path / "t.yaml").write_text(FILE)
    return list(plan_from_file(str(tmp_path / "t.yaml"), Settings()))


def test_a_loaded_file_reads_as_it_is_written(loaded: list[Target]) -> None:
    seen: list[tuple[Any, ...]] = [(t.host, t.port, t.timeout, t.retries, t.expect, t.tags) for t in loaded]
    assert seen == [
        ("127.0.0.1", 80, 0.3, None, "refused", ("all",)),
        ("127.0.0.3", 80, 0.3, None, "refused", ("all",)),
        ("127.0.0.9", 81, 2.0, 0, "refused", ("all",)),
    ]


def test_the_call_beats_the_defaults_of_the_file_but_not_its_entries(loaded: list[Target]) -> None:
    said = Settings(timeout=9.0, retries=5, expect="open")
    assert [(r.timeout, r.retries, r.expect, r.tags) for r in settled(loaded, said)] == [
        (9.0, 5, "open", ("all",)),
        (9.0, 5, "open", ("all",)),
        (2.0, 0, "open", ("all",)),
    ]


def test_what_the_user_changes_is_the_targets_own(loaded: list[Target]) -> None:
    loaded[0].timeout, loaded[1].expect, loaded[2].tags = 0.7, "any", ("mine",)
    first, second, third = settled(loaded, Settings(timeout=9.0, expect="open"))
    assert (first.timeout, first.expect) == (0.7, "open")
    assert (second.timeout, second.expect) == (9.0, "any")
    assert (third.timeout, third.tags) == (2.0, ("mine",))


def test_what_an_entry_expects_by_port_and_needs_goes_where_its_targets_go(tmp_path: Path) -> None:
    text = "{hosts: [10.0.0.1-2], ports: '22,80', expect: {open: 80}, need: 3}"
    (tmp_path / "t.yaml").write_text(f"defaults: {{expect: refused}}\ntargets: [{text}]\n")
    plan = plan_from_file(str(tmp_path / "t.yaml"), Settings())
    loaded = list(plan)
    assert [(each.port, each.expect) for each in loaded] == [(22, "refused"), (80, "open")] * 2
    assert [request.expect for request in settled(loaded, Settings(expect="any"))] == ["any", "open"] * 2
    loaded[1].expect = "blocked"
    requests = settled(loaded, Settings())
    assert [request.expect for request in requests] == ["refused", "blocked", "refused", "open"]
    assert {request.need for request in requests} == {plan.entries[0].need}
    plan_from_targets(loaded[:1], Settings())  # fewer than are needed: that is for the scan to find out


def test_excludes_of_the_file_go_where_its_targets_go(loaded: list[Target]) -> None:
    plan = plan_from_targets([loaded[0], Target("127.0.0.2", 80)], Settings())
    assert (plan.count, plan.excluded) == (1, 1)


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (Target("localhost", 0), "port 0 is not a valid port; write a number from 1 to 65535"),
        (Target("localhost", 65536), "port 65536 is not a valid port"),
        (Target("localhost", True), "port True is not a valid port"),
        (Target("localhost", "22"), "port '22' is not a valid port"),  # type: ignore[arg-type]
        (Target("localhost", 22.0), "port 22.0 is not a valid port"),  # type: ignore[arg-type]
        (Target(b"localhost", 22), "is not a string; write a name"),  # type: ignore[arg-type]
        (Target("127.1", 22), "four numbers"),
        (Target("localhost:22", 22), "looks like HOST:PORTS"),
        (Target("localhost", 22, timeout=0), "too short"),
        (Target("localhost", 22, timeout=float("nan")), "too short"),
        (Target("localhost", 22, timeout=1e9), "longer than an hour"),
        (Target("localhost", 22, retries=-1), "write a number from 0 to 100"),
        (Target("localhost", 22, retries=1.0), "write a number from 0 to 100"),  # type: ignore[arg-type]
        (Target("localhost", 22, expect="closed"), "refused"),
        (Target("localhost", 22, addresses="any"), "all"),
        (Target("localhost", 22, tags=["a", "b;=1+1"]), "write two tags"),
        (Target("localhost", 22, tags="a;b"), "write two tags"),
        (Target("localhost", 22, tags=["a", ""]), "a tag is empty"),
    ],
)
def test_targets_that_are_wrong(target: Target, told: str) -> None:
    with pytest.raises(TargetError) as caught:
        entries_of([Target("localhost", 22), target])
    (problem,) = caught.value.problems
    assert problem.startswith("target 2: ")
    assert told in problem


def test_all_that_is_wrong_is_told_up_to_fifty() -> None:
    with pytest.raises(TargetError) as caught:
        entries_of(Target("localhost", 0) for _ in range(99))
    assert len(caught.value.problems) == 50
    with pytest.raises(UsageError, match="is not a Target; write Target"):
        entries_of(["localhost:22"])  # type: ignore[list-item]
