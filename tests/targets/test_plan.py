"""Plans: what the command line's words, files and hosts come to, before anything is resolved or sent."""

import socket
from pathlib import Path

import pytest

from scanner.errors import TargetError, UsageError
from scanner.model import Place
from scanner.services import discovery_ports
from scanner.targets.entry import Settings
from scanner.targets.make_plan import excludes_from, plan_from_args, plan_from_sweep
from scanner.targets.planned_targets import PlannedTarget
from scanner.words.builtin_values import SWEEP

OF_SWEEP = Settings(builtin=SWEEP)


def pairs(targets: list[PlannedTarget]) -> list[tuple[str, int]]:
    return [(each.host, each.port) for each in targets]


def problems(*args: str, settings: Settings | None = None) -> list[str]:
    with pytest.raises(TargetError) as caught:
        plan_from_args(args, settings or Settings())
    return list(caught.value.problems)


def test_counts() -> None:
    plan = plan_from_args(
        ["10.0.0.0/30:80,443", "10.0.0.1:80", "web:80,22", "WEB:80", "[::1]:80"],
        Settings(),
        excludes=excludes_from(["10.0.0.2,*:443"]),
    )
    assert (plan.addresses, plan.names, plan.count, plan.rows) == (4, 1, 6, 8)
    assert plan.excluded == 5
    assert set(pairs(plan.first(4))) == {("10.0.0.0", 80), ("10.0.0.1", 80), ("10.0.0.3", 80), ("::1", 80)}
    assert pairs(plan.first(99))[4:] == [("web", 80), ("web", 22)]
    assert pairs(plan.first(5))[4:] == [("web", 80)]
    assert plan.expecting


def test_a_sweep_expects_nothing_unless_told() -> None:
    assert not plan_from_sweep(["10.0.0.1"], "22", OF_SWEEP).expecting
    assert plan_from_sweep(["10.0.0.1"], "22", Settings(builtin=SWEEP, expect="refused")).expecting


def test_a_sweep_probes_each_host_once_however_often_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("10.0.0.1\n10.0.0.3 # again\nLocalhost\n")
    plan = plan_from_sweep(
        ["10.0.0.0/30", "10.0.0.1-2", "10.0.[0-0].[2-3]", "localhost"],
        "22,22,20-22",
        OF_SWEEP,
        hosts_files=[str(tmp_path / "hosts")],
    )
    assert (plan.addresses, plan.names, plan.count, plan.rows) == (4, 1, 15, 15)


def test_who_asks_hosts_first_knows_how_many_targets_that_are() -> None:
    plan = plan_from_sweep(
        ["10.0.0.0/30", "web", "localhost"], "22,1000-1099", OF_SWEEP,
        excludes=excludes_from(["10.0.0.2:80,22,1000", "*:443"]), discover=True,
    )  # fmt: skip
    assert plan.discovery is not None
    assert plan.discovery.ports == discovery_ports()
    assert plan.discovery.rowless == set(discovery_ports()) - {22}
    assert plan.asked_first == 6 * 9 - 2, "10 ports less that one, on 4 addresses and 2 names"
    assert plan.rowless == 6 * 8 - 1
    assert plan.count - plan.rowless == 6 * 101 - 2
    assert plan.afar == plan.asked_first
    assert pairs(plan.first(3)) == [("10.0.0.0", 80), ("10.0.0.1", 80), ("10.0.0.3", 80)]
    plain = plan_from_sweep(["10.0.0.1"], "22", OF_SWEEP)
    assert (plain.discovery, plain.asked_first, plain.rowless) == (None, 1, 0)


def test_without_ports_the_sweep_is_of_those_that_are_asked_first() -> None:
    plan = plan_from_sweep(["10.0.0.1"], "", OF_SWEEP, discover=True)
    assert [each.port for each in plan.first(99)] == list(discovery_ports())
    assert (plan.count, plan.asked_first, plan.rowless) == (10, 10, 0)
    with pytest.raises(TargetError):
        plan_from_sweep(["10.0.0.1"], "", OF_SWEEP)


def test_where_excludes_leave_only_what_has_no_row_nothing_is_left() -> None:
    with pytest.raises(UsageError, match="nothing left to probe: 40 targets excluded"):
        plan_from_sweep(["10.0.0.1-2"], "1000-1019", OF_SWEEP, excludes=excludes_from(["*:1000-2000"]), discover=True)


def test_nothing_is_expected_of_hosts_that_may_be_passed_over() -> None:
    said = Settings(builtin=SWEEP, expect="any")
    with pytest.raises(UsageError, match="would seem to be met"):
        plan_from_sweep(["10.0.0.1"], "22", said, discover=True)
    plan = plan_from_sweep(["10.0.0.1"], "22", OF_SWEEP, discover=True)
    with pytest.raises(UsageError, match="would seem to be met"):
        plan.with_settings(said)
    assert plan.with_settings(Settings(builtin=SWEEP, timeout=2.0)).discovery == plan.discovery


def test_ranges_are_those_that_were_typed(tmp_path: Path) -> None:
    """Hosts listed one by one are none, however close they lie together; nor are names."""
    (tmp_path / "hosts").write_text("".join(f"10.9.0.{n}\n" for n in range(100)))
    plan = plan_from_sweep(
        ["10.0.0.0/24", "10.0.1.5-9", "10.0.2.7", "web[01-99]", "::1", "fd00::/120"], "22", OF_SWEEP,
        hosts_files=[str(tmp_path / "hosts")],
    )  # fmt: skip
    v4, v6, low = int(socket.AF_INET), int(socket.AF_INET6), 10 << 24
    assert plan.ranges == [
        (v4, 0, low, low + 255),
        (v4, 0, low + 256 + 5, low + 256 + 9),
        (v6, 0, 0xFD << 120, (0xFD << 120) + 255),
    ]


def test_what_excludes_permit_beside_the_list() -> None:
    excludes = excludes_from(["*:50000", "10.0.0.1:50001-50010", "[fd00::/64]:50020"])
    feed = plan_from_sweep(["10.0.0.0/30", "fd00::1"], "22", OF_SWEEP, excludes=excludes).feed()
    one, two = (Place(f"10.0.0.{n}", int(socket.AF_INET)) for n in (1, 2))
    six = Place("fd00::1", int(socket.AF_INET6))
    permitted = [[feed.permits(place, port) for port in (50000, 50005, 50020, 50030)] for place in (one, two, six)]
    assert permitted == [[False, False, True, True], [False, True, True, True], [False, True, False, True]]


def test_the_ports_of_a_place_are_those_that_are_left() -> None:
    excludes = excludes_from(["*:23", "10.0.0.1:22"])
    feed = plan_from_sweep(["10.0.0.0/30", "fd00::/126"], "22,23,80", OF_SWEEP, excludes=excludes).feed()
    places = [Place(f"10.0.0.{n}", int(socket.AF_INET)) for n in (1, 2, 9)]
    places.append(Place("fd00::2", int(socket.AF_INET6)))
    assert [feed.ports_of(place) for place in places] == [(80,), (22, 80), (), (22, 80)]


def test_mistakes_of_all_words_and_files_at_once(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("targets: [a:0]\n")
    (tmp_path / "two.yaml").write_text("targets: [b:http, c]\n")
    one, two = str(tmp_path / "one.yaml"), str(tmp_path / "two.yaml")
    assert [line.partition(";")[0] for line in problems(one, "a b:1", "localhost", two, "x:1")] == [
        f"{one}:1:11: port 0 is out of range",
        'the host "a b" holds a space',
        '"localhost" is not a file, and names no port',
        f"{two}:1:19: the target names no port",
    ]


def test_mistakes_of_a_sweep_at_once(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("ok\n127.1\n")
    with pytest.raises(TargetError) as caught:
        plan_from_sweep(["10.0.0.1/8", "a b"], "0", OF_SWEEP, hosts_files=[str(tmp_path / "hosts"), "/no/such"])
    first, second, third, fourth, fifth = caught.value.problems
    assert "port 0" in first
    assert "10.0.0.0/8" in second
    assert "holds a space" in third
    assert f"{tmp_path}/hosts:2:1: " in fourth
    assert "no such file" in fifth


def test_mistakes_of_excludes_at_once(tmp_path: Path) -> None:
    (tmp_path / "no").write_text("10.0.0.0/8\n*\n")
    with pytest.raises(TargetError) as caught:
        excludes_from(["a:0", "10.0.0.1/8"], [str(tmp_path / "no")])
    assert len(caught.value.problems) == 3
    assert caught.value.problems[2].startswith(f"{tmp_path}/no:2:1: ")


@pytest.mark.parametrize(
    ("args", "settings", "excludes", "told"),
    [
        ([], Settings(), [], "no targets; write HOST:PORTS"),
        (["-", "-"], Settings(), [], "write - once"),
        (["10.0.0.1:80"], Settings(), ["10.0.0.0/8"], "nothing left to probe: 1 target excluded; check"),
        (["web:80"], Settings(), ["WEB."], "nothing left to probe"),
        (["web:80"], Settings(), ["*:80"], "nothing left to probe"),
        (["[::1]:80"], Settings(family=4), [], "other address family"),
    ],
)
def test_nothing_left(args: list[str], settings: Settings, excludes: list[str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        plan_from_args(args, settings, excludes=excludes_from(excludes))


def test_a_sweep_of_nothing() -> None:
    with pytest.raises(UsageError, match="no hosts; write a name"):
        plan_from_sweep([], "22", OF_SWEEP)


def test_ports_of_the_command_line_are_for_entries_without(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("defaults: {port: 1}\ntargets: [10.0.0.1, '10.0.0.2:2']\n")
    path = str(tmp_path / "t.yaml")
    assert pairs(plan_from_args([path], Settings()).first(9)) == [("10.0.0.1", 1), ("10.0.0.2", 2)]
    assert pairs(plan_from_args([path, "10.0.0.3"], Settings(ports=(7,))).first(9)) == [
        ("10.0.0.1", 7), ("10.0.0.2", 2), ("10.0.0.3", 7),
    ]  # fmt: skip


def test_excludes_of_a_file_hold_for_the_other_words_too(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("exclude: 10.0.0.9\ntargets: ['10.0.0.2:2']\n")
    plan = plan_from_args([str(tmp_path / "t.yaml"), "10.0.0.9-10:1"], Settings())
    assert pairs(plan.first(9)) == [("10.0.0.2", 2), ("10.0.0.10", 1)]


def test_each_scan_has_its_own_feed() -> None:
    plan = plan_from_args(["127.0.0.1:1,2"], Settings())
    first, second = plan.feed(), plan.feed()
    assert [each.port for each in first.take(9)] == [each.port for each in second.take(9)] == [1, 2]


def test_an_excluded_name_is_resolved_before_the_feed_is_there() -> None:
    plan = plan_from_args(["127.0.0.0/30:22", "[::1]:22"], Settings(), excludes=excludes_from(["localhost"]))
    assert plan.count == 5
    of_localhost = {info[4][0] for info in socket.getaddrinfo("localhost", None)}
    everything = {"127.0.0.0", "127.0.0.1", "127.0.0.2", "127.0.0.3", "::1"}
    assert {each.place.address for each in plan.feed().take(9)} == everything - of_localhost


def test_other_settings_for_the_same_targets() -> None:
    plan = plan_from_args(["127.0.0.1:1", "[::1]:1"], Settings())
    assert pairs(plan.with_settings(Settings(family=6)).first(9)) == [("::1", 1)]
    assert plan.count == 2


def test_networks_beyond_any_scan_are_blamed_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("targets:\n- 10.0.0.0/8:1\n- '[2001:db8::/64]:1'\n- {host: '2001:db8::/65', port: 1}\n")
    first, second = problems(str(path))
    assert first.startswith(f"{path}:3:3: 18,446,744,073,709,551,616 targets are too many")
    assert second.startswith(f"{path}:4:3: 9,223,372,036,854,775,808 targets are too many")


def test_what_is_expected_of_each_target_and_of_how_many_rules(tmp_path: Path) -> None:
    path = tmp_path / "list.yaml"
    path.write_text(
        "targets:\n- {hosts: [10.0.0.1, web], ports: [22, 23], expect: {open: 22, blocked: 23}}\n"
        "- {host: 10.0.0.1, port: 23}\n- {host: web, port: 80, expect: blocked}\n- 10.0.0.2:1\n"
    )
    plan = plan_from_args([str(path)], Settings())
    assert set(plan.in_order()) == {
        ("10.0.0.1", 22, "open"), ("10.0.0.1", 23, "blocked, open"), ("10.0.0.2", 1, "open"),
        ("web", 22, "open"), ("web", 23, "blocked"), ("web", 80, "blocked"),
    }  # fmt: skip
    assert plan.rules_by_expectation == {"open": 2, "by port": 1, "blocked": 1}
    assert plan_from_sweep(["10.0.0.1"], "1", OF_SWEEP).rules_by_expectation == {"": 1}
