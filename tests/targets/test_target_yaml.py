"""Target lists that are written: how they look, and that they read back as what they were, target by target."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from scanner.model import Need, PortExpectations
from scanner.targets.entry import Defaults, Entry, Settings, StatedSettings
from scanner.targets.file.target_file import TargetFile
from scanner.targets.formats.opened_list import read_targets
from scanner.targets.grammar.parsers import parse_excludes
from scanner.targets.writing.common_settings import FileEntries
from scanner.targets.writing.rule_neighbours import beside
from scanner.targets.writing.spelled_settings import spelled_duration
from scanner.targets.writing.target_yaml import ListToWrite, list_text
from tests.targets.made import entry
from tests.targets.test_samples import SAMPLES, wish_of
from tests.targets.written import again, asked, digest, files

_PORT_22 = Settings(ports=(22,))


def written(*entries: Entry) -> str:
    """The targets of a list of one file, and its defaults if it has any."""
    text = "".join(list_text(ListToWrite([FileEntries("", entries)])))
    return text.removeprefix("version: 1\n\n").removeprefix("targets:\n")


def check(found: list[TargetFile], said: Settings, *, negative: bool = False) -> None:
    entries = [each for file in found for each in file.entries]
    excludes = [each for file in found for each in file.excludes]
    parts = [FileEntries("a: b", file.entries) for file in found]
    added = beside(entries, excludes, said.ports).entries if negative else []
    parts.append(FileEntries("", added, have_a_say=False))
    entries += added
    with tempfile.TemporaryDirectory() as folder:
        back = again(ListToWrite(parts, excludes, said.ports), Path(folder))
    assert digest(back, Settings()) == digest(TargetFile(entries, excludes), said)
    assert asked(back.entries, Settings()) == asked(entries, said)


@settings(max_examples=40, deadline=None)
@given(files())
def test_a_written_list_reads_back_as_the_same(found: list[TargetFile]) -> None:
    check(found, Settings())


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(files())
def test_so_does_one_with_what_is_beside_it(found: list[TargetFile]) -> None:
    check(found, Settings(), negative=True)


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@given(files())
def test_many_written_lists_read_back_as_the_same(found: list[TargetFile]) -> None:
    check(found, Settings())
    check(found, _PORT_22, negative=True)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_reads_back_as_the_same(sample: Path) -> None:
    check([read_targets(str(sample), wish_of(sample))], _PORT_22)


def test_all_samples_in_one_list() -> None:
    check([read_targets(str(sample), wish_of(sample)) for sample in SAMPLES], _PORT_22)


def test_what_says_nothing_else_is_a_line() -> None:
    place = ("hosts.txt", 3, 1)
    found = written(
        entry("db1.example.com", "5432", where=place), entry("2001:db8::1", "80,443"), entry("::1-::9", "-")
    )
    assert found == '  - db1.example.com:5432  # hosts.txt:3\n  - "[2001:db8::1]:80,443"\n  - "[::1-::9]:-"\n'


def test_alike_but_for_their_hosts_is_one_entry() -> None:
    lines = [
        entry("db1.example.com", "5432", name="db", tags=("prod",), where=("rules.csv", 2, 1)),
        entry("www.example.com", "443", name="web", tags=("prod",), where=("rules.csv", 3, 1)),
        entry("db2.example.com 192.0.2.7", "5432", name="db", tags=("prod",), where=("rules.csv", 4, 1)),
    ]
    assert written(*lines) == (
        "defaults:\n  tags: [prod]\n\ntargets:\n"
        "  - name: db\n    hosts:\n      - db1.example.com  # rules.csv:2\n      - db2.example.com  # rules.csv:4\n"
        "      - 192.0.2.7  # rules.csv:4\n    port: 5432\n\n"
        "  - name: web  # rules.csv:3\n    host: www.example.com\n    port: 443\n"
    )


def test_what_is_expected_from_where_is_kept() -> None:
    by_port = PortExpectations([(80, 80, "open"), (443, 443, "blocked")])
    stated = (("fra", by_port), ("no", "blocked"), ("a: b", "any"))
    lines = [entry("db1", "80,443", expect="open", expect_from=stated), entry("db2", "80", expect="open")]
    assert written(*lines) == (
        "defaults:\n  expect: open\n\ntargets:\n"
        "  - host: db1\n    ports: [80, 443]\n    expect_from:\n      fra:\n        open: 80\n        blocked: 443\n"
        '      "no": blocked\n      "a: b": any\n\n  - db2:80\n'
    )


def test_what_a_file_expects_from_where_stays_a_default_or_becomes_its_entries_own() -> None:
    defaults = Defaults(StatedSettings(expect_from=(("fra", "blocked"),)))
    of_one = [
        entry("db1", "80", expect="open", defaults=defaults),
        entry("db2", "80", expect="open", defaults=defaults),
    ]
    head = "defaults:\n  expect_from:\n    fra: blocked\n\ntargets:\n"
    assert written(*of_one) == head + "  - hosts:\n      - db1\n      - db2\n    port: 80\n    expect: open\n"
    of_two = written(entry("db1", "80", defaults=defaults), entry("db2", "80"))
    alike = [entry(host, "80", expect_from=(("fra", "blocked"),)) for host in ("db3", "db4")]
    alike[1] = entry("db4", "80", expect="any", expect_from=(("fra", "blocked"),))
    assert "defaults" not in written(*alike), "there the expect of db4 would beat it"
    assert of_two == "  - host: db1\n    port: 80\n    expect_from:\n      fra: blocked\n\n  - db2:80\n"


def test_names_in_a_row_are_a_pattern_with_all_their_places() -> None:
    lines = [entry(f"web{at:02}", "80", name="w", where=("r.csv", at, 1)) for at in (1, 2, 3, 4)]
    assert written(*lines) == "  - name: w  # r.csv:1-4\n    host: web[01-04]\n    port: 80\n"


def test_a_host_that_is_there_already_has_an_entry_of_its_own() -> None:
    """Each of both has a row for it."""
    found = written(entry("192.0.2.0/30", name="a"), entry("192.0.2.2", name="a"), entry("192.0.2.4", name="a"))
    assert found.count("- name: a") == 2
    assert "hosts: [192.0.2.2, 192.0.2.4]" in found or "- 192.0.2.4" in found


def test_what_overlaps_itself_is_joined_by_nobody() -> None:
    """What it holds is not known well enough to say whether another host is there already."""
    rules = entry("192.0.2.4/30 192.0.2.0/29", name="a"), entry("192.0.2.1", name="a")
    assert written(*rules).count("- name: a") == 2
    check([TargetFile(list(rules))], Settings())


def test_what_counts_or_expects_otherwise_is_not_alike() -> None:
    one, other = entry("a1", "22,80", name="x"), entry("b1", "22,80", name="x")
    by_port = PortExpectations([(22, 22, "blocked")])
    counting = [Entry(each.hosts, each.ports, name="x", need=Need(1)) for each in (one, other)]
    assert written(*counting).count("- name: x") == 2
    apart = (
        one,
        Entry(other.hosts, other.ports, name="x", by_port=by_port),
        Entry(one.hosts, (22, 80), name="x", by_port=by_port),
    )
    assert written(*apart) == (
        "  - name: x\n    host: a1\n    ports: [22, 80]\n\n"
        "  - name: x\n    hosts:\n      - b1\n      - a1\n    ports: [22, 80]\n    expect:\n      blocked: 22\n"
    )


def test_expectations_by_port_as_people_write_them() -> None:
    rule = entry("a1", "-")
    by_port = PortExpectations([(1, 79, "blocked"), (80, 80, "open"), (81, 65535, "blocked")])
    assert written(Entry(rule.hosts, rule.ports, by_port=by_port, need=Need(3))) == (
        '  - host: a1\n    expect:\n      open: 80\n      blocked: "-"\n    need: 3\n'
    )


def test_ports_that_the_expectations_name_are_not_named_twice() -> None:
    def text(ports: str) -> str:
        rule = entry("a1", ports)
        by_port = PortExpectations([(22, 22, "blocked"), (80, 80, "open"), (443, 443, "open")])
        return written(Entry(rule.hosts, rule.ports, by_port=by_port))

    assert text("22,80,443") == "  - host: a1\n    expect:\n      blocked: 22\n      open: [80, 443]\n"
    assert "    ports: [22, 80, 443, 8080]\n" in text("22,80,443,8080")
    assert "    ports: [443, 22, 80]\n" in text("443,22,80")  # in this order


def test_tags_that_not_all_have_are_no_default() -> None:
    rules = [entry(f"h{at}x", tags=(tag,)) for at, tag in enumerate(("a", "a", "b"))]
    assert "defaults" not in written(*rules)


def test_places_that_are_no_lines() -> None:
    cells = [entry(host, name="a", where=(f"r.xlsx!{cell}", 2, 0)) for host, cell in (("a1", "B2"), ("b7", "B9"))]
    assert "- a1  # r.xlsx!B2\n      - b7  # r.xlsx!B9\n" in written(*cells)


@pytest.mark.parametrize(
    ("stated", "defaults"),
    [
        (["open", "open", "blocked"], "  expect: open\n"),
        (["open", "blocked"], ""),
        (["open", "open", None], ""),
        (["open"], ""),
    ],
)
def test_a_default_is_what_most_say_and_all_say_something(stated: list[str | None], defaults: str) -> None:
    found = written(*(entry(f"h{at}x", expect=expect, name="x") for at, expect in enumerate(stated)))
    assert found.startswith(f"defaults:\n{defaults}\ntargets:\n" if defaults else "  - name: x\n")


def test_defaults_of_one_file_stay_and_those_of_several_are_what_their_entries_say() -> None:
    one, other = Defaults(StatedSettings(timeout=2.0), (22,)), Defaults(StatedSettings(timeout=0.3), (22,))
    both = entry("a1", None, defaults=one), entry("b1", None, defaults=one)
    assert written(*both) == "defaults:\n  port: 22\n  timeout: 2s\n\ntargets:\n  - a1\n  - b1\n"
    said = entry("b1", None, defaults=one, timeout=2.0)  # which beats the command line, as the default does not
    assert written(both[0], said).endswith("  - a1\n\n  - host: b1\n    timeout: 2s\n")
    assert written(both[0], entry("b1", None, defaults=other)) == (
        "defaults:\n  port: 22\n\ntargets:\n  - host: a1\n    timeout: 2s\n\n  - host: b1\n    timeout: 300ms\n"
    )


def test_ports_that_are_not_the_same_default_are_written_out() -> None:
    one, other = Defaults(StatedSettings(), (22,)), Defaults(StatedSettings(), (443,))
    assert written(entry("a1", None, defaults=one), entry("b1", None, defaults=other)) == "  - a1:22\n  - b1:443\n"


def test_excludes_and_comments() -> None:
    excludes = parse_excludes("192.0.2.0/30,*:25,[2001:db8::1]:22,80,db[1-3].example.com:443")
    text = "".join(
        list_text(ListToWrite([FileEntries("t", [entry("a1")])], excludes, None, ["x" + " y" * 60], ["end\n"]))
    )
    head, _, rest = text.partition("version: 1\n")
    assert [line[:3] for line in head.splitlines()] == ["# x", "#  "]
    assert rest == (
        '\nexclude:\n  - 192.0.2.0/30\n  - "*:25"\n  - "[2001:db8::1]:22,80"\n  - db[1-3].example.com:443\n\ntargets:\n'
        "  # t\n  - a1:80\n\n# end\\n\n"
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.3, "300ms"), (1.0, "1s"), (1.5, "1.5s"), (90.0, "90s"), (0.0015, "1.5ms"), (1 / 3, "0.3333333333333333s")],
)
def test_durations(seconds: float, text: str) -> None:
    assert spelled_duration(seconds) == text
