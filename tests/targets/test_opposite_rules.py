"""Entries that contradict each other are told, counted, and the first two of them named; nothing is left out."""

import random
from ipaddress import ip_address
from itertools import combinations
from pathlib import Path

import pytest

from scanner.api.imports import imported_list
from scanner.model import EXPECTATIONS
from scanner.targets.entry import Entry, Settings
from scanner.targets.file.target_file import InputWish
from scanner.targets.make_plan import plan_from_args, plan_from_file
from scanner.targets.opposite_rules import opposite_rules
from scanner.targets.plan import Plan
from tests.targets.made import entry, read

_REST = (
    "one of them is never met; a firewall takes the first rule that matches, here each is tested by itself: leave out "
    "what does not hold, or choose with --tag"
)


def told(*entries: Entry, **said: int) -> str:
    """What is said of them, without what is always said."""
    return "; ".join(opposite_rules(entries, Settings(**said))).removesuffix(f", and {_REST}")  # type: ignore[arg-type]


def rule(line: int, hosts: str, ports: str | None, expect: str | None) -> Entry:
    return entry(hosts, ports, where=("r", line, 1), expect=expect)


def test_a_rule_within_another(tmp_path: Path) -> None:
    path = tmp_path / "rules.csv"
    path.write_text("dst,port,action,src\n192.0.2.5,22,allow,a\n192.0.2.0/29,20-23,deny,b\n192.0.2.6,22,deny,c\n")
    plan = plan_from_file(str(path), Settings())
    [_, caution] = plan.cautions
    first = f"{path}:2:1 expects open, {path}:3:1 blocked"
    assert caution == f"1 target has expectations that contradict each other (the first: {first}), and {_REST}"
    assert len(plan.entries) == 3
    for tag in ("a", "b"):
        assert len(plan_from_args([str(path)], Settings(), tags=[f"source={tag}"]).cautions) == 1


def test_importing_tells_it_of_all_files_together(tmp_path: Path) -> None:
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.write_text("dst,port,action\ndb1,22,allow\n")
    other.write_text("dst,port,action\ndb1,22,deny\n")
    found = imported_list([str(one), str(other)], wish=InputWish())
    assert f"(the first: {one}:2:1 expects open, {other}:2:1 blocked)" in "".join(found.warnings)
    assert found.entries == 2
    assert not imported_list([str(one)], wish=InputWish()).warnings


def test_rules_that_agree_or_do_not_meet_need_no_word() -> None:
    both = rule(1, "10.0.0.0/24", "22", "open"), rule(2, "10.0.0.7", "22", "open")
    assert told(*both, rule(3, "10.0.0.7", "23", "blocked"), rule(4, "10.0.1.0", "22", "blocked")) == ""
    assert told(rule(1, "10.0.0.1", "22", "reachable"), rule(2, "10.0.0.1", "22", "not-open")) == ""
    assert told(rule(1, "10.0.0.1", "22", "any"), rule(2, "10.0.0.1", "22", "blocked")) == ""
    assert told(rule(1, "::10.0.0.1", "22", "open"), rule(2, "10.0.0.1", "22", "blocked")) == ""


def test_all_of_them_are_counted_and_the_first_named() -> None:
    rules = [
        rule(1, "10.9.0.1", "80", "open"),
        rule(2, "10.0.0.0/8", "100-200", "blocked"),
        rule(3, "10.1.0.0/16 10.0.0.0/16", "150-300,50", "open"),
        rule(4, "10.1.2.0/24", "160", "refused"),
        rule(5, "10.9.0.0/16", "81,80", "timeout"),
    ]
    count = 51 * 2 * 65536 + 1  # 10.1.2.0/24 at 160 is torn in three ways, and counts once
    start = f"{count:,} targets have expectations that contradict each other (the first: r:1:1 expects open, r:5:1 "
    assert told(*rules) == start + "timeout)"
    assert "r:2:1 expects blocked, r:3:1 open" in told(*rules[1:])
    assert "256 targets" in told(*rules[2:4])


def test_names_are_equal_however_they_are_cased() -> None:
    assert told(rule(1, "db1 db2", "22", "open"), rule(2, "DB2", "22", "blocked")).startswith("1 target has")
    assert told(rule(1, "db1", "22", "open"), rule(2, "db3", "22", "blocked")) == ""


def test_what_holds_where_nothing_is_stated_counts() -> None:
    rules = rule(1, "10.0.0.1 ::1", None, None), rule(2, "10.0.0.1 ::1", "22", "blocked")
    assert "2 targets" in told(*rules, ports=(21, 22))  # type: ignore[arg-type]
    assert "1 target " in told(*rules, ports=(21, 22), family=4)  # type: ignore[arg-type]
    assert told(*rules, ports=(21,)) == ""  # type: ignore[arg-type]
    assert told(*rules, ports=(22,), expect="blocked") == ""  # type: ignore[arg-type]


def test_what_is_expected_by_port_or_needed_of_some(tmp_path: Path) -> None:
    entries = read(
        tmp_path,
        """targets:
  - {host: 10.0.0.0/30, ports: 20-30, expect: {open: 22, blocked: 20-30}}
  - {host: 10.0.0.1, ports: "21,22,23", expect: open}
  - {host: 10.0.0.1, ports: "24,25", expect: open, need: 1}
""",
    ).entries
    caution = told(*entries)
    assert caution.startswith("2 targets have")
    assert "t.yaml:2:5 expects blocked" in caution
    assert Plan(entries, (), Settings()).cautions == opposite_rules(entries, Settings())


@pytest.mark.parametrize("seed", range(8))
def test_counted_as_one_would_by_hand(seed: int) -> None:
    made = random.Random(seed)
    rules, known = [], dict[tuple[int, int], list[tuple[int, str]]]()
    for line in range(1, 40):
        first, port = made.randrange(60), made.randrange(1, 30)
        last, to = first + made.randrange(6), port + made.randrange(4)
        word = made.choice(list(EXPECTATIONS))
        hosts = f"{ip_address((10 << 24) + first)}-{ip_address((10 << 24) + last)}"
        rules.append(rule(line, hosts, f"{port}-{to}", word))
        for place in ((host, at) for host in range(first, last + 1) for at in range(port, to + 1)):
            known.setdefault(place, []).append((line, word))
    torn = [
        (one[0], other[0])
        for said in known.values()
        for one, other in combinations(said, 2)
        if EXPECTATIONS[one[1]].isdisjoint(EXPECTATIONS[other[1]])
    ]
    places = [
        place
        for place, said in known.items()
        if any(EXPECTATIONS[one].isdisjoint(EXPECTATIONS[other]) for (_, one), (_, other) in combinations(said, 2))
    ]
    caution = told(*rules)
    assert caution.startswith(f"{len(places)} target") or not places
    assert f"r:{min(torn)[0]}:1 expects" in caution


def test_a_great_many_rules_are_looked_at_in_part() -> None:
    rules = [rule(at, "10.0.0.1", f"{at}-{at + 1200}", ("open", "blocked")[at % 2]) for at in range(1, 1200)]
    assert told(*rules).startswith("at least ")
