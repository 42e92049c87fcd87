"""Bad target files: each mistake is told with its place and what to write instead, and all of them at once."""

from pathlib import Path

import pytest

from tests.targets.made import told

#: A file's text, and what one of the lines about it must hold.
MISTAKES = [
    ("", "1:1: the file is empty"),
    ("# only a comment\n", "write \"targets:\""),
    ("hello", "1:1: the file is plain text"),
    ("- a:1", "1:1: the file is a plain list"),
    ("targets:", "1:9: targets is empty"),
    ("targets: []", "1:1: the file names no targets"),
    ("version: 1", "1:1: the file names no targets"),
    ("targets: {a: 1}", "1:10: targets is a mapping"),
    ("version: 2\ntargets: [a:1]", '1:10: version "2" is unknown; write 1'),
    ("tragets: [a:1]", 'did you mean "targets"?'),
    ("targets: [a:1]\ntargets: [b:1]", "2:1: the key \"targets\" is already on line 1"),
    ("targets:\n- host: a\n  prot: 2", '3:3: "prot" is not a known key in a target; did you mean "port"?'),
    ("targets:\n- host: a\n  port: 1\n  port: 2", '4:3: the key "port" is already on line 3'),
    ("targets:\n- host: a\n  hosts: b\n  port: 2", "3:10: both host and hosts"),
    ("targets:\n- port: 2", "2:3: the target names no host"),
    ("targets:\n- a", "2:3: the target names no port"),
    ("targets:\n- host: a", "2:3: the target names no port"),
    ("targets:\n- host:\n  port: 1", "2:8: host is empty, so the host is missing"),
    ("targets:\n- host: []\n  port: 1", "2:9: host is an empty list"),
    ("targets:\n- host: {a: b}\n  port: 1", "2:9: host is a mapping"),
    ("targets:\n- host: [[a]]\n  port: 1", "2:10: host holds a list"),
    ("targets:\n- - a:1", "2:3: a target is a list"),
    ("targets:\n- localhost: 22", 'write "localhost:22" without the space'),
    ("targets:\n- a:1\n- b:99999", "3:3: port 99999 is out of range"),
    ("targets:\n- a:20-10", "2:3: the port range 20-10 is reversed; write a:10-20"),
    ("targets:\n- a:htps", 'did you mean "https"?'),
    ("targets:\n- 22:22", '2:3: "22" is a number'),
    ("targets:\n- host: 127.1\n  port: 1", '2:9: "127.1" is a number'),
    ("targets:\n- 10.0.0.1/24:80", "write the network 10.0.0.0/24"),
    ("targets:\n- host: a\n  port: 010", '3:9: port "010" has a leading zero'),
    ("targets:\n- host: a\n  port: 1e5", "3:9: no service"),
    ("targets:\n- host: a\n  port: 1\n  timeout: 500", '4:12: timeout: "500" would be seconds; write 500ms'),
    ("targets:\n- host: a\n  port: 1\n  timeout: nan", "not a valid duration"),
    ("targets:\n- host: a\n  port: 1\n  timeout: [1s]", "4:12: timeout is a list"),
    ("targets:\n- host: a\n  port: 1\n  expect: closed", "4:11: expect: \"closed\" can mean several things"),
    ("targets:\n- host: a\n  port: 1\n  expect: opne", 'did you mean "open"?'),
    ("targets:\n- host: a\n  port: 1\n  retries: 1.5", "retries"),
    ("targets:\n- host: a\n  port: 1\n  addresses: any", "addresses"),
    ("targets:\n- host: a\n  port: 1\n  name: [x]", "4:9: this is a list"),
    ('targets:\n- host: a\n  port: 1\n  name: "x\\x1b[31m"', "4:9: the name holds a control character"),
    ('targets:\n- host: a\n  port: 1\n  tags: ["x\\ny"]', "4:10: the tag holds a line break, LINE FEED"),
    ('targets:\n- "a\\x00b:1"', '2:3: "a\\x00b:1" holds a control character, NULL (U+0000)'),
    ("defaults: [1]\ntargets: [a:1]", "1:11: defaults is a list"),
    ("defaults: {hosts: a}\ntargets: [a:1]", '1:12: "hosts" is not a known key in the defaults'),
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
    ("targets: [a:1", "this is not valid YAML"),
    ("targets: \"a", "this is not valid YAML"),
    ("a: b: c", "1:5: this is not valid YAML"),
    ("targets:\n- a\x07b:1", "2:4: the file holds the control character"),
    ("? [a]\n: b\ntargets: [a:1]", "1:3: this is a list"),
    ("<<: {a: b}\ntargets: [a:1]", "1:1: merge keys (<<) are not followed"),
    ("targets: [null]", "1:11: null means nothing in YAML"),
    ("targets: [~]", "1:11: ~ means nothing in YAML"),
    ("targets: ~", "1:10: targets is empty"),
    ("targets:\n- host: null\n  port: 1", "2:9: host is null, so the host is missing"),
    ("targets:\n- host: [a, ~]\n  port: 1", "2:13: ~ means nothing in YAML"),
    ("targets:\n- host: a\n  port: null", "2:3: the target names no port"),
    ("targets:\n- host: a\n  port: [80, null]", "3:14: null means nothing in YAML"),
    ("version: ''\ntargets: [a:1]", '1:10: version "" is unknown; write 1, or leave it out'),
    ("exclude: ''\ntargets: [a:1]", "1:10: exclude is empty"),
    ("defaults: ''\ntargets: [a:1]", "1:11: defaults is empty"),
    ("targets:\n-\n- a:1", "2:2: an empty item means nothing in YAML"),
    ("version: 1.0\ntargets: [a:1]", '1:10: version "1.0" is unknown'),
    ("version: [1]\ntargets: [a:1]", "1:10: this is a list"),
    ("---\n", "the file says nothing"),
    ("# 10.0.0.1:22\n", "the file says nothing"),
    ("---\n---\ntargets: [a:1]", "the file says nothing"),
    ("targets: [a:1]\n...\nmore: b", "this is not valid YAML"),
    ("%YAML 3.0\n---\ntargets: [a:1]", "this is not valid YAML"),
    ("targets: *all", "1:10: the alias"),
    ("targets:\n- {host: &h a, port: 1}\n- {host: *h, port: 1}", "3:10: the alias"),
    ("base: &b {port: 1}\ntargets:\n- {<<: *b, host: a}", "3:4: merge keys (<<) are not followed"),
    ("targets:\n- a:", '2:3: "a:" names no port; write one right after the colon, such as a:443'),
    ("targets:\n- {localhost: 22, tags: a}", '2:4: "localhost" is not a known key in a target'),
    ("targets:\n- 'a:" + "1," * 300_000 + "1'", "2:3: this string has more than 500000 characters"),
    ("targets:\n- prot: 22", 'did you mean "port"?'),
    ("defaults: {time-out: 1s}\ntargets: [a:1]", '1:12: "time-out" is not a known key in the defaults; did you'),
    ("targets:\n- a:1#ssh", '2:3: "1#ssh" holds a #; put a space in front of a comment'),
    ("targets:\n- https://example.net/", '2:3: "https://example.net/" is a URL; write example.net:443'),
    ("targets:\n- host: a\n  ports: -", 'such as ports: "-"'),
    ("targets:\n-\ta:1", "2:2: there is a tab here"),
    ("targets:\n- [a,\n  b\n- c:1\n", "in what begins on line 2"),
    ("targets:\n- host: a\n  port: [80, 0, 443, 70000]", "3:22: port 70000 is out of range"),
    ("targets:\n- host: a\n  port: [80, '']", "3:14: the port list is empty"),
    ("targets:\n- host: a\n  port: []", "3:9: port is an empty list"),
    ("targets:\n- host: a\n  port: {a: 1}", "3:9: port is a mapping"),
    ("targets:\n- host: a\n  port: -1", "3:9: the port range"),
    ("targets:\n- host: a\n  port: 22:22", "3:9:"),
    ("targets:\n- host: a\n  port: 0x50", "3:9: no service"),
    ("targets:\n- host: a\n  port: no", "3:9: no service"),
    ("targets:\n- host: a\n  ports: 1\n  port: 1", "3:10: both port and ports"),
    ("targets:\n- host: a\n  port: 1\n  timeout: 010", '4:12: timeout: the duration "010" has a leading zero'),
    ("targets:\n- host: a\n  port: 1\n  timeout: -1s", "4:12: timeout: \"-1s\" is not a valid duration"),
    ("targets:\n- host: a\n  port: 1\n  timeout: .inf", "not a valid duration"),
    ("targets:\n- host: a\n  port: 1\n  retries: -1", "retries"),
    ("targets:\n- host: a\n  port: 1\n  retries: 010", '4:12: retries: the number of retries "010" has'),
    ("targets:\n- host: a\n  port: 1\n  expect: filtered", "write blocked"),
    ("targets:\n- host: a\n  port: 1\n  expect: [open]", "4:11: expect is a list"),
    ("targets:\n- host: a\n  port: 1\n  expect: no", '4:11: expect: "no" is not a valid expectation'),
    ("targets:\n- host: a\n  port: 1\n  tags: {a: b}", "4:9: tags is a mapping"),
    ("targets:\n- host: a\n  port: 1\n  tags: [x, '']", "4:13: a tag is empty"),
    ("targets:\n- host: a\n  port: 1\n  tags: [x, 'a;b']", "4:13: a tag has a ;"),
    ("targets:\n- host: 0x50\n  port: 1", '2:9: "0x50" is a number in hexadecimal'),
    ("targets:\n- host: 22:22\n  port: 1", '2:9: "22:22" is not a valid host'),
    ("targets:\n- host: 010\n  port: 1", '2:9: "010" is a number'),
    ("targets:\n- host: 1e5\n  port: 1", '2:9: "1e5" is a number'),
    ('targets:\n- host: "\\e[31m"\n  port: 1', '2:9: the host "\\x1b[31m" holds a control'),
    ("exclude: [[10.0.0.1]]\ntargets: [a:1]", "1:11: exclude holds a list"),
    ("exclude: [{host: a}]\ntargets: [a:1]", "1:11: exclude holds a mapping"),
    ("exclude: ['*']\ntargets: [a:1]", '1:11: "*" would exclude everything'),
    ("excludes: [a]\ntargets: [a:1]", 'did you mean "exclude"?'),
    ("targets:\n- a:1\n\ufeff- b:1", "3:1: the file holds the control character"),
    (b"targets: [a:1]\n- \xed\xa0\x80:1", "2:3: the file is not UTF-8 (byte 0xed)"),
    (b"\xff\xfet\0", "1:1: the file is UTF-16"),
    (b"\x7fELF\x00\x01", "1:5: the file is binary"),
    (b"a: b\ntargets: [\xe9:1]", "2:11: the file is not UTF-8 (byte 0xe9)"),
]  # fmt: skip


@pytest.mark.usefixtures("loader")
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


HOSTILE = {
    "brackets": "[" * 100_000,
    "in targets": "targets: " + "[" * 100_000,
    "in lines": "targets: " + "[\n" * 100_000,
    "braces": "targets:\n- " + "{a: " * 100_000,
    "dashes": "targets:\n" + "- " * 100_000,
    "keys": "targets:\n- " + "? " * 100_000,
    "half": "targets: [" + "[a, " * 30_000,
    "aliases": "a: &a [x]\n" + "".join(f"k{n}: &k{n} [*a, *a, *a]\n" for n in range(1000)),
    "wide": "targets:\n- hosts: [" + "a," * 400_000 + "]\n  port: 1",
    "unfolded": "targets:\n" + "- web[1-100000].example:1\n" * 1000,
    "long name": "targets:\n- '" + "\u00e9" * 2_000_000 + ":1'",
    "long brackets": "targets:\n- '" + "[1-2]" * 200_000 + ":1'",
    "long ports": "targets:\n- 'a:" + "1," * 2_000_000 + "1'",
    "long excludes": "exclude: ['*:" + "1," * 100_000 + "0']\ntargets: [a:1]",
    "many port lists": "targets:\n" + "".join(f"- a{n}:{n}-65535\n" for n in range(1, 2000)),
    "many in one entry": "targets:\n- host: a\n  ports: [" + "".join(f"{n}-65535, " for n in range(1, 2000)) + "1]",
    "one list often": "targets:\n- host: a\n  ports: [" + "1-65535, " * 100_000 + "0]",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files(tmp_path: Path, text: str) -> None:
    """All end soon: what grows faster than the file would take minutes here, or all memory."""
    assert told(tmp_path, text)[0].startswith("t.yaml:")
