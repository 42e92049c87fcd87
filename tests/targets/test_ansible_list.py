"""Ansible's inventories: where hosts are, what they inherit, groups as tags, and what there is to say about them. INI
and documents come to the same; what each of them alone has is in `test_ansible_ini.py` and `test_ansible_tree.py`."""

from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from tests.targets.listed import listed, looks_in, summaries, wrong_in

ASKED = InputWish(ports_given=True)


def test_a_host_is_where_ansible_connects(tmp_path: Path) -> None:
    text = """[db]
db1.example.net
orders ansible_host=192.0.2.31 ansible_port=2200
billing ansible_ssh_host=2001:db8::32 ansible_ssh_port=2201
old.example.net:2022
"""
    assert summaries(listed(tmp_path, text, ASKED)) == [
        ("db1.example.net", "db1.example.net", None),
        ("orders", "192.0.2.31", (2200,)),
        ("billing", "2001:db8::32", (2201,)),
        ("old.example.net", "old.example.net", (2022,)),
    ]


def test_a_host_is_more_than_its_groups_and_a_child_more_than_its_parent(tmp_path: Path) -> None:
    text = """[web]
a
b ansible_port=4
[web:vars]
ansible_port=3
[prod:children]
web
bare
[prod:vars]
ansible_port=2
[bare]
c
[other]
d
[all:vars]
ansible_port=1
"""
    found = {name: ports for name, _, ports in summaries(listed(tmp_path, text))}
    assert found == {"a": (3,), "b": (4,), "c": (2,), "d": (1,)}


def test_among_equally_deep_groups_priority_and_then_the_alphabet_decides(tmp_path: Path) -> None:
    text = "[x]\na\n[b]\na\nc\n[y]\nc\n[x:vars]\nansible_port=1\n[b:vars]\nansible_port=2\n[y:vars]\nansible_port=3\n"
    assert [each[2] for each in summaries(listed(tmp_path, text))] == [(1,), (3,)]
    text += "[b:vars]\nansible_group_priority=10\n"
    assert [each[2] for each in summaries(listed(tmp_path, text))] == [(2,), (2,)]


def test_deeper_is_more_than_priority_by_the_longest_way(tmp_path: Path) -> None:
    text = """[top:children]
low
mid
[mid:children]
low
[low]
a
[side]
a
[side:children]
low2
[low2]
[mid:vars]
ansible_port=2
ansible_group_priority=99
[low:vars]
ansible_port=3
"""
    assert summaries(listed(tmp_path, text)) == [("a", "a", (3,))]
    text = text.replace("[low:vars]\nansible_port=3", "[side:vars]\nansible_port=4")  # mid is below top, side is not
    assert summaries(listed(tmp_path, text)) == [("a", "a", (2,))]


def test_a_group_is_as_deep_as_its_longest_way(tmp_path: Path) -> None:
    """`low` is directly below `z`, and two below `top`: deeper than `one`, which the alphabet puts last."""
    text = "[top:children]\nmid\n[mid:children]\nlow\n[z:children]\nlow\n[low]\na\n[q:children]\none\n[one]\na\n"
    for ways in (text, "[z:children]\nlow\n" + text.replace("[z:children]\nlow\n", "")):
        variables = "[low:vars]\nansible_port=3\n[one:vars]\nansible_port=1\n"
        assert summaries(listed(tmp_path, ways + variables)) == [("a", "a", (3,))]


def test_groups_are_tags_and_so_are_those_above_them(tmp_path: Path) -> None:
    text = "lone\n[web]\na\n[prod]\n[prod:children]\nweb\n[eu:children]\nprod\n[blue]\na\n"
    file = listed(tmp_path, text, ASKED)
    assert {entry.name: entry.stated.tags for entry in file.entries} == {
        "lone": None,
        "a": ("blue", "eu", "prod", "web"),
    }


def test_a_pattern_is_one_entry_where_nothing_tells_its_hosts_apart(tmp_path: Path) -> None:
    text = "[web]\nwww[1:4]\n[blue]\nwww3\n"
    assert summaries(listed(tmp_path, text, ASKED)) == [
        ("www[1:4]", "www1 www2", None), ("www3", "www3", None), ("www4", "www4", None),
    ]  # fmt: skip
    text = "www[1:2] ansible_host=192.0.2.1 ansible_port=22\n"
    assert summaries(listed(tmp_path, text)) == [("www1", "192.0.2.1", (22,)), ("www2", "192.0.2.1", (22,))]


def test_hosts_without_a_port_are_one_mistake(tmp_path: Path) -> None:
    text = "[web]\na\nb ansible_port=22\nwww[1:2000]\n"
    assert wrong_in(tmp_path, text) == [
        "list:2:1: 2,001 hosts name no port (ansible_port); say which to probe with -p PORTS (Ansible's own is -p 22)"
    ]


def test_a_port_of_their_own_is_said_beside_those_of_the_command_line(tmp_path: Path) -> None:
    file = listed(tmp_path, "[web]\na\nb ansible_port=22\n", ASKED)
    assert file.warnings == ["1 host with an ansible_port: that is what is probed there, and -p elsewhere"]


def test_hosts_that_no_network_leads_to(tmp_path: Path) -> None:
    text = """here ansible_connection=local
far ansible_connection=ansible.builtin.ssh
[boxes]
box[1:3]
[boxes:vars]
ansible_connection=community.docker.docker
"""
    file = listed(tmp_path, text, ASKED)
    assert summaries(file) == [("far", "far", None)]
    assert file.warnings == [
        "4 hosts left out that Ansible reaches without the network (ansible_connection: docker, local)"
    ]
    told = wrong_in(tmp_path, text.replace("far", "#"), ASKED)
    assert told[0].startswith("list:1:1: 4 hosts left out that Ansible reaches without the network")
    assert "the file names no targets; write hosts below a [group]" in told[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a]\nb ansible_host='{{ ip }}'\n", ['list:2:3: ansible_host is "{{ ip }}", a template, which']),
        ("[a]\nb[1:9]\nc\n[a:vars]\nansible_port={{ p }}\n", ['list:5:1: ansible_port is "{{ p }}", a template']),
        ("[a]\nb ansible_port=ssh\n", ['list:2:3: ansible_port is "ssh"; write the number of a port']),
        ("[a]\nb ansible_port=70000\n", ["list:2:3: "]),
        ("[a]\nno_such..name ansible_port=22\n", ["list:2:1: "]),
        ("[a]\nb ansible_host=192.0.2.300 ansible_port=22\n", ["list:2:3: "]),
        ("[a]\nwww[1:2000000]\n", ['list:2:1: "www[1:2000000]" stands for too many hosts']),
    ],
)  # fmt: skip
def test_mistakes(tmp_path: Path, text: str, said: list[str]) -> None:
    told = wrong_in(tmp_path, text)
    assert len(told) == len(said), told
    assert all(line.startswith(start) for line, start in zip(told, said, strict=True)), told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a:children]\na\n", 'list:2:1: the group "a" contains itself ("a > a")'),
        ("[a:children]\nb\n[b:children]\na\n[x]\nh\n", 'contains itself ("a > b > a")'),
        ("[z:children]\na\n[a:children]\nb\n[b:children]\na\n", 'contains itself ("'),
        ("".join(f"[g{at}:children]\ng{(at + 1) % 5000}\n" for at in range(5000)), "> ... > g0"),
    ],
)
def test_circles_of_groups(tmp_path: Path, text: str, said: str) -> None:
    (problem,) = wrong_in(tmp_path, text, ASKED._replace(format="ansible"))
    assert said in problem
    assert problem.endswith("take one of these out of the other's children")


def test_groups_may_be_very_deep(tmp_path: Path) -> None:
    text = "".join(f"[g{at}:children]\ng{at + 1}\n" for at in range(3_000))
    file = listed(tmp_path, text + "[g3000]\nhost\n[g7:vars]\nansible_port=7\n")
    assert summaries(file) == [("host", "host", (7,))]
    assert len(file.entries[0].stated.tags or ()) == 3_001


def test_hosts_of_too_many_groups(tmp_path: Path) -> None:
    text = "".join(f"[g{at}:children]\ng{at + 1}\n" for at in range(1_500)) + "[g1500]\nhost[1:2000]\n"
    assert "more than 2000000 groups altogether" in wrong_in(tmp_path, text, ASKED)[0]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a\nb:22\n192.0.2.1\n", "text"),
        ("[2001:db8::7]:22\n", "text"),
        ("www[1:3].example.com\n", "ansible"),
        ("a ansible_host=192.0.2.1\n", "ansible"),
        ("[all:vars]\nansible_port=22\n", "ansible"),
        ("; of long ago\n[a]\nb\n", "ansible"),
        ("[defaults]\ninventory = hosts\n", ""),
        ("[Unit]\nDescription=a b\n", ""),
        ('[package]\nname = "x"\n', ""),
        ("[web]\n", ""),
        ("web1:\n  ansible_host: 192.0.2.1\n", ""),
        ("ansible_port: 22\nansible_user: deploy\n", ""),
        ("- hosts: all\n  tasks: [{ping: }]\n", "ansible"),
        ("all:\n  hosts:\n    a:\n", "ansible"),
        ("web:\n  hosts: a, b\n", ""),
        ("service:\n  hosts: [a]\n  port: 80\n", ""),
        ("services:\n  web: {image: x}\n", "compose"),
        ("- hosts: [a]\n  ports: [1]\n", ""),
    ],
)
def test_neighbours(tmp_path: Path, text: str, found: str) -> None:
    assert looks_in(tmp_path, text) == found


@pytest.mark.slow
def test_a_hundred_thousand_lines(tmp_path: Path) -> None:
    lines = "".join(
        f"h{at}.example.net ansible_host=10.{at >> 16}.{at >> 8 & 255}.{at & 255}\n" for at in range(100_000)
    )
    assert len(listed(tmp_path, f"[web]\n{lines}[web:vars]\nansible_port=22\n").entries) == 100_000
    (entry,) = listed(tmp_path, "[web]\nwww[000001:100000]\n", ASKED).entries
    assert len(entry.hosts) == 100_000
