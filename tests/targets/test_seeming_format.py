"""Files with a slip that keeps them from looking like what they are: told as that, never as plain text, whose advice
would have the names of groups and keys probed."""

from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from tests.targets.listed import listed, summaries, wrong_in

TORN = [
    ("global:\n  scrape_interval: 15s\nscrape_configs:\n- job_name: 'a\n", "a Prometheus list", "prometheus"),
    ("# ours\n\nscrape_configs:\n- job_name: a\n\tstatic_configs: []\n", "a Prometheus list", "prometheus"),
    ("services:\n  web:\n    image: \"nginx\n    ports: ['80:80']\n", "a docker compose file", "compose"),
    ("version: '3'\nservices:\n  web: {image: nginx\n", "a docker compose file", "compose"),
    ("all:\n  hosts:\n\tweb1:\n", "an Ansible inventory", "ansible"),
    ("addr:\n  tcp://db1.example.net:22: {reachable: true\n", "tests of goss", "goss"),
]


@pytest.mark.parametrize(("text", "what", "name"), TORN)
def test_torn_yaml_is_told_as_what_it_seems_to_be(tmp_path: Path, text: str, what: str, name: str) -> None:
    first, *rest = wrong_in(tmp_path, text)
    assert first.startswith(f"list: the file seems to be {what}")
    assert f"(--input-format {name}), and cannot be read:" in first
    assert len(rest) == 1
    assert "YAML" in rest[0]


def test_torn_yaml_of_nobody_known(tmp_path: Path) -> None:
    for text in ("servers:\n  a: [x\n", "servers:\n# all\n- a: [x\n", "name: [x\n"):
        (problem,) = wrong_in(tmp_path, text)
        assert "this is not valid YAML" in problem


def test_a_head_line_makes_no_yaml(tmp_path: Path) -> None:
    """What follows is neither indented nor a list."""
    assert "as plain text" not in wrong_in(tmp_path, "localhost:22\nlocalhost:23\nServers:\n")[0]
    assert "valid YAML" not in wrong_in(tmp_path, "Servers:\nlocalhost:22\n")[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[web]\n192.0.2.1 22\n", 'list:2:11: "22" sets no variable; write ansible_port=22, if it is the port'),
        ("[web]\nweb1 ; old\n", 'list:2:6: ";" begins a comment at the start of a line only; write # in front of it'),
        ("; ours\n[web]\nweb1 ; old\n", 'list:3:6: ";" begins a comment at the start of a line only; write # in front'),
        ("[web]\nweb1 ;old one\nweb2\n", 'list:2:6: ";" begins a comment at the start of a line only; write # in'),
        ("[web]\nweb1 web2\n", 'list:2:6: "web2" sets no variable; write NAME=VALUE, and each host on a line of its'),
    ],
)
def test_an_inventory_that_misses_by_a_line(tmp_path: Path, text: str, said: str) -> None:
    first, second = wrong_in(tmp_path, text, InputWish(ports_given=True))
    assert first.startswith("list: the file seems to be an Ansible inventory (--input-format ansible)")
    assert second.startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "all:\n  chidren:\n    web: {hosts: {a: }}\n",
            'list:2:3: "chidren" is not a key of a group; did you mean "children"? write hosts, children or vars',
        ),
        (
            "web: {hosts: {a: }}\ndb: {hsots: {b: }}\n",
            'list:2:6: "hsots" is not a key of a group; did you mean "hosts"? write hosts, children or vars',
        ),
        ("all: {hosts: {a: }, port: 22}\n", 'list:1:21: "port" is not a key of a group; write hosts, children or vars'),
        ("plugin: aws_ec2\nregions: [a]\n", "list:1:1: this sets up an inventory plugin; scan what ansible-inventory"),
    ],
)
def test_an_inventory_with_a_wrong_key(tmp_path: Path, text: str, said: str) -> None:
    first, second = wrong_in(tmp_path, text, InputWish(ports_given=True))
    assert first.startswith("list: the file seems to be an Ansible inventory (--input-format ansible)")
    assert second.startswith(said)


def test_documents_with_hosts_of_their_own_are_no_inventory(tmp_path: Path) -> None:
    for text in ("service:\n  hosts: [a]\n  port: 80\n", "all: true\n", "tragets: [a]\n", "a: {vars: 1}\nb: {z: 1}\n"):
        assert "Ansible" not in wrong_in(tmp_path, text)[0]


def test_settings_of_other_programs_are_no_inventory(tmp_path: Path) -> None:
    for text in ("[core]\nname = value\n", "[Unit]\nDescription=a b\n"):
        assert "Ansible" not in wrong_in(tmp_path, text)[0]
    assert summaries(listed(tmp_path, "[web]\na ansible_port=22\n")) == [("a", "a", (22,))]
