"""Unspecified addresses (0.0.0.0/8, `::`): refused where typed, left out of ranges and counted, free as excludes."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import scanner
from scanner.api.traces import plan_to_trace
from scanner.errors import ScannerError, TargetError, UsageError
from scanner.model import Place, Target
from scanner.targets.entry import Settings
from scanner.targets.file.host_list import read_excludes, read_hosts
from scanner.targets.grammar.addresses import V4, V6
from scanner.targets.grammar.parsers import parse_excludes, parse_host, parse_target
from scanner.targets.make_plan import plan_from_args, plan_from_sweep
from scanner.targets.plan import Plan
from tests.engine.listeners import refused_port as closed_port
from tests.targets.made import built, entry, excluder, read, told
from tests.targets.slip_corpus import remedies

#: What is typed as a host alone, and what to write instead.
HOSTS = [
    ("0.0.0.0", "127.0.0.1"),
    ("0.0.0.1", "127.0.0.1"),
    ("0.255.255.255", "127.0.0.1"),
    ("0.0.0.0/8", "127.0.0.1"),
    ("0.0.0.0/32", "127.0.0.1"),
    ("0.128.0.0/9", "127.0.0.1"),
    ("0.0.0.0-50", "127.0.0.1"),
    ("0.0.0.1-0.0.3.0", "127.0.0.1"),
    ("0.0.0.[1-3]", "127.0.0.1"),
    ("::", "::1"),
    ("[::]", "::1"),
    ("::0", "::1"),
    ("0::0", "::1"),
    ("0:0:0:0:0:0:0:0", "::1"),
    ("0000:0000:0000:0000:0000:0000:0000:0000", "::1"),
    ("::0.0.0.0", "::1"),
    ("::/128", "::1"),
    ("::-::", "::1"),
    ("::%lo", "::1"),
    ("::ffff:0.0.0.0", "127.0.0.1"),
    ("::ffff:0:0", "127.0.0.1"),
    ("0:0:0:0:0:ffff:0:5", "127.0.0.1"),
    ("::ffff:0.0.0.0/104", "127.0.0.1"),
]
#: The same with a port.
TARGETS = [
    ("0.0.0.0:22", "127.0.0.1:22"),
    ("0.1.2.3:22,80", "127.0.0.1:22,80"),
    ("0.0.0.0/8:22", "127.0.0.1:22"),
    ("0.0.0.1-9:22", "127.0.0.1:22"),
    ("[::]:22", "[::1]:22"),
    ("[0:0::0]:22", "[::1]:22"),
    ("[::0.0.0.0]:22", "[::1]:22"),
    ("[::/128]:22", "[::1]:22"),
    ("[::ffff:0.0.0.0]:22", "127.0.0.1:22"),
    (":::22", "[::1]:22"),
    ("http://0.0.0.0:8080/x", "127.0.0.1:8080"),
    ("https://0.0.0.0", "127.0.0.1:443"),
    ("http://[::]:8080/", "[::1]:8080"),
    ("http://[::ffff:0.0.0.0]:8080/", "127.0.0.1:8080"),
    ("root@0.0.0.0:22", "127.0.0.1:22"),
    ("tcp://0.0.0.0:2375", "127.0.0.1:2375"),
    ("0.0.0.0:22/tcp", "127.0.0.1:22"),
    ('"0.0.0.0:22"', "127.0.0.1:22"),
]
#: Places that take a host alone, and those that take HOST:PORTS.
ALONE: dict[str, Callable[[Path, str], object]] = {
    "host": lambda folder, word: parse_host(word),
    "sweep": lambda folder, word: plan_from_sweep([word], "22", Settings()),
    "library sweep": lambda folder, word: scanner.sweep(word, 22),
    "library target": lambda folder, word: scanner.scan([Target(word, 22)]),
    "hosts file": lambda folder, word: read_hosts(written(folder, word)),
    "yaml host": lambda folder, word: read(folder, f"targets:\n- host: {word!r}\n  port: 22\n"),
    "yaml hosts": lambda folder, word: read(folder, f"targets:\n- hosts: [a, {word!r}]\n  port: 22\n"),
}
WITH_PORTS: dict[str, Callable[[Path, str], object]] = {
    "target": lambda folder, word: parse_target(word),
    "scan": lambda folder, word: plan_from_args([word], Settings()),
    "trace": lambda folder, word: plan_to_trace([word]),
    "yaml short": lambda folder, word: read(folder, f"targets:\n- {word!r}\n"),
}


def written(folder: Path, text: str) -> str:
    path = folder / "list.txt"
    path.write_text(text + "\n")
    return str(path)


def refusal(read_it: Callable[[Path, str], object], folder: Path, word: str) -> str:
    with pytest.raises(TargetError) as caught:
        read_it(folder, word)
    (message,) = caught.value.problems
    return message


@pytest.mark.parametrize("place", ALONE)
@pytest.mark.parametrize(("typed", "remedy"), HOSTS)
def test_a_host_alone_is_refused(place: str, typed: str, remedy: str, tmp_path: Path) -> None:
    message = refusal(ALONE[place], tmp_path, typed)
    assert re.search(rf'write "?{re.escape(remedy)}"? if this host is meant', message), message
    ALONE[place](tmp_path, remedy)


@pytest.mark.parametrize("place", WITH_PORTS)
@pytest.mark.parametrize(("typed", "remedy"), TARGETS)
def test_a_host_with_ports_is_refused(place: str, typed: str, remedy: str, tmp_path: Path) -> None:
    message = refusal(WITH_PORTS[place], tmp_path, typed)
    assert re.search(rf'write "?{re.escape(remedy)}"? if this host is meant', message), message
    WITH_PORTS[place](tmp_path, remedy)


@pytest.mark.parametrize("place", ["sweep", "scan", "trace", "yaml short", "hosts file"])
def test_an_address_is_an_address_whatever_files_there_are(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "0.0.0.0").write_text("targets: [a:1]\n")
    message = refusal((ALONE | WITH_PORTS)[place], tmp_path, "0.0.0.0")
    assert "write 127.0.0.1" in message


@pytest.mark.parametrize("typed", ["0.0.0.0", "0.1.2.3", "::", "0:0::0", "0.0.0.0/8", "::ffff:0.0.0.0"])
def test_why_is_said(typed: str) -> None:
    with pytest.raises(TargetError, match=r"never probed"):
        parse_host(typed)


@pytest.mark.parametrize(
    "typed", ["0.0.0.5-0.0.0.1", "0.0.0.5/8", "0.0.0.0/33", "00.0.0.0", "0.0.0.0.", "0", "0:22", "0/0", "0/8"]
)
@pytest.mark.parametrize("parse", [parse_host, parse_target])
def test_other_mistakes_lead_to_no_unspecified_address(typed: str, parse: Callable[[str], object]) -> None:
    with pytest.raises(TargetError) as caught:
        parse(typed)
    for remedy in remedies(str(caught.value)):
        parse(remedy.raw.replace("PORTS", "1"))


@pytest.mark.parametrize(
    "typed",
    ["0.0.0.0", "0.0.0.0/8", "0.0.0.0/0", "0.0.0.0-255.255.255.255", "0.0.0.0:22", "0.0.0.0/0:22", "::", "::/0", "::/1",
     "[::]:22", "[::/0]:25", "::-::5", "::/64"],
)  # fmt: skip
def test_they_stay_legal_as_excludes(typed: str, tmp_path: Path) -> None:
    assert parse_excludes(typed)
    assert read_excludes(written(tmp_path, typed))
    assert read(tmp_path, f"targets: ['a:1']\nexclude: [{typed!r}]\n").excludes


def test_an_exclude_of_everything_excludes_it() -> None:
    assert built([entry("10.0.0.1 2001:db8::1")], "0.0.0.0/0").count == 1
    assert built([entry("10.0.0.1 2001:db8::1 fe80::1%1")], "::/0").count == 1
    assert excluder("0.0.0.0/0").at_address((V4, 0), 0) is None


def test_clothes_in_excludes_are_told_the_plain_address() -> None:
    """Somebody who excludes ::ffff:0.0.0.0 means 0.0.0.0, which an exclude may say."""
    with pytest.raises(TargetError, match=r"write 0\.0\.0\.0$"):
        parse_excludes("::ffff:0.0.0.0")


@pytest.mark.parametrize(
    ("hosts", "skipped", "count"),
    [
        ("0.0.0.0/7", 1 << 24, 1 << 24),
        ("0.255.255.254-1.0.0.5", 2, 6),
        ("::-::5", 1, 5),
        ("::/120", 1, 255),
        ("[0-1].0.0.[1-2]", 2, 2),
        ("0.0.0.0-1.0.0.0 0.255.255.255-1.0.0.1", 1 << 24, 2),  # each counted once
        ("0.0.0.0/1 128.0.0.0/1", 1 << 24, (1 << 32) - (1 << 24)),
        ("127.0.0.1 ::1", 0, 2),
    ],
)
def test_ranges_that_merely_hold_them_lose_them(hosts: str, skipped: int, count: int) -> None:
    made = built([entry(hosts)])
    assert (made.left_out.skipped, made.left_out.unspecified, made.space.count) == (skipped, skipped, count)
    for each in made.space.take(0, 10):
        assert not each.place.address.startswith("0.")
        assert each.place.address != "::"


@pytest.mark.parametrize("hosts", ["::1-1::", "::-1::"])
def test_a_wide_ipv6_range_leads_to_no_ipv4_host(hosts: str) -> None:
    """Whatever excludes leave of it."""
    made = built([entry(hosts)], "::2-::fffe:ffff:ffff", "::1:0:0:0-1::")
    assert [each.place.address for each in made.space.take(0, 9)] == ["::1"]


def test_the_targets_of_a_plan_are_those_that_are_probed() -> None:
    plan = Plan([entry("0.255.255.254-1.0.0.1 ::-::2")], (), Settings())
    assert sorted(target.host for target in plan) == ["1.0.0.0", "1.0.0.1", "::1", "::2"]


def test_a_name_beside_nothing_but_them() -> None:
    """What is left over of a range, but excluded, leaves nothing."""
    with pytest.raises(UsageError, match=r"2 targets excluded, 1 address skipped: unspecified \(0\.0\.0\.0/8, ::\)"):
        plan_from_sweep(["0.255.255.255-1.0.0.1"], "22", Settings(), excludes=parse_excludes("1.0.0.0/8"))


class TestAny:
    """0.0.0.0/0 and ::/0 are what a sheet calls any: only with an explicit word."""

    @pytest.mark.parametrize("typed", ["0.0.0.0/0", "0.0.0.0-255.255.255.255", "::/0", "0:0::0/0"])
    def test_it_needs_a_word(self, typed: str) -> None:
        for call in (
            lambda: plan_from_sweep([typed], "22", Settings()),
            lambda: plan_from_args([f"[{typed}]:22" if ":" in typed else f"{typed}:22"], Settings()),
            lambda: scanner.sweep(typed, 22),
            lambda: scanner.scan([Target(typed, 22)]),
        ):
            with pytest.raises(TargetError, match=r"--allow-any.*allow_any=True"):
                call()

    def test_with_the_word(self) -> None:
        plan = plan_from_sweep(["0.0.0.0/0"], "22", Settings(allow_any=True))
        assert (plan.unspecified, plan.count) == (1 << 24, (1 << 32) - (1 << 24) - plan.ends)
        assert plan.first(1) == [("1.0.0.0", 22, "open")]
        assert scanner.sweep("0.0.0.0/0", 22, allow_any=True).plan.count == plan.count

    def test_all_of_ipv6_is_too_much_even_so(self) -> None:
        with pytest.raises(TargetError, match="too many for one scan"):
            plan_from_sweep(["::/0"], "22", Settings(allow_any=True))

    def test_every_one_of_a_file_is_told_with_its_place(self, tmp_path: Path) -> None:
        path = tmp_path / "t.yaml"
        path.write_text("targets:\n- 0.0.0.0/0:22\n- a:1\n- {host: '::/0', port: 1}\n")
        with pytest.raises(TargetError) as caught:
            plan_from_args([str(path)], Settings())
        assert [problem.partition(": ")[0] for problem in caught.value.problems] == [f"{path}:2:3", f"{path}:4:3"]

    def test_a_loaded_file_waits_for_the_word(self, tmp_path: Path) -> None:
        path = tmp_path / "t.yaml"
        path.write_text("targets: ['0.0.0.0/0:22']\nexclude: [1.0.0.0-127.0.0.0, 127.0.0.2-255.255.255.255]\n")
        with pytest.raises(TargetError, match="--allow-any"):
            scanner.scan(scanner.load_targets(path))
        with closed_port() as port:
            path.write_text(path.read_text().replace(":22", f":{port}"))
            (row,) = scanner.scan(scanner.load_targets(path), allow_any=True)
        assert (row.address, row.state) == ("127.0.0.1", "refused")

    def test_a_trace_names_its_own_limit(self) -> None:
        with pytest.raises(UsageError, match="too many to trace") as caught:
            plan_to_trace(["0.0.0.0/0:22"])
        assert "--allow-any" not in str(caught.value)

    @pytest.mark.parametrize("value", [1, "yes", "False"])
    def test_the_library_takes_true_and_false_alone(self, value: object) -> None:
        with pytest.raises(ScannerError, match="allow_any"):
            scanner.sweep("127.0.0.1", 22, allow_any=value)  # type: ignore[arg-type]


@pytest.mark.parametrize("source", ["0.0.0.0", "::", "0:0::0", "0.0.0.1", "::ffff:0.0.0.0", "::%lo"])
def test_no_probe_leaves_from_one(source: str) -> None:
    with pytest.raises(UsageError, match="source"):
        scanner.scan([Target("127.0.0.1" if "." in source and ":" not in source else "::1", 22)], source=source)


@pytest.mark.parametrize(
    ("address", "family"),
    [("0.0.0.0", V4), ("0.255.255.255", V4), ("::", V6), ("::%lo", V6), ("0:0::0", V6), ("::ffff:0.0.0.1", V6)],
)
def test_no_place_is_made_of_one(address: str, family: int) -> None:
    """The last line: whatever is probed is a Place."""
    with pytest.raises(ValueError, match="never probed"):
        Place(address, family)


@pytest.mark.parametrize(
    ("address", "family"), [("1.0.0.0", V4), ("::1", V6), ("::ffff:1.0.0.0", V6), ("", 0), ("00ff::", V6)]
)
def test_places_of_others_are_made(address: str, family: int) -> None:
    assert Place(address, family).address == address


def test_all_mistakes_of_a_file_at_once(tmp_path: Path) -> None:
    problems = told(tmp_path, "targets:\n- 0.0.0.0:22\n- '[::]:22'\n- {host: 0.0.0.0/8, port: 1}\n")
    assert [problem.partition(": ")[0] for problem in problems] == ["t.yaml:2:3", "t.yaml:3:3", "t.yaml:4:10"]
    assert '"[::1]:22"' in problems[1]
