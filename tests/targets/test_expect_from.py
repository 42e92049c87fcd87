"""What is expected from where: which of all that is said decides, that the ports and the digest are the same from every
vantage, and what is said of mistakes."""

from pathlib import Path

import pytest

import scanner
from scanner.model import Need, PortExpectations
from scanner.targets.entry import Defaults, Entry, Settings, StatedSettings, settle_request
from scanner.targets.list_digest import list_digest
from scanner.targets.plan import Plan
from scanner.targets.space.single_targets import entries_of, expand
from scanner.words.builtin_values import SWEEP
from tests.targets.made import entry, read, told

_BY_PORT = PortExpectations([(443, 443, "refused")])
_FRA, _DEFAULT = (("fra", "blocked"),), (("fra", "timeout"),)


def expected(made: Entry, vantage: str, port: int, **said: str) -> str:
    return settle_request(made, Settings(vantage=vantage, **said), 0, "").at(port).expect  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("own", "default", "command", "from_fra", "from_nyc"),
    [
        ({"expect_from": _FRA, "expect": "any"}, {"expect": "refused"}, "open", "blocked", "any"),
        ({"expect": "any"}, {"expect_from": _DEFAULT, "expect": "refused"}, "open", "any", "any"),
        ({"expect_from": _FRA}, {"expect_from": _DEFAULT, "expect": "refused"}, "open", "blocked", "open"),
        ({}, {"expect_from": _DEFAULT, "expect": "refused"}, "open", "open", "open"),
        ({}, {"expect_from": _DEFAULT, "expect": "refused"}, None, "timeout", "refused"),
        ({}, {"expect_from": _DEFAULT}, None, "timeout", "open"),
        ({"expect_from": _FRA}, {}, None, "blocked", "open"),
        ({"expect_from": (("fra", _BY_PORT),), "expect": "any"}, {"expect_from": _DEFAULT}, "open", "any", "any"),
        ({"expect_from": (("fra", _BY_PORT),)}, {"expect_from": _DEFAULT}, None, "timeout", "open"),
    ],
)  # fmt: skip
def test_entry_then_command_line_then_file_then_what_is_built_in(
    own: dict[str, object], default: dict[str, object], command: str | None, from_fra: str, from_nyc: str
) -> None:
    """In each of them, what is said of the vantage comes first."""
    defaults = Defaults(StatedSettings(**default))  # type: ignore[arg-type]
    made = entry("10.0.0.1", "80,443", defaults=defaults, **own)
    said = {} if command is None else {"expect": command}
    assert (expected(made, "fra", 80, **said), expected(made, "nyc", 80, **said)) == (from_fra, from_nyc)
    if own.get("expect_from") not in (None, _FRA):
        assert expected(made, "fra", 443, **said) == "refused"


def test_by_port_beats_by_port_only_where_it_names_the_port() -> None:
    def of(starting: str) -> PortExpectations:
        return PortExpectations([(int(starting), int(starting) + 1, f"w{starting}")])

    for first, second, third in (("1", "2", "3"), ("3", "2", "1"), ("2", "2", "2")):
        for layered in (of(first).over(of(second)).over(of(third)), of(first).over(of(second).over(of(third)))):
            for port in range(7):
                assert layered.at(port) == of(first).at(port) or of(second).at(port) or of(third).at(port)
            assert {layered: 1}[of(first).over(of(second)).over(of(third))] == 1
    assert of("1").over(None) == of("1") != of("1").over(of("2")) != of("2").over(of("1"))


_LIST = """
defaults: {expect_from: {nyc: blocked}}
targets:
  - {name: db, host: 10.0.0.1, expect: {open: "80-82"}, expect_from: {fra: {refused: 443, open: 80}, no: any}}
  - {host: 10.0.0.2, port: 22, expect_from: {010: open, 1e5: refused, "null": any}}
"""


def test_all_vantages_probe_the_same_ports_and_their_reports_are_of_one_list(tmp_path: Path) -> None:
    file = read(tmp_path, _LIST)
    assert file.entries[0].ports == (443, 80, 81, 82)
    digests = {list_digest(file.entries, (), Settings(vantage=each)) for each in ("", "fra", "nyc", "no", "010")}
    assert len(digests) == 1
    plain = read(tmp_path, "targets: [{name: db, host: 10.0.0.1, ports: [80-82, 443]}, '10.0.0.2:22']")
    assert digests == {list_digest(plain.entries, (), Settings())}, "what is expected makes no other list"


def test_names_are_the_text_that_was_typed(tmp_path: Path) -> None:
    second = read(tmp_path, _LIST).entries[1]
    vantages = ("010", "8", "10", "1e5", "100000", "null", "nyc", "")
    assert [expected(second, each, 22) for each in vantages] == (
        ["open", "open", "open", "refused", "open", "any", "blocked", "open"]
    )
    assert expected(read(tmp_path, _LIST).entries[0], "no", 80) == "any"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("{}", "expect_from is an empty mapping; write a vantage"),
        ("open", 'expect_from is "open"; write vantages'),
        ("[fra]", "expect_from is a list; write vantages"),
        ("{fra: open, fra: open}", 'the vantage "fra" is already on line 1; write it once'),
        ("{fra: }", 'nothing is expected from "fra"; write an expectation'),
        ("{fra: opne}", '"opne" is not a valid expectation; did you mean "open"?'),
        ("{fra: closed}", '"closed" can mean several things; write refused'),
        ("{fra: [open]}", "has a list; write one expectation"),
        ("{fra: 'open: 1'}", "is a text, not a mapping"),
        ("{fra: {}}", 'expect_from: "fra" is an empty mapping'),
        ("{fra: {opne: 1}}", 'expect_from: "fra": "opne" is not a valid expectation; did you mean "open"?'),
        ("{fra: {open: 2}}", "the target has none of the ports of open"),
        ("{'': open}", "a vantage is empty"),
        ("{' fra': open}", "begins or ends with a blank"),
        ("{? [a] : open}", "write a single string"),
    ],
)
def test_mistakes(tmp_path: Path, value: str, says: str) -> None:
    (problem,) = told(tmp_path, f"targets: [{{host: a, port: 1, expect_from: {value}}}]")
    assert problem.startswith("t.yaml:1:")
    assert says in problem


def test_mistakes_of_defaults_and_slips(tmp_path: Path) -> None:
    (problem,) = told(tmp_path, "defaults: {expect_from: {fra: {open: 1}}}\ntargets: ['a:1']")
    assert problem.startswith("t.yaml:1:31: expect_from in the defaults is one expectation for all ports;")
    assert "write one of" in told(tmp_path, "targets: [{host: a, port: 1, expect-from: {fra: open}}]")[0]
    (problem,) = told(tmp_path, "targets: [{host: a, port: 1, expect: {fra: open}}]")
    assert 'if it is a vantage, write expect_from: {"fra": open}' in problem
    (problem,) = told(tmp_path, "targets: [{host: a, expect_from: {fra: {opne: 1}}}]")
    assert "opne" in problem, "that it has no port is not another mistake"


def test_a_plan_counts_what_is_expected_from_here(tmp_path: Path) -> None:
    file = read(tmp_path, _LIST)
    counts = {each: Plan(file.entries, (), Settings(vantage=each)).rules_by_expectation for each in ("no", "nyc")}
    assert counts == {"no": {"any": 1, "open": 1}, "nyc": {"by port": 1, "blocked": 1}}


def test_a_need_without_an_expectation_from_here_is_a_mistake() -> None:
    needing = Entry(entry("10.0.0.1").hosts, (1, 2), StatedSettings(expect_from=(("fra", "open"),)), need=Need(1, "x"))
    Plan([needing], (), Settings(vantage="fra", builtin=SWEEP)).check()
    with pytest.raises(scanner.TargetError, match="nothing is expected here"):
        Plan([needing], (), Settings(vantage="nyc", builtin=SWEEP)).check()


def test_single_targets_keep_what_is_said_of_vantages(tmp_path: Path) -> None:
    file = read(tmp_path, _LIST)
    targets = list(expand(file.entries, (), Settings()))
    assert [(each.port, each.expect_from) for each in targets] == [
        (443, {"fra": "refused", "no": "any", "nyc": "blocked"}), (80, {"fra": "open", "no": "any"}),
        (81, {"no": "any"}), (82, {"no": "any"}),
        (22, {"nyc": "blocked", "010": "open", "1e5": "refused", "null": "any"}),
    ]  # fmt: skip
    singles, _ = entries_of(targets)
    for single, target in zip(singles, targets, strict=True):
        whole = file.entries[target.host == "10.0.0.2"]
        for vantage in ("fra", "nyc", "no", "010", "elsewhere"):
            for said in ({}, {"expect": "timeout"}):
                assert expected(single, vantage, target.port, **said) == expected(whole, vantage, target.port, **said)
    targets[4].expect_from["fra"] = "refused"
    (changed,), _ = entries_of(targets[4:])
    assert expected(changed, "fra", 22) == "refused"


def test_users_of_the_library_say_it_of_a_target() -> None:
    target = scanner.Target("10.0.0.1", 22, expect="open", expect_from={"fra": "blocked"})
    (made,), _ = entries_of([target])
    assert (expected(made, "fra", 22), expected(made, "nyc", 22)) == ("blocked", "open")
    for wrong, says in (({"fra": "opne"}, "did you mean"), ({"fra": 1}, "is not a string")):
        with pytest.raises(scanner.TargetError, match=says):
            entries_of([scanner.Target("10.0.0.1", 22, expect_from=wrong)])  # type: ignore[arg-type]
