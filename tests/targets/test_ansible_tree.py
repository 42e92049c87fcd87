"""Inventories of Ansible as documents: YAML as people write it, and JSON as `ansible-inventory --list` prints it."""

import json
from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from tests.targets.listed import listed, summaries, wrong_in

ASKED = InputWish(ports_given=True, format="ansible")

YAML = """all:
  children:
    prod:
      vars: {ansible_port: 22}
      children:
        web: {hosts: {a: , b: {ansible_port: 23}}}
        db:
          hosts: {"db[1:2]": {ansible_host: }}
  hosts: lone
"""
JSON = """{"_meta": {"hostvars": {"b": {"ansible_port": 23}, "stranger": {}}},
 "all": {"children": ["ungrouped", "prod"]}, "prod": {"children": ["web", "db"], "vars": {"ansible_port": 22}},
 "web": {"hosts": ["a", "b"]}, "db": ["db1", "db2"], "ungrouped": {"hosts": ["lone"]}}
"""


@pytest.mark.parametrize("text", [YAML, JSON])
def test_a_document(tmp_path: Path, text: str) -> None:
    file = listed(tmp_path, text, InputWish(ports_given=True))
    found = {
        host: (ports, e.stated.tags)
        for (_, hosts, ports), e in zip(summaries(file), file.entries, strict=True)
        for host in hosts.split()
    }
    db = ((22,), ("prod", "db"))
    assert found == {
        "a": ((22,), ("prod", "web")),
        "b": ((23,), ("prod", "web")),
        "db1": db,
        "db2": db,
        "lone": (None, None),
    }


def test_a_group_that_comes_along_several_ways(tmp_path: Path) -> None:
    text = "x: {children: {web: &web {hosts: {a: }}}}\ny: {children: {web: *web}}\n"
    (entry,) = listed(tmp_path, text, ASKED).entries
    assert entry.stated.tags == ("x", "y", "web")


def test_merge_keys(tmp_path: Path) -> None:
    text = "all:\n  hosts:\n    a: &a {ansible_port: 22, ansible_host: 192.0.2.1}\n    b: {<<: *a, ansible_port: 23}\n"
    assert summaries(listed(tmp_path, text)) == [("a", "192.0.2.1", (22,)), ("b", "192.0.2.1", (23,))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- hosts: web\n  roles: [x]\n", "list:1:1: this is a playbook, which does not say where its hosts are; scan"),
        ("- import_playbook: site.yml\n", "list:1:1: this is a playbook"),
        (
            "plugin: aws_ec2\nregions: [a]\n",
            "list:1:1: this sets up an inventory plugin; scan what ansible-inventory -i",
        ),
        ("web: {hosts: {a: }, host: {b: }}\n", 'list:1:21: "host" is not a key of a group; did you mean "hosts"?'),
        ("web: {hosts: {a: 22}}\n", "list:1:18: the variables is a string"),
        ("web: {hosts: [[a]]}\n", "list:1:15: an item of hosts is a list"),
        ("web: {hosts: {a: {ansible_host: [x]}}}\n", "list:1:33: ansible_host is a list; write a single value"),
        ("web: nothing\n", 'list:1:6: the group "web" is a string; write a mapping'),
        ("web: {children: {web: }}\n", 'list:1:18: the group "web" contains itself ("web > web"); take one'),
        ("a: {children: [b]}\nb: {children: [a]}\n", 'contains itself ("'),
        ('{"_meta": {"hostvars": {}}}', "list:1:1: the file names no targets; write hosts below a [group], or read"),
        ("a\n", "list:1:1: an inventory is a string; write a mapping"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, said: str) -> None:
    told = wrong_in(tmp_path, text, ASKED)
    assert any(said in line for line in told), told


def test_a_bomb_of_aliases(tmp_path: Path) -> None:
    """Each level names the one before twice: followed along every way, these are a billion groups."""
    levels = ["g0: &g0 {hosts: {a: }}"]
    levels += [f"g{at}: &g{at} {{children: {{l{at}: *g{at - 1}, r{at}: *g{at - 1}}}}}" for at in range(1, 30)]
    (entry,) = listed(tmp_path, "\n".join(levels) + "\n", ASKED).entries
    assert entry.name == "a"


@pytest.mark.slow
def test_aliases_that_repeat_hosts(tmp_path: Path) -> None:
    hosts = ", ".join(f"h{at}: " for at in range(2_000))
    text = f"all: {{hosts: &all {{{hosts}}}}}\n" + "".join(f"g{at}: {{hosts: *all}}\n" for at in range(1_000))
    assert "more than 1000000 hosts" in wrong_in(tmp_path, text, ASKED)[0]


@pytest.mark.slow
def test_a_hundred_thousand_lines(tmp_path: Path) -> None:
    names = [f"h{at}" for at in range(34_000)]
    inventory = {
        "_meta": {"hostvars": {name: {"ansible_host": "192.0.2.1"} for name in names}},
        "web": {"hosts": names},
    }
    text = json.dumps(inventory, indent=1)
    assert text.count("\n") > 100_000
    assert len(listed(tmp_path, text, ASKED).entries) == 34_000
