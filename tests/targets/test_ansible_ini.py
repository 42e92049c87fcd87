"""INI inventories of Ansible: sections of three kinds, lines of hosts and their variables, quotes and comments."""

from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from tests.targets.listed import listed, summaries, wrong_in

ASKED = InputWish(ports_given=True)


def test_a_section_comes_by_several_times(tmp_path: Path) -> None:
    text = "[web] # first\na\n[db]\nb\n[web]\n  c   ansible_port=22 # moved\n"
    assert [each[:2] for each in summaries(listed(tmp_path, text, ASKED))] == [("a", "a"), ("b", "b"), ("c", "c")]


def test_quotes_and_comments(tmp_path: Path) -> None:
    text = """; of long ago
# and this
a note="two words # and no comment" ansible_host='192.0.2.1' ansible_port="22"
b#comment
[x]
c
[x:vars]
ansible_port = '2200' # since March
note = anything at all = here
"""
    assert summaries(listed(tmp_path, text, ASKED)) == [
        ("a", "192.0.2.1", (22,)),
        ("b", "b", None),
        ("c", "c", (2200,)),
    ]


def test_groups_are_declared_in_any_order(tmp_path: Path) -> None:
    text = "[prod:vars]\nansible_port=22\n[prod:children]\nweb\n[web]\na\n"
    (entry,) = listed(tmp_path, text).entries
    assert entry.stated.tags == ("prod", "web")
    assert entry.ports == (22,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a]\nb\n[web servers]\nc\n", 'list:3:1: "[web servers]" is not a section; write [NAME], [NAME:children] or'),
        ("[a]\nb\n[a:kids]\nc\n", 'list:3:1: sections of the kind "kids" are unknown; write [NAME], [NAME:children]'),
        ("[web]\nb\n[x:children]\nweb1\n", 'list:4:1: no section is called "[web1]"; did you mean "web"? add one, or'),
        ("[a]\nb\n[x:children]\nzebra\n", 'list:4:1: no section is called "[zebra]"; add one, or remove this line'),
        ("[a]\nb\n[x:vars]\nk=v\n", 'list:3:1: these are variables of the group "x", which has no section of its own'),
        ("[a]\nb\n[a:vars]\nkv\n", 'list:4:1: "kv" sets no variable; write NAME=VALUE'),
        ("[a]\nb c\n", 'list:2:3: "c" sets no variable; write NAME=VALUE, and each host on a line of its own'),
        ("[a]\nb\nb x=\"y\n", "list:3:1: a quote in this line is never closed; close it"),
        ("[a]\nb\nwww[1-3]\n", 'list:3:1: "[1-3]" in "www[1-3]" is not a range'),
    ],
)  # fmt: skip
def test_mistakes(tmp_path: Path, text: str, said: str) -> None:
    told = wrong_in(tmp_path, text, ASKED._replace(format="ansible"))
    assert any(line.startswith(said) for line in told), told


def test_all_at_once(tmp_path: Path) -> None:
    told = wrong_in(tmp_path, "[a]\n" + "b c\n" * 100, ASKED._replace(format="ansible"))
    assert len(told) == 51
    assert told[-1] == "list: and 50 more"
