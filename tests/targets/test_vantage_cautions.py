"""What is said of `expect_from` that may not be as it was meant: a vantage that it does not name, a port named for
another place alone."""

from pathlib import Path

import pytest

from scanner.model import PortExpectations
from scanner.targets.entry import Defaults, Entry, Settings, StatedSettings
from scanner.targets.plan import Plan
from scanner.targets.vantage_cautions import vantage_cautions
from tests.targets.made import entry, read

_LIST = """
defaults: {expect_from: {lon: any}}
targets:
  - {host: 10.0.0.1, port: 1, expect: refused, expect_from: {nyc: blocked}}
  - 10.0.0.2:2
"""


def cautions(folder: Path, text: str, vantage: str, **said: str) -> list[str]:
    plan = Plan(read(folder, text).entries, (), Settings(**said))  # type: ignore[arg-type]
    return plan.with_settings(Settings(vantage=vantage, **said)).cautions  # type: ignore[arg-type]


@pytest.mark.parametrize("vantage", ["nyc", "lon"])
def test_a_vantage_that_is_named_anywhere_needs_no_word(vantage: str, tmp_path: Path) -> None:
    assert cautions(tmp_path, _LIST, vantage) == []


@pytest.mark.parametrize(
    ("vantage", "remedy"),
    [
        ("NYC", 'did you mean "nyc"?'),
        ("nyc1", 'did you mean "nyc"?'),
        ("fra", "--vantage NAME says where a scan is from"),
        ("", "--vantage NAME says where a scan is from"),
    ],
)
def test_one_that_is_not_named_gets_a_line(vantage: str, remedy: str, tmp_path: Path) -> None:
    assert cautions(tmp_path, _LIST, vantage) == [
        f'this scan is from "{vantage}", which expect_from does not name (it names "nyc", "lon"), so what holds '
        f"anywhere else is expected here; {remedy}"
    ]


def test_a_list_that_names_none_needs_none(tmp_path: Path) -> None:
    assert cautions(tmp_path, "targets: ['10.0.0.1:1']", "fra") == []


def test_however_its_writer_cased_it(tmp_path: Path) -> None:
    (said,) = cautions(tmp_path, "targets: [{host: a, port: 1, expect_from: {NYC: any}}]", "nyc")
    assert said.endswith('did you mean "NYC"?')


def test_a_port_that_is_named_for_other_vantages_alone(tmp_path: Path) -> None:
    text = (
        "targets: [{host: 10.0.0.1, expect: {refused: 443}, "
        "expect_from: {nyc: {blocked: '22-23,443'}, fra: {open: 80}%s}}]"
    )
    assert cautions(tmp_path, text % "", "fra") == [
        f"{tmp_path}/t.yaml:1:11: expect_from names ports 22, 23 for other vantages alone, so from here they are "
        "expected open; if that is not meant, say in expect what is"
    ]
    (said,) = cautions(tmp_path, text % "", "nyc")
    assert "names port 80 for other vantages alone, so from here it is expected open;" in said
    assert cautions(tmp_path, text % "", "fra", expect="open") == [], "somebody says it"
    assert cautions(tmp_path, "defaults: {expect: open}\n" + text % "", "fra") == []
    assert cautions(tmp_path, text % ", lon: any", "lon") == []


def test_what_is_said_of_no_port_or_of_all_is_no_such_thing(tmp_path: Path) -> None:
    for expects in ("", "expect: open, "):
        text = f"targets: [{{host: a, ports: [22, 443], {expects}expect_from: {{nyc: {{blocked: 22}}, fra: open}}}}]"
        assert cautions(tmp_path, text, "fra") == []
    text = "targets: [{host: a, ports: [22, 443], expect_from: {nyc: {blocked: 22}, fra: {open: 22}}}]"
    assert cautions(tmp_path, text, "fra") == [], "of a port that no place is told of, nothing is odd"


def test_lists_of_many_entries_are_told_in_a_few_lines_and_at_once() -> None:
    here, there = PortExpectations([(1, 1, "open")]), PortExpectations([(1, 65_535, "blocked")])
    stated, ports = StatedSettings(expect_from=(("fra", here), ("nyc", there))), tuple(range(1, 65_536))
    hosts = entry("10.0.0.1").hosts
    many = [Entry(hosts, ports, stated, label="l", defaults=Defaults()) for _ in range(10_000)]
    said = vantage_cautions(many, Settings(vantage="fra"))
    assert 0 < len(said) < 100
    assert "ports 2, 3, 4, 5, 6, 7, 8, 9 and 65,526 more" in said[0]
