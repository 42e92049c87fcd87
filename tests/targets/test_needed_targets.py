"""`need: N`: what is known of it before anything is probed."""

from pathlib import Path

import pytest

from scanner.errors import TargetError
from scanner.model import Need
from scanner.targets.entry import Entry, Settings
from scanner.targets.make_plan import excludes_from, plan_from_args, plan_from_targets
from scanner.targets.needs import need_problem, told_needs
from scanner.words.builtin_values import SWEEP
from tests.targets.made import entry, read, told


def needing(count: int, hosts: str, **stated: str) -> Entry:
    found = entry(hosts, **stated)
    return Entry(found.hosts, found.ports, found.stated, need=Need(count))


@pytest.mark.parametrize(
    ("hosts", "ports", "most"),
    [
        ("10.0.0.1", (80,), 1),
        ("10.0.0.1", (80, 443), 2),
        ("10.0.0.0/30", (80,), 4),
        ("10.0.0.0/30 10.0.0.1-5", (80,), 6),
        ("10.0.0.1 10.0.0.1 ::1", (80, 81), 4),
    ],
)
def test_an_entry_may_need_as_many_targets_as_it_has(hosts: str, ports: tuple[int, ...], most: int) -> None:
    assert need_problem(needing(most, hosts), ports) == ""
    assert f"come to {most} target" in need_problem(needing(most + 1, hosts), ports)


def test_a_name_may_lead_anywhere_unless_one_address_is_enough() -> None:
    assert need_problem(needing(50, "web 10.0.0.1"), (80,)) == ""
    assert need_problem(needing(2, "web WEB db", addresses="one"), (80,)) == ""
    assert need_problem(needing(3, "web WEB db", addresses="one"), (80,)) == (
        "need is 3, but hosts and ports come to 2 targets; write 2 or less, or name more hosts"
    )


def test_the_rows_that_have_to_wait_are_bounded() -> None:
    assert need_problem(needing(1, "10.0.0.0/16"), (1,)) == ""
    assert need_problem(needing(1, "10.0.0.0/16"), (1, 2)) == (
        "the target has 131,072 addresses and ports, of which it needs 1; with need there may be at most 100,000: "
        "write fewer hosts or ports, or leave need out"
    )


def test_a_file_says_how_many(tmp_path: Path) -> None:
    text = "targets:\n- {name: web, hosts: [a, b], port: 443, need: 2}\n- {host: a, port: 1, need: '1'}\n- a:1\n"
    first, second, third = read(tmp_path, text).entries
    assert first.need is not None
    assert second.need is not None
    assert (first.need.count, first.need.label, second.need.count, third.need) == (2, "web", 1, None)
    assert second.need.label.endswith("t.yaml:3:3")


def test_reports_tell_of_needs_by_the_names_that_rows_have(tmp_path: Path) -> None:
    need = "hosts: [a, b], port: 443, need: 2"
    entries = f"{{name: web, {need}}}", f"{{{need}}}", f"{{name: one, addresses: one, {need}}}", f"{{name: x, {need}}}"
    text = f"targets: [{', '.join(entries)}, {{name: x, host: c, port: 1}}, a:1]\n"
    told = told_needs(read(tmp_path, text).entries)
    assert [(each["name"], each["count"], each["addresses"]) for each in told] == [
        ("web", 2, "all"), (None, 2, "all"), ("one", 2, "one"), (None, 2, "all"),
    ]  # fmt: skip
    assert [each["label"].rpartition("/")[2] for each in told[:1] + told[3:]] == ["web", "x"]
    assert told_needs(read(tmp_path, "targets: ['a:1']\n").entries) == []


def test_what_shares_a_need_has_one_name_for_rows() -> None:
    need = Need(2, "web")
    alike, other = (Entry(entry("a").hosts, (1,), name=name, need=need) for name in ("web", "db"))
    assert [each["name"] for each in told_needs([alike, alike])] == ["web"]
    assert [each["name"] for each in told_needs([alike, other])] == [None]


@pytest.mark.parametrize(
    ("need", "wanted"),
    [
        ("0", '2:35: need: "0" targets are always there; write 1 or more'),
        ("00", '2:35: need: "00" targets are always there; write 1 or more'),
        ("02", '2:35: need: "02" has a leading zero; write 2'),
        ("-1", '2:35: need: "-1" is not a number of targets; write how many are enough, such as 2'),
        ("2.0", '2:35: need: "2.0" is not a number of targets'),
        ("٣", '2:35: need: "٣" is not a number of targets'),
        ("all", '2:35: need: "all" is not a number of targets; write how many are enough, such as 2 (without need'),
        ("50%", '2:35: need: "50%" is not a number of targets; write how many are enough, such as 2 (a number of'),
        ("9999999999999999999999", '2:35: need: "99999999999999999999" is too many; write 1 to 100000'),
        ("[1]", "2:35: need is a list; write a single value"),
        ("2", "2:3: need is 2, but hosts and ports come to 1 target; write 1, or name more hosts"),
    ],
)  # fmt: skip
def test_mistakes_have_their_place_and_remedy(tmp_path: Path, need: str, wanted: str) -> None:
    (line,) = told(tmp_path, f"targets:\n- {{host: 10.0.0.1, port: 1, need: {need}}}\n")
    assert line.startswith(f"t.yaml:{wanted}"), line


def test_a_null_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, "targets: [{host: a, port: 1, need: null}]\n").entries
    assert entry.need is None


def test_ports_of_the_defaults_count_also_where_they_come_later(tmp_path: Path) -> None:
    text = "targets:\n- {host: 10.0.0.1, need: 2}\ndefaults: {ports: 1-PORT}\n"
    assert read(tmp_path, text.replace("PORT", "2")).entries
    assert told(tmp_path, text.replace("PORT", "1")) == [
        "t.yaml:2:3: need is 2, but hosts and ports come to 1 target; write 1, or name more hosts"
    ]


def test_it_has_no_default(tmp_path: Path) -> None:
    assert told(tmp_path, "defaults: {need: 2}\ntargets: [a:1]\n") == [
        "t.yaml:1:12: need counts a target's own addresses and ports; write it into the targets"
    ]


def test_ports_of_the_command_line_count_where_the_file_has_none(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("targets:\n- {host: 10.0.0.1, need: 2}\ndefaults: {port: 1}\n")
    plan_from_args([str(path)], Settings(ports=(80, 81)))
    with pytest.raises(TargetError) as caught:
        plan_from_args([str(path)], Settings(ports=(80,)))
    assert [line.partition("t.yaml")[2] for line in caught.value.problems] == [
        ":2:3: need is 2, but hosts and ports come to 1 target; write 1, or name more hosts"
    ]


def test_nothing_can_be_needed_where_nothing_is_expected(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(
        "targets:\n- {host: 10.0.0.1, port: 80, need: 1}\n- {host: 10.0.0.1, expect: {open: 80}, need: 1}\n"
    )
    plan_from_args([str(path)], Settings())
    for said in (Settings(expect=""), Settings(builtin=SWEEP)):
        with pytest.raises(TargetError) as caught:
            plan_from_args([str(path)], said)
        assert [line.partition("t.yaml")[2] for line in caught.value.problems] == [
            ":2:3: need counts what is as expected, and nothing is expected here; write expect, or leave need out"
        ]


@pytest.mark.parametrize(
    ("host", "need", "excludes", "family", "wanted"),
    [
        ("10.0.0.1-4", 3, ["10.0.0.1"], 0, []),
        ("10.0.0.1-4", 3, ["10.0.0.1-2"], 0, ["web needs 3 targets, and 2 are left (excludes, -4, -6)"]),
        ("10.0.0.1-4", 4, ["*:80"], 0, ["web needs 4 targets, and none is left (excludes, -4, -6)"]),
        ("10.0.0.1-4", 4, ["10.0.0.4:80"], 0, ["web needs 4 targets, and 3 are left (excludes, -4, -6)"]),
        ("10.0.0.1-2", 1, ["10.0.0.1", "10.0.0.2:80"], 0, ["web needs 1 target, and none is left (excludes, -4, -6)"]),
        ('["::1", 10.0.0.1]', 2, [], 4, ["web needs 2 targets, and 1 is left (excludes, -4, -6)"]),
        ('["::1", 10.0.0.1]', 1, [], 4, []),
        ("[a.example, 10.0.0.1]", 9, ["10.0.0.1"], 0, []),
    ],
)
def test_that_too_little_is_left_is_known_beforehand(
    tmp_path: Path, host: str, need: int, excludes: list[str], family: int, wanted: list[str]
) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(f"targets:\n- 10.9.9.9:81\n- {{name: web, hosts: {host}, port: 80, need: {need}}}\n")
    plan = plan_from_args([str(path)], Settings(family=family), excludes=excludes_from(excludes))
    assert plan.cautions == wanted
    assert set(wanted) <= set(plan.feed().warnings)


@pytest.mark.parametrize(("need", "said"), [(3, 0), (4, 1)])
def test_targets_of_one_entry_that_a_program_scans_one_by_one_count_together(
    tmp_path: Path, need: int, said: int
) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(f'targets:\n- {{name: web, hosts: ["::1", 10.0.0.1-3], port: 80, need: {need}}}\n')
    picked = list(plan_from_args([str(path)], Settings()))
    assert len(plan_from_targets(picked, Settings(family=4)).cautions) == said
