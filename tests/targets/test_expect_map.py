"""Expectations by port: a list beats those that hold all of its ports, and who cannot know which is meant is told."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.model import EXPECTATIONS
from scanner.targets.file.expect_map import MapBudget, decide, named_ports, unprobed
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.grammar.ports import ALL_PORTS, PortBudget
from tests.targets.made import read, told

WORDS = list(EXPECTATIONS)


def model(lists: Sequence[tuple[str, set[int]]], port: int) -> tuple[str, tuple[int, int] | None]:
    """Port by port, as one would by hand: what is expected of it, and which two lists nobody can choose between."""
    holders = [at for at, (_, ports) in enumerate(lists) if port in ports]
    if not holders:
        return "", None
    inmost = [at for at in holders if not any(lists[other][1] < lists[at][1] for other in holders)]
    return lists[inmost[0]][0], (inmost[0], inmost[1]) if len(inmost) > 1 else None


_ITEM = st.tuples(st.integers(1, 30), st.integers(0, 12)).map(lambda pair: f"{pair[0]}-{pair[0] + pair[1]}")
_TEXTS = st.lists(st.lists(_ITEM, min_size=1, max_size=4).map(",".join), min_size=1, max_size=4)


@settings(deadline=None)
@given(_TEXTS)
def test_a_list_decides_that_is_within_all_others_that_hold_a_port(texts: list[str]) -> None:
    found = decide(tuple(zip(WORDS, texts, strict=False)))
    lists = [(word, set(parse_ports(text))) for word, text in zip(WORDS, texts, strict=False)]
    tied = {(port, (tie.first, tie.second)) for tie in found.ties for first, last in tie.ports
            for port in range(first, last + 1)}  # fmt: skip
    assert tied == {(port, pair) for port in range(1, 60) if (pair := model(lists, port)[1])}
    assert all(tie.equal == (lists[tie.first][1] == lists[tie.second][1]) for tie in found.ties)
    assert [found.by_port.at(port) for port in range(1, 60)] == [model(lists, port)[0] for port in range(1, 60)]


@given(_TEXTS, _ITEM)
def test_what_else_a_list_holds_changes_nothing_for_a_port(texts: list[str], more: str) -> None:
    """Unless it makes of two lists, one of which is within the other, two of which none is."""
    lists = tuple(zip(WORDS, texts, strict=False))
    found, wider = (decide(each) for each in (lists, ((lists[0][0], f"{texts[0]},{more}"), *lists[1:])))
    if found.ties or wider.ties:
        return
    for port in parse_ports(",".join(texts)):
        if port not in parse_ports(more):
            assert found.by_port.at(port) == wider.by_port.at(port)


@settings(deadline=None)
@given(_TEXTS)
def test_all_ports_are_named_once_those_of_the_narrowest_list_first(texts: list[str]) -> None:
    lists = tuple(zip(WORDS, texts, strict=False))
    ports = named_ports(lists)
    sizes = [min(len(parse_ports(text)) for _, text in lists if port in parse_ports(text)) for port in ports]
    assert sizes == sorted(sizes)
    assert len(ports) == len(set(ports))
    assert set(ports) == {port for _, text in lists for port in parse_ports(text)}


@settings(deadline=None)
@given(_TEXTS, _ITEM)
def test_what_is_named_port_by_port_is_to_be_probed_and_some_of_each_list(texts: list[str], probed: str) -> None:
    lists = tuple(zip(WORDS, (f"{text},7,61" for text in texts), strict=False))
    there = set(parse_ports(probed))
    for (_, text), left_out in zip(lists, unprobed(lists, probed), strict=True):
        if there.isdisjoint(parse_ports(text)):
            assert left_out is None
        else:
            singles = [item for item in text.split(",") if "-" not in item]
            assert left_out == tuple(dict.fromkeys(item for item in singles if int(item) not in there))


def test_all_ports_cost_as_much_as_one() -> None:
    lists = ("open", "80,443"), ("blocked", "-")
    found = decide(lists)
    assert len(found.by_port.starts) < 10
    assert [found.by_port.at(port) for port in (1, 80, 81, 443, 65535)] == [
        "blocked", "open", "blocked", "open", "blocked",
    ]  # fmt: skip
    assert named_ports(lists) is ALL_PORTS
    assert named_ports((("open", "1-99"), ("blocked", "100-65535"))) is ALL_PORTS


def test_one_list_is_the_ports_themselves() -> None:
    assert named_ports((("blocked", "-"),)) is ALL_PORTS
    assert named_ports((("open", "443,80"),)) == (443, 80)


def test_mappings_with_the_same_ports_share_them() -> None:
    some = [named_ports((("open", f"22,{port}"), ("blocked", "1-60000"))) for port in (1000, 1001)]
    assert some[0] is some[1]
    few = [named_ports(((word, "22"), ("any", "20-29"))) for word in ("open", "refused")]
    assert few[0] is few[1]
    assert few[0][:3] == (22, 20, 21)


def test_a_third_list_settles_what_two_others_could_not() -> None:
    found = decide((("open", "80"), ("refused", "80-81"), ("blocked", "79-80")))
    assert found.ties == ()
    assert [found.by_port.at(port) for port in (78, 79, 80, 81, 82)] == ["", "blocked", "open", "refused", ""]


@pytest.mark.parametrize(
    "text",
    [
        "{open: [80, https], blocked: '-'}",
        "{blocked: '-', open: '80,443'}",
        "\n    blocked: ['-']\n    open:\n    - 80\n    - 443",
    ],
)
def test_flow_and_block_style_in_any_order(tmp_path: Path, text: str) -> None:
    (entry,) = read(tmp_path, f"targets:\n- host: a\n  expect: {text}\n").entries
    assert entry.ports is not None
    assert entry.by_port is not None
    assert (entry.ports is ALL_PORTS, entry.stated.expect) == (True, None)
    assert [entry.by_port.at(port) for port in (22, 80, 443)] == ["blocked", "open", "open"]


def test_an_entry_with_ports_has_those_and_no_others(tmp_path: Path) -> None:
    text = "targets:\n- {host: a, ports: [22, 80], expect: {open: '80-443'}}\n"
    (entry,) = read(tmp_path, text).entries
    assert entry.by_port is not None
    assert (entry.ports, entry.by_port.at(22), entry.by_port.at(80)) == ((22, 80), "", "open")


def test_entries_that_say_the_same_share_it(tmp_path: Path) -> None:
    line = "- {host: a, expect: {open: 443, blocked: '-'}}\n"
    first, second = read(tmp_path, f"targets:\n{line}{line}").entries
    assert first.by_port is second.by_port
    assert first.ports is second.ports


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        (
            "host: a, expect: {}",
            "2:21: expect is an empty mapping; write an expectation and its ports, such as open: 443",
        ),
        ("host: a, expect: {open: null}", "2:28: open names no port; write its ports, such as open: 443, or leave"),
        (
            "host: a, expect: {open: 80, blocked: }",
            "2:41: blocked names no port; write its ports, such as",
        ),
        ("host: a, expect: {opne: 1}", '2:22: expect: "opne" is not a valid expectation; did you mean "open"?'),
        ("host: a, expect: {closed: 1}", '2:22: expect: "closed" can mean several things; write refused'),
        ("host: a, expect: {filtered: 1}", '2:22: expect: "filtered" can mean several things; write blocked'),
        ("host: a, expect: {'': 1}", '2:22: expect: "" is not a valid expectation'),
        ("host: a, expect: {~: 1}", "2:22: expect: ~ means nothing in YAML"),
        ("host: a, expect: {[open]: 1}", "2:22: this is a list; write a single string"),
        ("host: a, expect: {open: 1, open: 2}", '2:31: the key "open" is already on line 2; write it once'),
        ("host: a, expect: {open: 99999}", "2:28: port 99999 is out of range"),
        ("host: a, expect: {open: [1, null]}", "2:32: null means nothing in YAML"),
        ("host: a, expect: {open: []}", "2:28: open is an empty list; write a value"),
        ("host: a, expect: {open: {a: 1}}", "2:28: open is a mapping; write a string or a list of strings"),
        (
            "host: a, expect: {open: 1-2, blocked: 2-3}",
            "2:33: blocked and open (line 2, column 22) both name port 2, and neither list is within the other, so "
            "nobody can know which is meant; leave 2 out of one of them",
        ),
        (
            "host: a, expect: {open: '22,8000-9000', blocked: '1-1024,8500-9999'}",
            "2:44: blocked and open (line 2, column 22) both name ports 22,8500-9000, and neither list is within",
        ),
        (
            "host: a, expect: {open: '-', blocked: '1-65535'}",
            "2:33: blocked names the same ports as open (line 2, column 22), so nobody can know which is meant; leave "
            "one of them out, or name fewer ports in it",
        ),
        (
            "host: a, port: 22, expect: {open: 443, blocked: 22}",
            "2:32: the target has none of the ports of open; name them in its ports as well, or leave open out",
        ),
        (
            "host: a, port: 80, expect: {open: [80, 8443]}",
            "2:43: open names 8443, but the target's own ports do not, so nobody would ask it; write it into its ports "
            "as well, or leave it out here",
        ),
        (
            "host: a, port: 80, expect: {open: '80,https,21-23,8443'}",
            "2:38: open names https, 8443, but the target's own ports do not, so nobody would ask them; write them",
        ),
        (
            "host: a, port: 1, expect: [open]",
            '2:30: expect is a list; write one expectation, such as open, or one by port: {open: 80, blocked: "-"}',
        ),
        (
            "host: a, port: 1, expect: [{open: 80}]",
            "2:30: expect is a list; write one expectation, such as open, or one",
        ),
        (
            "host: a, port: 1, expect: 'open: 80'",
            '2:30: expect: "open: 80" is a text, not a mapping; write expect: {open: 80}, without quotes around it',
        ),
        (
            """host: a, expect: "{open: 80, blocked: '-'}\"""",
            """2:21: expect: "{open: 80, blocked: '-'}" is a text, not a mapping; write one such as """
            'expect: {open: 443, blocked: "-"}, without quotes around it',
        ),
        ("host: a, expect: [{open: 80}]", "2:21: expect is a list; write one expectation, such as open"),
        (
            "host: a, expect: {80: open}",
            '2:22: "80" is a port, not an expectation; write them the other way round, open: 80',
        ),
        (
            'host: a, expect: {"80,443": open}',
            '2:22: "80,443" is a port, not an expectation; write them the other way round, open: "80,443"',
        ),
        (
            "host: a, expect: {open: 80,443, blocked: '-'}",
            '2:31: "443" is a key of its own here, for a comma ends the value before it; write open: [80, 443]',
        ),
        (
            "host: a, expect: {open: 80, blocked: rest}",
            '2:41: "rest" is not a port; write blocked: "-" for all ports that no narrower list holds',
        ),
        (
            "host: a, expect: {open: 80, default: blocked}",
            '2:32: "default" is not an expectation; write blocked: "-", and every list that is within it beats it',
        ),
        (
            "host: a, expect: , open: 80",
            '2:23: "open" belongs into expect; write expect: {open: 80}, or indent it below expect:',
        ),
        ("host: a, port: 80, quorum: 2", '2:23: "quorum" is not a known key in a target; write need: 2 where two'),
    ],
)
def test_mistakes_have_their_place_and_remedy(tmp_path: Path, entry: str, wanted: str) -> None:
    (line,) = told(tmp_path, f"targets:\n- {{{entry}}}\n")
    assert line.startswith(f"t.yaml:{wanted}"), line


def test_a_key_that_is_an_expectation_too_names_no_port(tmp_path: Path) -> None:
    assert "the target names no port" in told(tmp_path, "targets: [{host: a, timeout: 1s}]\n")[0]
    (entry,) = read(tmp_path, "defaults: {port: 443}\ntargets: [{host: a, timeout: 1s}]\n").entries
    assert entry.ports is None


def test_a_default_is_one_for_all_ports(tmp_path: Path) -> None:
    (line,) = told(tmp_path, "defaults: {expect: {open: 443}}\ntargets: [a:1]\n")
    assert line == (
        "t.yaml:1:20: expect in the defaults is one for all ports; write a mapping into the targets it is for"
    )


def test_a_hundred_thousand_entries_share_one_decision(tmp_path: Path) -> None:
    line = "- {host: 10.0.0.1, expect: {open: 443, blocked: '-'}}\n"
    entries = read(tmp_path, "targets:\n" + line * 1000).entries
    assert len({id(entry.by_port) for entry in entries}) == 1


def test_a_file_that_takes_too_long_to_cut_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.targets.file.expect_map.MOST_CUT", 100)
    lines = [f"- {{host: a, ports: 1-999, expect: {{open: 'top:{number}'}}}}\n" for number in range(20, 30)]
    (line,) = told(tmp_path, "targets:\n" + "".join(lines))
    assert "the different port lists hold more than 100 ranges; use fewer different ones" in line


def test_a_tie_of_ports_that_nobody_probes_is_none(tmp_path: Path) -> None:
    text = "targets:\n- {host: a, port: 9000, expect: {open: '22-9000', blocked: '1-1024,9000'}}\n"
    assert "both name port 9000," in told(tmp_path, text)[0]
    (entry,) = read(tmp_path, text.replace("1024,9000", "1024").replace("port: 9000", "ports: [1, 9000]")).entries
    assert entry.by_port is not None
    assert [entry.by_port.at(port) for port in (1, 9000)] == ["blocked", "open"]


def test_many_mappings_of_all_ports_are_one_list(tmp_path: Path) -> None:
    lines = [f"- {{host: a, expect: {{open: [22, {port}], blocked: '-'}}}}\n" for port in range(1000, 1400)]
    assert {id(entry.ports) for entry in read(tmp_path, "targets:\n" + "".join(lines)).entries} == {id(ALL_PORTS)}


def test_mappings_of_entries_with_ports_cost_what_their_lists_name(tmp_path: Path) -> None:
    line = "- {{host: a, ports: {0}, expect: {{open: {0}, blocked: '{1}'}}}}\n"
    lines = [line.format(port, "-") for port in range(1000, 2000)]
    assert len(read(tmp_path, "targets:\n" + "".join(lines)).entries) == 1000
    (said,) = told(tmp_path, "targets:\n" + "".join(line.format(port, f"1-{60_000 + port}") for port in range(1, 400)))
    assert "the different port lists hold more than 20000000 ports; use fewer different ones" in said


def test_the_budget_keeps_what_it_has_counted() -> None:
    """A list that nobody kept would leave its place in memory to the next one, which would then seem to be known."""
    budget = MapBudget(PortBudget(3), 3)
    for spent in (budget.ports, budget.cuts):
        for number in range(3):
            spent.spend(tuple(range(number, number + 1)))
        with pytest.raises(TargetError, match="hold more than 3"):
            spent.spend(tuple(range(3, 4)))
