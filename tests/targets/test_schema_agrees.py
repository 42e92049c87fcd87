"""Files made up of the table of keys, with valid and invalid values of each kind: parser and schema must agree.

A value is written plain where YAML lets it, so that it may be a number or null to one reader and a text to the other;
else in quotes.
"""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.model import EXPECTATIONS
from scanner.targets.file.keys import KEYS, KNOWN, Takes, Where
from tests.targets.two_readers import PLACES, agree, unlike

_HOSTS = ("a", "db1.example.net", "10.0.0.1", "10.0.0.0/24", "10.0.0.1-50", "0.0.0.0/0", "0.0.0.1-1.0.0.0", "[::1]",
          "web[01-20].example.net", "10.0.[1-2].0/24", "b\u00fccher.example", "true")  # fmt: skip
_V6 = ("::1", "2001:db8::/32", "1:2:3:4:5:6:7:8", "::1-::5", "fe80::[1-9]", "1::2:3:4:5:6:7", "64:ff9b::10.0.0.1")
_NO_HOSTS = ("256.0.0.1", "127.1", "22", "0x7f.1", "1e5", "a b", "-a", "a-", "a..b", "web[1-2", "10.0.0.0/33", "1:2:3",
             "10.0.0.1-256", "http://a/", "user@a", "a" * 64, "1:2:3:4:5:6:7::8:9", "2001:db8:::1", "",
             "*:a:b")  # fmt: skip
_PORTS = ("22", "65535", "1", "22,80", "8000-8100", "https", "top:100", "TOP:0010", "-", " 80 , 443 ", "80,https,1-2")
_NO_PORTS = ("0", "65536", "80,", ",80", "80-", "-80", "1 2", "top:0", "top:1001", "top:", "80:90", "1.5", "", "*",
             "443/tcp", "tcp/443", "all", "22 23", "070000")  # fmt: skip
#: Texts of each kind that are valid, and some that are not.
VALID: dict[Takes, tuple[str, ...]] = {
    Takes.VERSION: ("1",),
    Takes.LINE: ("orders database", "22", "1.5", "true", "", "b\u00fccher"),
    Takes.HOSTS: (*_HOSTS, *_V6, "no"),
    Takes.PORTS: _PORTS,
    Takes.EXCLUDES: (*_HOSTS, *_V6[:4], "0.0.0.0", "::", "*:25", "a:22", "a:22,80", "a:22,10.0.0.1", "::1,[::1]:22",
                     " a , b ", "a:-,b", "*: 25"),
    Takes.DURATION: ("300ms", "2s", "1.5", "60", "1m", "60 min", "3600S", "0.001", ".5", "5.", "1ms", "0.00001667m",
                     "3600.00s", "3600000ms"),
    Takes.RETRIES: ("0", "1", "99", "100"),
    Takes.EXPECTATION: tuple(EXPECTATIONS),
    Takes.ADDRESSES: ("all", "one"),
    Takes.NEED: ("1", "2", "99999", "100000"),
    Takes.TAGS: ("prod", "ticket-4711", "22", "1.5", "true", "a b"),
    Takes.ENTRIES: tuple(f"{host}:{port}" for host, port in itertools.zip_longest(_HOSTS, _PORTS, fillvalue="22")),
}  # fmt: skip
INVALID: dict[Takes, tuple[str, ...]] = {
    Takes.VERSION: ("2", "1.5", "one", "true", ""),
    Takes.LINE: ("two\nlines", "a\u200bb", "a\tb", "a\u00a0b", "\u2028", "x\n"),
    Takes.HOSTS: (*_NO_HOSTS, "0.0.0.0", "0.1.2.3-0.1.2.4", "::", "a,b", "a:1", "*", "a\n"),
    Takes.PORTS: _NO_PORTS,
    Takes.EXCLUDES: (*_NO_HOSTS, "*", "*:", "a:", "a,", "a:0", "*:80-,1", "80", "a b,c", "[::1]:22:23"),
    Takes.DURATION: ("61", "0", "0.0009", "0.5ms", "3601s", "60.1", "61m", "1h", "1,5s", "-1", "true", "", "-",
                     "0.00001666m", "3600.01s", "3600000.1ms", ".s", "1 2", "010s"),
    Takes.RETRIES: ("101", "-1", "1.5", "x", "true", "", " 1", "1\n"),
    Takes.EXPECTATION: ("Open", "closed", "opne", "1", "true", "", "open "),
    Takes.ADDRESSES: ("any", "1", "", "All"),
    Takes.NEED: ("0", "100001", "-1", "1.5", "all", "true", "", " 1", "1\n", "999999"),
    Takes.TAGS: ("a;b", "", "a\nb", "\u200b", "x\n"),
    Takes.ENTRIES: (*_HOSTS, *(f"{host}:22" for host in _NO_HOSTS), *(f"a:{port}" for port in _NO_PORTS), *_V6, ":22"),
}  # fmt: skip
_PLAIN = re.compile(r"[A-Za-z0-9.~-][A-Za-z0-9./:;-]*(?<!:)|")
#: The keys without which hardly anything is valid.
NEEDED = {
    Where.TOP: (("targets",),),
    Where.DEFAULTS: ((), (), ("port",)),
    Where.ENTRY: (("host", "port"), ("hosts", "ports"), ("host", "ports"), ("hosts",)),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty one, where nothing has a host's name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("empty"))
        yield tmp_path_factory.mktemp("files")


def written(text: str, plain: bool) -> str:
    """A text as YAML has it."""
    return text if plain and text != "-" and _PLAIN.fullmatch(text) else json.dumps(text)


def mapping(pairs: dict[str, str]) -> str:
    """A mapping of values that are YAML already."""
    return "{" + ", ".join(f"{name}: {value}" for name, value in pairs.items()) + "}"


def listed(items: list[str]) -> str:
    """The same for a list."""
    return "[" + ", ".join(items) + "]"


@st.composite
def texts(draw: st.DrawFn, takes: Takes, rare: int) -> str:
    """A text of a kind, written as YAML. One of so many is not valid."""
    pool = VALID if draw(st.integers(0, rare)) else INVALID
    if not draw(st.integers(0, 3 * rare)):
        return draw(st.sampled_from(["null", "~", '"null"', "{a: b}", "[[a]]"]))
    return written(draw(st.sampled_from(pool[takes])), draw(st.booleans()))


@st.composite
def values(draw: st.DrawFn, takes: Takes, rare: int) -> str:
    """A value of a kind, in one of the shapes that it may have, or rarely in one that it may not."""
    if takes is Takes.SETTINGS:
        return draw(mappings(Where.DEFAULTS, rare))
    if takes is Takes.EXPECT_FROM:
        return draw(expected_from(rare))
    one = texts(takes, rare)
    if takes is Takes.ENTRIES:
        return draw(st.lists(st.one_of(one, mappings(Where.ENTRY, rare)), min_size=1, max_size=3).map(listed))
    may_be_many = takes in (Takes.HOSTS, Takes.PORTS, Takes.EXCLUDES, Takes.TAGS)
    least = 0 if not draw(st.integers(0, rare)) else 1
    if draw(st.booleans()) if may_be_many else not draw(st.integers(0, 2 * rare)):
        return draw(st.lists(one, min_size=least, max_size=3).map(listed))
    return draw(one)


def expected_by_port(rare: int) -> "st.SearchStrategy[str]":
    """A mapping of expectations to ports."""
    words = st.sampled_from([*EXPECTATIONS] * (rare + 1) + ["closed"])
    return st.dictionaries(words, values(Takes.PORTS, rare), min_size=1, max_size=3).map(mapping)


_VANTAGES = ("fra", "no", "010", "1e5", "null", '"a: b"', "dmz 1")
_NO_VANTAGES = ('""', '" fra"', '"fra "', '"a\\tb"')


@st.composite
def expected_from(draw: st.DrawFn, rare: int) -> str:
    """A mapping of vantages to expectations, by port or not."""
    if not draw(st.integers(0, rare)):
        return draw(st.sampled_from(["{}", "[]", "open", '""', "[fra]", "{fra: [open]}", "{? [a] : open}", "null"]))
    vantages = st.sampled_from(_VANTAGES if draw(st.integers(0, rare)) else _NO_VANTAGES)
    expected = st.one_of(texts(Takes.EXPECTATION, rare), texts(Takes.EXPECTATION, rare), expected_by_port(rare))
    return mapping(draw(st.dictionaries(vantages, expected, min_size=1, max_size=3)))


@st.composite
def mappings(draw: st.DrawFn, where: Where, rare: int) -> str:
    """A mapping of keys that may stand there."""
    names = set(draw(st.sampled_from(NEEDED[where]))) if draw(st.integers(0, rare)) else set()
    lone = [key.name for key in KEYS if where in key.where and not key.rival]
    names |= set(draw(st.lists(st.sampled_from(lone if draw(st.integers(0, rare)) else KNOWN[where]), max_size=3)))
    pairs = {key.name: draw(values(key.takes, rare)) for key in KEYS if key.name in names}
    if "expect" in pairs and draw(st.booleans() if where is Where.ENTRY else st.integers(0, rare).map(lambda n: not n)):
        pairs["expect"] = draw(expected_by_port(rare))
    if not draw(st.integers(0, 3 * rare)):
        pairs["prot"] = "22"
    return mapping(pairs)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.one_of(mappings(Where.TOP, 100), mappings(Where.TOP, 15)))
def test_files_of_keys_and_values(folder: Path, text: str) -> None:
    agree(folder, text)


#: Keys that take texts of a kind, by the kind.
ONE_OF_EACH = {key.takes: key for key in KEYS if key.takes not in (Takes.SETTINGS, Takes.EXPECT_FROM)}


def file_with(takes: Takes, value: str) -> str:
    """A file in which this value decides."""
    key = ONE_OF_EACH[takes]
    if key.where == (Where.TOP,):
        return mapping({"targets": '["a:1"]'} | {key.name: listed([value]) if takes is Takes.ENTRIES else value})
    needed = {"host": "a", "port": "1"}
    return mapping(
        {"targets": listed([mapping({k: v for k, v in needed.items() if k != key.rival} | {key.name: value})])}
    )


@pytest.mark.parametrize("takes", ONE_OF_EACH, ids=lambda takes: takes.name)
def test_every_text_of_a_kind(folder: Path, takes: Takes) -> None:
    """Plain and in quotes; what counts as valid here is so to both."""
    for text in VALID[takes]:
        assert not unlike(file_with(takes, written(text, True))), text
        assert agree(folder, file_with(takes, written(text, False)))
    for text in INVALID[takes]:
        assert unlike(file_with(takes, written(text, False))), text
        assert agree(folder, file_with(takes, written(text, False)))
        agree(folder, file_with(takes, written(text, True)))


@pytest.mark.slow
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(expected_from(5), st.sampled_from(["", "port: 80", "ports: [22, 80]"]))
def test_what_is_expected_from_where(folder: Path, value: str, ports: str) -> None:
    agree(folder, f"targets: [{{host: a, {ports and ports + ', '}expect_from: {value}}}]")
    agree(folder, f"defaults: {{expect_from: {value}}}\ntargets: ['a:1']")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(PLACES)), st.text("0123456789abfx.:/-[]%_ ,*\u00fc", max_size=12))
def test_any_text_in_any_place(folder: Path, place: str, text: str) -> None:
    agree(folder, json.dumps(PLACES[place](text)))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("0123456789.smin ", max_size=9), st.booleans())
def test_any_duration(folder: Path, text: str, plain: bool) -> None:
    agree(folder, file_with(Takes.DURATION, written(text, plain)))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([Takes.LINE, Takes.TAGS]), st.text(st.characters(max_codepoint=0xFFFF, codec="utf-8"), max_size=3)
)
def test_any_characters(folder: Path, takes: Takes, text: str) -> None:
    agree(folder, file_with(takes, json.dumps(text)))
