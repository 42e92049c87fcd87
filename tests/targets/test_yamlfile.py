"""Target files: what they may say, and that each mistake is told with its place."""

import io
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.targets.hosts import Name
from scanner.targets.yamlfile import TargetFile, read_target_file
from tests.targets.made import attempt

FULL = """\
# yaml-language-server: $schema=./targets.schema.json
version: 1
defaults: {timeout: 1s, retries: 1, expect: open, ports: "443", addresses: one, tags: [all]}
exclude: [10.0.0.0/30, "*:25"]
targets:
  - localhost:22                       # short form: host:ports
  - "[::1]:80,443"
  - name: orders database
    host: db1.example.net
    port: 5432
    expect: refused
    timeout: 300ms
    tags: [prod, ticket-4711]
  - name: web tier
    hosts: [10.0.0.0/24, "web[01-20].example.net"]
    ports: [80, 443, "8000-8100", https]
    addresses: all
    retries: 0
"""


def read(folder: Path, text: str | bytes, **more: bool) -> TargetFile:
    path = folder / "t.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_target_file(str(path), **more)


def told(folder: Path, text: str | bytes) -> list[str]:
    """The problems, without the folder in front."""
    with pytest.raises(TargetError) as caught:
        read(folder, text)
    assert all(line.isprintable() for line in caught.value.problems)
    return [line.replace(f"{folder}{os.sep}", "") for line in caught.value.problems]


def test_everything_a_file_may_say(tmp_path: Path) -> None:
    file = read(tmp_path, FULL)
    short, v6, database, web = file.entries
    assert (short.ports, short.expect, short.timeout) == ((22,), None, None)
    assert v6.ports == (80, 443)
    assert (database.name, database.ports, database.expect) == ("orders database", (5432,), "refused")
    assert (database.timeout, database.tags) == (0.3, ("prod", "ticket-4711"))
    assert len(web.hosts) == 21
    assert web.ports is not None
    assert len(web.ports) == 103
    assert (web.addresses, web.retries) == ("all", 0)
    said = file.defaults
    assert (said.timeout, said.retries, said.expect, said.ports) == (1.0, 1, "open", (443,))
    assert (said.addresses, said.tags) == ("one", ("all",))
    assert all(entry.defaults is said for entry in file.entries)
    assert database.where.endswith("t.yaml:8:5")
    assert len(file.excludes) == 2


@pytest.mark.parametrize(
    "text",
    [
        "targets: [a:1]",
        "---\ntargets:\n- a:1\n...\n",
        "\ufefftargets: [a:1]",
        "targets: [a:1]\r\nversion: 1\r\n",
        "{targets: ['a:1'], version: '1'}",
        "targets:\n- {host: [a], port: [1]}",
        "targets:\n- {hosts: a, ports: 1}",
        "targets: [a]\ndefaults: {port: 1}",
    ],
)
def test_spellings_of_the_same(tmp_path: Path, text: str) -> None:
    (entry,) = read(tmp_path, text).entries
    (host,) = entry.hosts
    assert isinstance(host, Name)
    assert host.text == "a"
    assert entry.ports == (1,) or entry.defaults.ports == (1,)


def test_scalars_are_the_text_that_was_typed(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, "targets:\n- {name: no, host: yes, port: 22, tags: [010, 1e5, 1:30, ~, 0x1]}").entries
    assert (entry.name, entry.tags) == ("no", ("010", "1e5", "1:30", "~", "0x1"))
    assert isinstance(entry.hosts[0], Name)
    assert entry.hosts[0].text == "yes"


MISTAKES = [
    ("", "1:1: the file is empty"),
    ("# only a comment\n", "write \"targets:\""),
    ("hello", "1:1: the file is a plain text"),
    ("- a:1", "1:1: the file is a plain list"),
    ("targets:", "1:9: targets is empty"),
    ("targets: []", "1:1: the file names no targets"),
    ("version: 1", "1:1: the file names no targets"),
    ("targets: {a: 1}", "1:10: targets is a mapping"),
    ("version: 2\ntargets: [a:1]", '1:10: version "2" is unknown; write 1'),
    ("tragets: [a:1]", 'did you mean "targets"?'),
    ("targets: [a:1]\ntargets: [b:1]", "2:1: the key \"targets\" stands in line 1 already"),
    ("targets:\n- host: a\n  prot: 2", '3:3: the key "prot" means nothing in a target; did you mean "port"?'),
    ("targets:\n- host: a\n  port: 1\n  port: 2", '4:3: the key "port" stands in line 3 already'),
    ("targets:\n- host: a\n  hosts: b\n  port: 2", "3:10: both host and hosts"),
    ("targets:\n- port: 2", "2:3: the target names no host"),
    ("targets:\n- a", "2:3: the target names no port"),
    ("targets:\n- host: a", "2:3: the target names no port"),
    ("targets:\n- host:\n  port: 1", "2:8: host is empty"),
    ("targets:\n- host: []\n  port: 1", "2:9: host is an empty list"),
    ("targets:\n- host: {a: b}\n  port: 1", "2:9: host is a mapping"),
    ("targets:\n- host: [[a]]\n  port: 1", "2:10: host holds a list"),
    ("targets:\n- - a:1", "2:3: a target is a list"),
    ("targets:\n- localhost: 22", 'write "localhost:22" without the space'),
    ("targets:\n- a:1\n- b:99999", "3:3: port 99999 is out of range"),
    ("targets:\n- a:20-10", "2:3: the port range 20-10 is reversed; write 10-20"),
    ("targets:\n- a:htps", 'did you mean "https"?'),
    ("targets:\n- 22:22", '2:3: "22" is a number'),
    ("targets:\n- host: 127.1\n  port: 1", '2:9: "127.1" is a number'),
    ("targets:\n- 10.0.0.1/24:80", "write the network 10.0.0.0/24"),
    ("targets:\n- host: a\n  port: 010", '3:9: port "010" has a leading zero'),
    ("targets:\n- host: a\n  port: 1e5", "3:9: no service"),
    ("targets:\n- host: a\n  port: 1\n  timeout: 500", '4:12: timeout: "500" would be seconds; write 500ms'),
    ("targets:\n- host: a\n  port: 1\n  timeout: nan", "no duration"),
    ("targets:\n- host: a\n  port: 1\n  timeout: [1s]", "4:12: timeout is a list"),
    ("targets:\n- host: a\n  port: 1\n  expect: closed", "4:11: expect: \"closed\" can mean several things"),
    ("targets:\n- host: a\n  port: 1\n  expect: opne", 'did you mean "open"?'),
    ("targets:\n- host: a\n  port: 1\n  retries: 1.5", "retries"),
    ("targets:\n- host: a\n  port: 1\n  addresses: any", "addresses"),
    ("targets:\n- host: a\n  port: 1\n  name: [x]", "4:9: here stands a list"),
    ('targets:\n- host: a\n  port: 1\n  name: "x\\x1b[31m"', "4:9: the name holds a control character"),
    ('targets:\n- host: a\n  port: 1\n  tags: ["x\\ny"]', "4:10: the tag holds a control character"),
    ('targets:\n- "a\\x00b:1"', "2:3: the host"),
    ("defaults: [1]\ntargets: [a:1]", "1:11: defaults is a list"),
    ("defaults: {hosts: a}\ntargets: [a:1]", '1:12: the key "hosts" means nothing in the defaults'),
    ("exclude: {a: b}\ntargets: [a:1]", "1:10: exclude is a mapping"),
    ("exclude: [10.0.0.1/8]\ntargets: [a:1]", "1:11: "),
    ("exclude: [*:25]\ntargets: [a:1]", 'in quotes, such as "*:25"'),
    ("targets: [[::1]:80]", "in quotes"),
    ("targets: &x [a:1]", "1:10: the anchor"),
    ("targets: [&x a:1, *x]", "1:19: the alias"),
    ("targets: !!python/object:os.system [a:1]", '1:10: the tag "!!python/object:os.system"'),
    ("targets: [!!str a:1]", "1:11: the tag"),
    ("targets: [a:1]\n---\ntargets: [b:1]", "2:1: a second document"),
    ("targets:\n\t- a:1", "2:1: a tab indents this line"),
    ("targets:\n  - host: a\n\t    port: 1", "3:1: a tab indents this line"),
    ("targets: [a:1", "this is no YAML"),
    ("targets: \"a", "this is no YAML"),
    ("a: b: c", "1:5: this is no YAML"),
    ("targets:\n- a\x07b:1", "2:4: the file holds the control character"),
    ("? [a]\n: b\ntargets: [a:1]", "1:3: here stands a list"),
    ("<<: {a: b}\ntargets: [a:1]", '1:1: the key "<<" means nothing'),
    (b"\xff\xfet\0", "1:1: the file is UTF-16"),
    (b"\x7fELF\x00\x01", "1:5: the file is binary"),
    (b"a: b\ntargets: [\xe9:1]", "2:11: the file is not UTF-8 (byte 0xe9)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), MISTAKES)
def test_mistakes(tmp_path: Path, text: str | bytes, wanted: str) -> None:
    problems = told(tmp_path, text)
    assert any(line.startswith("t.yaml:") and wanted in line for line in problems), problems


def test_all_mistakes_at_once_in_the_order_of_their_places(tmp_path: Path) -> None:
    text = "targets:\n- a:0\n- host: a b\n  port: 1\n  expect: closed\n- c\x01:1\n- d:9-8\n- e\n"
    text += "targetz: 1\nexclude: ['*']\n"
    problems = told(tmp_path, text)
    assert [int(line.split(":")[1]) for line in problems] == [2, 3, 5, 6, 7, 8, 9, 10]


def test_syntax_errors_do_not_hide_what_was_found_before(tmp_path: Path) -> None:
    problems = told(tmp_path, "targets:\n- a:0\n- [b\n")
    assert len(problems) == 2
    assert "t.yaml:2:3: port 0" in problems[0]


def test_many_mistakes_are_counted(tmp_path: Path) -> None:
    problems = told(tmp_path, "targets:\n" + "- a:0\n" * 60)
    assert len(problems) == 51
    assert problems[-1] == "t.yaml: and 10 more"


def test_hopeless_files_are_not_read_to_their_end(tmp_path: Path) -> None:
    problems = told(tmp_path, "targets:\n" + "- a:0\n" * 5000)
    assert problems[-1] == "t.yaml: and at least 450 more"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "targets: " + "[" * 100_000,
        "targets: " + "[\n" * 100_000,
        "targets:\n- " + "{a: " * 100_000,
        "targets:\n" + "- " * 100_000,
        "targets:\n- " + "? " * 100_000,
        "targets: [" + "[a, " * 30_000,
        "a: &a [x]\n" + "".join(f"k{n}: &k{n} [*a, *a, *a]\n" for n in range(1000)),
        "targets:\n- hosts: [" + "a," * 400_000 + "]\n  port: 1",
        "targets:\n" + "- web[1-100000].example:1\n" * 1000,
    ],
    ids=["brackets", "in targets", "in lines", "braces", "dashes", "keys", "half", "aliases", "wide", "unfolded"],
)
def test_hostile_files(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text)[0].startswith("t.yaml:")


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TargetError, match="no such file"):
        read_target_file(str(tmp_path / "none.yaml"))
    with pytest.raises(TargetError, match="is a directory"):
        read_target_file(str(tmp_path))
    with pytest.raises(TargetError, match="cannot be read"):
        read_target_file("a\0b")
    monkeypatch.setattr("scanner.targets.readtext.MOST_BYTES", 10)
    assert "bigger than" in told(tmp_path, "targets: [a:1]")[0]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("targets: [a:1]")
    path.chmod(0)
    with pytest.raises(TargetError, match="cannot be read"):
        read_target_file(str(path))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"targets: [a:1, b:0]")))
    with pytest.raises(TargetError) as caught:
        read_target_file("-")
    assert str(caught.value).startswith("<stdin>:1:16: port 0")


def test_ports_may_come_from_the_command_line(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, "targets: [a]", ports_given=True).entries
    assert entry.ports is None


def test_equal_port_lists_are_one_object(tmp_path: Path) -> None:
    first, second = read(tmp_path, "targets:\n- {host: a, ports: [1-1000]}\n- b:1-1000\n").entries
    assert first.ports is second.ports


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(alphabet="targets: []{}-&*!'\"\n#ab1,|>%@\t", max_size=60))
def test_any_text_is_a_file_or_a_clear_error(tmp_path: Path, text: str) -> None:
    file, told = attempt(read, tmp_path, "targets:\n- a:1\n" + text)
    assert told or (file and file.entries)
