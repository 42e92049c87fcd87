"""Expectations by port: of several lists the most specific one decides, and who cannot know is told."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import EXPECTATIONS
from scanner.targets.file.expect_map import Tie, decide, idle
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.grammar.ports import ALL_PORTS
from tests.targets.made import read, told

WORDS = list(EXPECTATIONS)


def model(lists: Sequence[tuple[str, set[int]]], port: int) -> tuple[str, tuple[int, int] | None]:
    """Port by port, as one would by hand: what is expected of it, and which two lists are equally specific."""
    holders = sorted((len(ports), at) for at, (_, ports) in enumerate(lists) if port in ports)
    if not holders:
        return "", None
    equal = [at for size, at in holders if size == holders[0][0]]
    return lists[holders[0][1]][0], (equal[0], equal[1]) if len(equal) > 1 else None


_ITEM = st.tuples(st.integers(1, 30), st.integers(0, 12)).map(lambda pair: f"{pair[0]}-{pair[0] + pair[1]}")
_TEXTS = st.lists(st.lists(_ITEM, min_size=1, max_size=4).map(",".join), min_size=1, max_size=4)


@settings(deadline=None)
@given(_TEXTS)
def test_the_narrowest_list_that_holds_a_port_decides(texts: list[str]) -> None:
    found = decide(tuple(zip(WORDS, texts, strict=False)))
    lists = [(word, set(parse_ports(text))) for word, text in zip(WORDS, texts, strict=False)]
    ties = [(port, pair) for port in range(1, 60) if (pair := model(lists, port)[1])]
    if ties:
        port, pair = ties[0]
        assert found.tie == Tie(*pair, port)
        return
    assert found.tie is None
    assert [found.by_port.at(port) for port in range(1, 60)] == [model(lists, port)[0] for port in range(1, 60)]


@settings(deadline=None)
@given(_TEXTS)
def test_all_ports_are_named_once_those_of_the_narrowest_list_first(texts: list[str]) -> None:
    lists = tuple(zip(WORDS, texts, strict=False))
    ports = decide(lists).ports
    sizes = [min(len(parse_ports(text)) for _, text in lists if port in parse_ports(text)) for port in ports]
    assert sizes == sorted(sizes)
    assert len(ports) == len(set(ports))
    assert set(ports) == {port for _, text in lists for port in parse_ports(text)}


@settings(deadline=None)
@given(_TEXTS, _ITEM)
def test_a_list_is_idle_if_none_of_its_ports_is_probed(texts: list[str], probed: str) -> None:
    lists = tuple(zip(WORDS, texts, strict=False))
    wanted = [at for at, (_, text) in enumerate(lists) if not set(parse_ports(text)) & set(parse_ports(probed))]
    assert list(idle(lists, probed)) == wanted


def test_all_ports_cost_as_much_as_one() -> None:
    found = decide((("open", "80,443"), ("blocked", "-")))
    assert len(found.by_port.starts) < 10
    assert [found.by_port.at(port) for port in (1, 80, 81, 443, 65535)] == [
        "blocked", "open", "blocked", "open", "blocked",
    ]  # fmt: skip
    assert found.ports[:3] == (80, 443, 1)
    assert len(found.ports) == 65535


def test_one_list_is_the_ports_themselves() -> None:
    assert decide((("blocked", "-"),)).ports is ALL_PORTS


def test_a_narrower_list_settles_what_two_others_could_not() -> None:
    found = decide((("open", "80"), ("refused", "80-81"), ("blocked", "79-80")))
    assert found.tie is None
    assert [found.by_port.at(port) for port in (78, 79, 80, 81, 82)] == ["", "blocked", "open", "refused", ""]


@pytest.mark.parametrize(
    "text",
    [
        "{open: [80, https], blocked: '-'}",
        "{blocked: '-', open: '80,443'}",
        "\n    blocked: ['-']\n    open:\n    - 80\n    - 443",
        "{open: [80, 443], blocked: '-', refused: null, any: ~, unreachable: }",
    ],
)
def test_flow_and_block_style_in_any_order_with_nulls_that_are_not_there(tmp_path: Path, text: str) -> None:
    (entry,) = read(tmp_path, f"targets:\n- host: a\n  expect: {text}\n").entries
    assert entry.ports is not None
    assert entry.by_port is not None
    assert (entry.ports[:3], len(entry.ports), entry.stated.expect) == ((80, 443, 1), 65535, None)
    assert [entry.by_port.at(port) for port in (22, 80, 443)] == ["blocked", "open", "open"]


def test_an_entry_with_ports_has_those_and_no_others(tmp_path: Path) -> None:
    text = "targets:\n- {host: a, ports: [22, 80], expect: {open: '80,443'}}\n"
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
        ("host: a, expect: {open: null}", "2:21: expect is an empty mapping"),
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
            "2:33: blocked names port 2, and so does open (line 2, column 22) with as many ports: neither is more "
            "specific; leave 2 out of one of them",
        ),
        (
            "host: a, port: 22, expect: {open: 443, blocked: 22}",
            "2:32: the target has none of the ports of open; name them in its ports as well, or leave open out",
        ),
        ("host: a, port: 1, expect: [open]", "2:30: expect is a list; write a single value"),
    ],
)
def test_mistakes_have_their_place_and_remedy(tmp_path: Path, entry: str, wanted: str) -> None:
    (line,) = told(tmp_path, f"targets:\n- {{{entry}}}\n")
    assert line.startswith(f"t.yaml:{wanted}"), line


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
    monkeypatch.setattr("scanner.targets.file.yaml_file.MOST_CUT", 100)
    lines = [f"- {{host: a, ports: 1-999, expect: {{open: 'top:{number}'}}}}\n" for number in range(20, 30)]
    (line,) = told(tmp_path, "targets:\n" + "".join(lines))
    assert "the different port lists hold more than 100 ranges; use fewer different ones" in line
