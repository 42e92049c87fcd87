"""Remedies work when typed: each is fed back to the parser that named it, and in target files to the whole reader."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.targets.grammar.parsers import parse_excludes, parse_host, parse_ports, parse_target
from scanner.targets.grammar.slips import host_slip
from tests.targets.made import read, told

Parse = Callable[[str], object]
H, T, E, P = parse_host, parse_target, parse_excludes, parse_ports

#: Parser, what was typed, what is wrong with it in the message, what to write instead (where ports go apart: both).
SLIPS: list[tuple[Parse, str, str, str]] = [
    (H, "[2001:db8::]/120", "goes on after the bracket", "2001:db8::/120"),
    (H, "[2001:db8::1]-[2001:db8::9]", "goes on after the bracket", "2001:db8::1-2001:db8::9"),
    (H, "[10.0.0.1]", "brackets that mean nothing here", "10.0.0.1"),
    (H, "[db1]", "brackets that mean nothing here", "db1"),
    (H, '"db1"', "is in quotes", "db1"),
    (H, "\u201cdb1\u201d", "LEFT DOUBLE QUOTATION MARK (U+201C)", "db1"),
    (H, "10.0.0.1\u20135", "EN DASH (U+2013)", "10.0.0.1-5"),
    (H, "10.0.0.1 \u2013 10.0.0.9", "EN DASH (U+2013)", "10.0.0.1-10.0.0.9"),
    (H, "10.0.0.1\u22125", "MINUS SIGN (U+2212)", "10.0.0.1-5"),
    (H, "web\u2010" "1", "HYPHEN (U+2010)", "web-1"),
    (H, "10.0.0.1\t10.0.0.50", "holds TAB (U+0009)", "10.0.0.1-10.0.0.50"),
    (H, "10.0.0.1\t-\t10.0.0.50", "holds TAB (U+0009)", "10.0.0.1-10.0.0.50"),
    (H, "10.0.0.1 - 10.0.0.50", "holds a space", "10.0.0.1-10.0.0.50"),
    (H, "10.0.0.1 10.0.0.50", "a space between two addresses", "10.0.0.1-10.0.0.50"),
    (H, "2001:db8::1\t2001:db8::9", "holds TAB", "2001:db8::1-2001:db8::9"),
    (H, "10.0.0.0 255.255.255.0", "has a netmask", "10.0.0.0/24"),
    (H, "10.0.0.5/255.255.255.0", "has a netmask", "10.0.0.0/24"),
    (H, "db\u200c1.example", "an invisible character, ZERO WIDTH NON-JOINER (U+200C)", "db1.example"),
    (H, "db1\u200b", "an invisible character, ZERO WIDTH SPACE (U+200B)", "db1"),
    (H, "\ufeffdb1", "an invisible character, BYTE ORDER MARK (U+FEFF)", "db1"),
    (H, "db\u00ad1", "an invisible character, SOFT HYPHEN (U+00AD)", "db1"),
    (H, "db1\u202e", "an invisible character, RIGHT-TO-LEFT OVERRIDE (U+202E)", "db1"),
    (H, "db1\u00a0", "NO-BREAK SPACE (U+00A0)", "db1"),
    (H, "db1\r", "a line break, CARRIAGE RETURN (U+000D)", "db1"),
    (H, "db1\x1b", "a control character, ESCAPE (U+001B)", "db1"),
    (H, "db1\uff0eexample", "FULLWIDTH FULL STOP (U+FF0E)", "db1.example"),
    (H, "b\u00fccher\u200d", "ZERO WIDTH JOINER (U+200D)", "b\u00fccher"),
    (H, "db1/", "ends in a slash", "db1"),
    (H, "root@db1", "user info", "db1"),
    (T, "[2001:db8::]/120:22", "goes on after the bracket", "[2001:db8::/120]:22"),
    (T, "[2001:db8::1]-[2001:db8::9]:22", "goes on after the bracket", "[2001:db8::1-2001:db8::9]:22"),
    (T, "[2001:db8::1]22", "lacks the colon", "[2001:db8::1]:22"),
    (T, "[localhost]:22", "brackets that mean nothing here", "localhost:22"),
    (T, "[127.0.0.1]:22", "brackets that mean nothing here", "127.0.0.1:22"),
    (T, "localhost:[80-85]", "brackets that mean nothing here", "localhost:80-85"),
    (T, "localhost 22", "holds a space", "localhost:22"),
    (T, "localhost\t22", "holds TAB (U+0009)", "localhost:22"),
    (T, "localhost::22", "has two colons", "localhost:22"),
    (T, "localhost 22 80", "holds a space", "localhost:22,80"),
    (T, "10.0.0.1 22", "holds a space", "10.0.0.1:22"),
    (T, "::1 22", "holds a space", "[::1]:22"),
    (T, "localhost,22", "has a , where the colon belongs", "localhost:22"),
    (T, "localhost;22", "has a ; where the colon belongs", "localhost:22"),
    (T, "localhost/22", "has a / where the colon belongs", "localhost:22"),
    (T, "localhost\uff1a22", "FULLWIDTH COLON (U+FF1A)", "localhost:22"),
    (T, "localhost:80\u201390", "EN DASH (U+2013)", "localhost:80-90"),
    (T, "localhost:80\u201490", "EM DASH (U+2014)", "localhost:80-90"),
    (T, "localhost:22/tcp", "names a protocol", "localhost:22"),
    (T, "localhost:tcp/22,tcp/80", "names a protocol", "localhost:22,80"),
    (T, "tcp:localhost:22", "names a protocol", "localhost:22"),
    (T, "localhost:53/udp", "names UDP, and only TCP can be probed", "localhost:53"),
    (T, "tcp/80", "names a port, but no host", "localhost:80"),
    (T, "//localhost:80", "has slashes", "localhost:80"),
    (T, "localhost:80/path", "goes on after the port", "localhost:80"),
    (T, "admin@localhost:22", "user info", "localhost:22"),
    (E, "[2001:db8::]/120", "goes on after the bracket", "2001:db8::/120"),
    (E, "10.0.0.1\t10.0.0.50", "holds TAB", "10.0.0.1-10.0.0.50"),
    (E, "left right", "holds a space", "left,right"),
    (E, "left\nright\n10.0.0.1", "a line break, LINE FEED (U+000A)", "left,right,10.0.0.1"),
    (E, "db1 22", "holds a space", "db1:22"),
    (E, "53/udp", "names UDP", "*:53"),
    (E, "tcp/80", "names a port", "*:80"),
    (E, "*:53/udp", "names UDP", "*:53"),
    (P, "80\u201390", "EN DASH (U+2013)", "80-90"),
    (P, "80\u201290", "FIGURE DASH (U+2012)", "80-90"),
    (P, "22,80\u201490", "EM DASH (U+2014)", "22,80-90"),
    (P, "80 - 90", "holds a space", "80-90"),
    (P, "80 to 90", "holds a space", "80-90"),
    (P, "22 80", "holds a space", "22,80"),
    (P, "22\t80\t443", "holds TAB (U+0009)", "22,80,443"),
    (P, "22;80", "is not a valid port list", "22,80"),
    (P, "[80-85]", "brackets that mean nothing here", "80-85"),
    (P, "[80,443]", "brackets that mean nothing here", "80,443"),
    (P, "{22,80}", "brackets that mean nothing here", "22,80"),
    (P, "'80'", "is in quotes", "80"),
    (P, "tcp/80", "names a protocol", "80"),
    (P, "TCP:80", "names a protocol", "80"),
    (P, "T:80,443", "names a protocol", "80,443"),
    (P, "80/tcp,443/tcp", "names a protocol", "80,443"),
    (P, "8000-8100/tcp", "names a protocol", "8000-8100"),
    (P, "https/tcp", "names a protocol", "https"),
    (P, "53/udp", "names UDP, and only TCP can be probed; leave it out", "53"),
    (P, "udp/53", "names UDP", "53"),
    (P, "U:53", "names UDP", "53"),
    (P, "80/sctp", "names SCTP", "80"),
    (P, "\uff18\uff10", "FULLWIDTH DIGIT EIGHT (U+FF18)", "80"),
    (P, "80\u066090", "ARABIC-INDIC DIGIT ZERO (U+0660)", ""),
    (P, "80,\u200b443", "ZERO WIDTH SPACE (U+200B)", "80,443"),
    (P, "80:90", "is not a valid port list", "80-90"),
    (P, "80..90", "is not a valid port list", "80-90"),
    (P, "80\u202690", "HORIZONTAL ELLIPSIS (U+2026)", "80-90"),
    (T, "localhost:80:90", "is not a valid port list", "localhost:80-90"),
    (P, "localhost:22", "looks like HOST:PORTS", "22"),
]  # fmt: skip

#: A host with its port where a host alone belongs: host, ports.
APART = [
    ("[::1]:22", "::1", "22"),
    ("localhost:22", "localhost", "22"),
    ("localhost 22", "localhost", "22"),
    ("localhost,22,80", "localhost", "22,80"),
    ("127.0.0.1\t22", "127.0.0.1", "22"),
    ("localhost:80\u201390", "localhost", "80-90"),
    ("localhost:22/tcp", "localhost", "22"),
    ("http://[::1]:8080/x", "::1", "8080"),
    ("https://localhost/x", "localhost", "443"),
    ("jdbc:mysql://db1/x", "db1", "3306"),
    ("root@db1:22", "db1", "22"),
]


def message(parse: Parse, typed: str) -> str:
    with pytest.raises(TargetError) as caught:
        parse(typed)
    text = str(caught.value)
    assert text.isprintable()
    return text


@pytest.mark.parametrize(("parse", "typed", "wrong", "remedy"), SLIPS)
def test_the_remedy_works(parse: Parse, typed: str, wrong: str, remedy: str) -> None:
    text = message(parse, typed)
    assert wrong in text
    if remedy:
        assert re.search(rf"(write|such as) {re.escape(remedy)}(?![^\s,;])", text), text
        assert parse(remedy)
    else:
        assert "write" not in text.replace("write letters", "")


@pytest.mark.parametrize(("typed", "host", "ports"), APART)
def test_a_host_with_ports_where_a_host_belongs(typed: str, host: str, ports: str, tmp_path: Path) -> None:
    text = message(parse_host, typed)
    assert f"write {host} here, and the port with -p {ports} (in a target file: port: {ports})" in text
    assert parse_host(host)
    assert parse_ports(ports)
    whole = f"{typed!a}".replace("'", '"')
    (problem,) = told(tmp_path, f"targets:\n- host: {whole}\n  port: 1\n")
    words = re.search(r'write (".*?"|\S+) here.*in a target file: (port: \S+)\)', problem)
    assert words
    assert read(tmp_path, f"targets:\n- host: {words[1]}\n  {words[2]}\n").entries


@pytest.mark.parametrize(("parse", "typed", "wrong", "remedy"), [slip for slip in SLIPS if slip[0] is T])
def test_in_a_target_file(tmp_path: Path, parse: Parse, typed: str, wrong: str, remedy: str) -> None:
    """Typed as it is told there: with the quotes, where YAML needs them."""
    (problem,) = told(tmp_path, "targets:\n- " + f"{typed!a}".replace("'", '"') + "\n")
    words = re.search(r'(?:write|such as) ("[^"]*"|localhost\S*|[0-9]\S*)', problem)
    assert words, problem
    (entry,) = read(tmp_path, f"targets:\n- {words[1]}\n").entries
    assert entry.ports == parse_target(remedy)[1]


def test_what_is_in_brackets_in_yaml_is_told_in_quotes(tmp_path: Path) -> None:
    for typed, remedy in (
        ("'[2001:db8::]/120:22'", '"[2001:db8::/120]:22"'),
        ("2001:db8::1:22", '"[2001:db8::1]:22", or "[2001:db8::1:22]:PORTS"'),
    ):
        (problem,) = told(tmp_path, f"targets:\n- {typed}\n")
        assert problem.endswith(f"write {remedy}")
    (problem,) = told(tmp_path, "targets: ['a:1']\nexclude: [53/udp]\n")
    assert 'write "*:53"' in problem
    assert read(tmp_path, 'targets: ["a:1"]\nexclude: ["*:53"]\n').excludes


def test_a_file_sd_group_below_our_own_key(tmp_path: Path) -> None:
    """A list of them is read as it is; "targets:" above it makes it neither that nor ours."""
    problems = told(tmp_path, "targets:\n- targets: ['db1:9100', 'db2:9100']\n  labels: {job: node}\n")
    assert problems[0].endswith('scan such a file itself, or write each address as an item of its own: "- db1:9100"')


@pytest.mark.parametrize("text", ["- a:1\n- b:2\n", "# ours\n- host: a\n  port: 1\n", "  - a:1\n"])
def test_targets_above_a_plain_list(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text)[-1].endswith('the file is a plain list; write "targets:" on a line above it')
    assert read(tmp_path, "targets:\n" + text).entries


def test_targets_above_a_plain_list_of_a_marked_document(tmp_path: Path) -> None:
    """Above the --- it would be a document of its own."""
    assert told(tmp_path, "---\n- a:1\n")[-1].endswith('write "targets:" on a line above it, below the ---')
    assert read(tmp_path, "---\ntargets:\n- a:1\n").entries


@pytest.mark.parametrize("text", ['["a:1"]', '[\n  "a:1",\n  "b:2"\n]\n', '[{"host": "a", "port": 1}]'])
def test_braces_around_a_plain_json_list(tmp_path: Path, text: str) -> None:
    before, after = re.findall(r'write (\{"targets":) in front of it and (\}) after it', told(tmp_path, text)[0])[0]
    assert read(tmp_path, before + text + after).entries


def test_a_list_of_hosts_where_targets_belong(tmp_path: Path) -> None:
    assert "scanner sweep -i FILE -p PORTS" in told(tmp_path, "10.0.0.1\n10.0.0.2\n")[0]


@pytest.mark.parametrize("key", ["https://u:secret@db1", "u:secret@db1", "no host", "::1"])
def test_no_remedy_that_does_not_work_for_a_key(tmp_path: Path, key: str) -> None:
    """`- localhost: 22` is told to lose its space; that helps only where it makes a target."""
    (problem,) = told(tmp_path, f"targets:\n- {key!r}: 22\n")
    assert "without the space" not in problem
    assert "secret" not in problem


TYPABLE = re.compile(r'; (?:leave it out, or )?write ("?)([^\s"]+)\1(?: for the range, or each alone| for TCP)?$')


PIECES = [
    *("localhost", "10.0.0.1", "10.0.0.9", "::1", "22", "80", "24", "https", "tcp", "udp"),
    *("[", "]", ":", "/", "//", "-", ",", " ", "\u2013", "\t", "\u200b", "(", ")", '"', "@"),
]


@pytest.mark.parametrize("parse", [H, T, E, P])
@given(st.lists(st.sampled_from(PIECES), max_size=7).map("".join))
def test_whatever_is_typed(parse: Parse, typed: str) -> None:
    try:
        parse(typed)
    except TargetError as error:
        said = TYPABLE.search(str(error))
        remedy = said[2].replace("PORTS", "1") if said else "localhost"
        try:
            parse(remedy if parse is not P or said else "22")
        except TargetError as again:
            raise AssertionError(f"{typed!r}: {error} -> {again}") from None


def test_a_hostile_text_is_not_pondered() -> None:
    plain = TargetError("as it was")
    assert host_slip("[" * 100_000, plain) is plain
