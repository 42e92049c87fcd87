"""Every remedy works in the very place where it will be typed, and says what was meant: no other host, no port more.

A corpus of slips times every place where a host, a port list or an exclude may stand. Of each message the remedies are
cut out as a user would copy them: quotes included, which a shell and YAML take off. Each must be one word there, be
accepted there, and mean one of the things that the text can mean.
"""

import json
import re
import shlex
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from scanner.api.traces import plan_to_trace
from scanner.errors import TargetError, UsageError
from scanner.targets.entry import Settings
from scanner.targets.file.host_list import read_excludes, read_hosts
from scanner.targets.grammar.host_ports import Exclude, strict_excludes
from scanner.targets.grammar.host_values import Host, HostName
from scanner.targets.grammar.parsers import parse_ports
from scanner.targets.grammar.typed_words import exclude_option
from scanner.targets.make_plan import plan_from_args, plan_from_sweep
from scanner.words.shown_text import shown
from tests.targets.made import read
from tests.targets.slip_corpus import CORPUS, remedies


def entry_of(folder: Path, text: str) -> tuple[tuple[Host, ...], tuple[int, ...] | None]:
    (entry,) = read(folder, text).entries
    return entry.hosts, entry.ports


def in_file(reader: Callable[[str], object], folder: Path, word: str) -> object:
    path = folder / "list.txt"
    path.write_text(word + "\n", encoding="utf-8")
    return reader(str(path))


#: The same with the option that a remedy names beside its word.
ALLOWED = Settings(allow_any=True)


def planned(plan: object) -> tuple[tuple[Host, ...], tuple[int, ...] | None]:
    (entry,) = plan.entries  # type: ignore[attr-defined]
    return entry.hosts, entry.ports


#: The place, whether it is YAML, and what is read there: from a slip, or from a remedy as it was copied.
Reader = Callable[[Path, str], object]
PLACES: dict[str, Reader] = {
    "scan": lambda folder, word: planned(plan_from_args([word], Settings())),
    "trace": lambda folder, word: planned(plan_to_trace([word])),
    "sweep": lambda folder, word: planned(plan_from_sweep([word], "1", Settings()))[0],
    "hosts file": lambda folder, word: tuple(in_file(read_hosts, folder, word)),  # type: ignore[arg-type]
    "-p": lambda folder, word: parse_ports(word),
    "--exclude": lambda folder, word: exclude_option(word),
    "exclude file": lambda folder, word: in_file(read_excludes, folder, word),
    "yaml short": lambda folder, word: entry_of(folder, f"targets:\n- {word}\n"),
    "yaml flow": lambda folder, word: entry_of(folder, f"targets: [{word}]\n"),
    "yaml host": lambda folder, word: entry_of(folder, f"targets:\n- host: {word}\n  port: 1\n")[0],
    "yaml hosts": lambda folder, word: entry_of(folder, f"targets:\n- hosts: [{word}]\n  port: 1\n")[0],
    "yaml port": lambda folder, word: entry_of(folder, f"targets:\n- host: a\n  port: {word}\n")[1],
    "yaml ports": lambda folder, word: entry_of(folder, f"targets:\n- host: a\n  ports: [{word}]\n")[1],
    "yaml exclude": lambda folder, word: read(folder, f"targets: ['a:1']\nexclude: [{word}]\n").excludes,
}
#: Where a line may hold several words.
LISTS = ("hosts file", "exclude file")
WITH_ANY: dict[str, Reader] = {
    "scan": lambda folder, word: planned(plan_from_args([word], ALLOWED)),
    "sweep": lambda folder, word: planned(plan_from_sweep([word], "1", ALLOWED))[0],
}


def hosts_of(hosts: Iterable[Host] | None) -> frozenset[object]:
    if hosts is None:
        return frozenset(["*"])
    return frozenset(h.text if isinstance(h, HostName) else (h.family, h.first, h.last, h.scope) for h in hosts)


def meaning(found: object) -> list[tuple[frozenset[object] | None, frozenset[int] | None]]:
    """Hosts and ports of what a place has read; None where the place does not say."""
    if isinstance(found, list):
        return [(hosts_of(each.hosts), each.ports and frozenset(each.ports)) for each in found]
    assert isinstance(found, tuple)
    if found and isinstance(found[0], int):
        return [(None, frozenset(found))]
    if len(found) == 2 and isinstance(found[0], tuple):
        return [(hosts_of(found[0]), found[1] and frozenset(found[1]))]
    return [(hosts_of(found), None)]


def means(found: object, allowed: list[str], *, wide: bool) -> bool:
    """Whether it is one of these, as far as the place says it. `wide`: ports are left open, and this is said."""
    got = meaning(found)
    for text in allowed:
        want = [(hosts_of(each.hosts), each.ports and frozenset(each.ports)) for each in strict_excludes(text)]
        if len(got) == 1 and got[0][0] is None and all(ports == got[0][1] for _, ports in want):
            return True
        if all(ports is None for _, ports in got) and not (wide or all(ports is None for _, ports in want)):
            if isinstance(found, list):
                continue
            got = [(hosts, None) for hosts, _ in got]
        if wide or not isinstance(found, list):
            parts = {part for hosts, _ in want for part in hosts}
            if {part for hosts, _ in got for part in hosts or ()} == parts and (
                wide or all(ports is None or ports in [w for _, w in want] for _, ports in got)
            ):
                return True
        if sorted(map(repr, map(_flat, got))) == sorted(map(repr, map(_flat, want))):
            return True
    return False


def _flat(one: tuple[frozenset[object] | None, frozenset[int] | None]) -> object:
    hosts, ports = one
    return sorted(map(repr, hosts or ())), sorted(ports) if ports else None


def faults(place: str, folder: Path, typed: str, allowed: list[str]) -> list[str]:
    """What is wrong with the messages that this slip gets in this place: in a list, each of its words may get one."""
    yaml = place.startswith("yaml")
    reader = PLACES[place]
    try:
        found = reader(folder, json.dumps(typed, ensure_ascii=False) if yaml else typed)
    except TargetError as error:
        if len(error.problems) != 1 and place not in LISTS:
            return [f"{typed!r} is told of more than once"]
        return [fault for told in error.problems for fault in faults_of(told, place, folder, typed, allowed)]
    else:
        if means(found, allowed, wide=False) or not allowed or place in ("sweep", "hosts file", "yaml host"):
            return []
        return [f"{typed!r} is taken in silence"]


def faults_of(message: str, place: str, folder: Path, typed: str, allowed: list[str]) -> list[str]:
    """What is wrong with one of them. A remedy for a single word of a list need not say what the others do."""
    yaml = place.startswith("yaml")
    reader = PLACES[place]
    wrong = []
    told = remedies(message)
    for each in told:
        each.loose = each.loose or (place in LISTS and shown(typed.strip()) not in message)
    if "each alone: " in message:
        words = ",".join(each.raw.strip('"') for each in told if each.role == "word")
        for each in told:
            each.loose = each.loose or means(
                strict_excludes(words.replace(":PORTS", "")), allowed, wide=place not in ("scan", "yaml short")
            )
    for remedy in told:
        what = f"{typed!r}: {message}\n    {remedy.raw}"
        there = PLACES["-p"] if remedy.role == "ports" else PLACES["yaml port"] if remedy.role == "port:" else reader
        if "--allow-any" in message and remedy.role == "word":
            there = WITH_ANY.get(place, there)
        word = remedy.raw.replace("PORTS", "1")
        bare = word if (yaml and remedy.role == "word") or remedy.role == "port:" else word.strip('"')
        if not yaml and shlex.split(word) != [bare] and remedy.role != "port:":
            wrong.append(f"{what} is no single word")
        try:
            got = there(folder, bare)
        except TargetError as error:
            wrong.append(f"{what} is refused: {error}")
            continue
        except UsageError as error:
            if "too many to trace" not in str(error):
                raise
            continue
        if not remedy.loose and not means(got, allowed, wide=remedy.wide):
            wrong.append(f"{what} means something else: {meaning(got)}"[:400])
    return wrong


@pytest.mark.thinned(4)
@pytest.mark.parametrize("place", PLACES)
def test_every_remedy_in_its_place(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = [fault for typed, allowed in CORPUS for fault in faults(place, tmp_path, typed, allowed)]
    assert not wrong, f"{len(wrong)} faults\n" + "\n".join(wrong)


#: Where the text means one thing, it is named: a message that names nothing would pass the test above.
NAMED = {
    "scan": [text for text, allowed in CORPUS if len(allowed) == 1 and re.fullmatch(r"[^*,]+", allowed[0])],
}


def test_what_can_be_named_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    silent = []
    for typed in NAMED["scan"]:
        try:
            plan_from_args([typed], Settings())
        except TargetError as error:
            if all(remedy.loose for remedy in remedies(str(error))):
                silent.append(f"{typed!r}: {error}")
    assert not silent, "\n".join(silent)


def test_the_excludes_of_a_slip_are_whole() -> None:
    """`Exclude` of a corrected list: nothing of it is lost."""
    with pytest.raises(TargetError, match=r"write \S+") as caught:
        exclude_option("amqp://h1,h2,h3/")
    remedy = next(each.raw for each in remedies(str(caught.value)))
    assert all(isinstance(each, Exclude) for each in exclude_option(remedy))
    assert len(exclude_option(remedy)) == 3


def test_a_long_url_is_looked_at_once() -> None:
    """The pattern of a URL's host has a repetition in a repetition: without care it would try every way to cut it."""
    for text in ("http://" + "a" * 5000 + ":x", "http://" + "[1]" * 5000 + ":x/", "http://" + "a[1]" * 5000 + "]"):
        with pytest.raises(TargetError, match="is a URL; write HOST:PORT"):
            plan_from_args([text], Settings())
