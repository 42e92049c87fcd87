"""What is said of the targets beside rules: never more than was added, and what they do not prove."""

import pytest

from scanner.targets.entry import Entry
from scanner.targets.file.target_file import LeftOutItem
from scanner.targets.writing.rule_neighbours import Beside, beside
from tests.targets.made import entry


def around(*entries: Entry) -> Beside:
    return beside(entries, [], None)


@pytest.mark.parametrize(("host", "said"), [("10.0.0.255", True), ("10.0.1.0", True), ("10.0.1.7", False)])
def test_where_there_is_hardly_a_host_it_is_said(host: str, said: bool) -> None:
    remarks = around(entry(host, "22")).remarks
    assert any(text.startswith("an address that ends in .0 or .255 is often no host") for text in remarks) == said


@pytest.mark.parametrize(
    "hosts",
    ["127.0.0.1", "224.0.0.1", "255.255.255.0/24", "0.0.0.0/0", "127.0.0.0/8", "localhost", "LocalHost.", "::1"],
)
def test_where_nothing_was_added_no_note_says_otherwise(hosts: str) -> None:
    found = around(entry(hosts, "8080", where=("l", 1, 1)))
    assert found.entries == []
    assert found.remarks == ["nothing that can be asked lies beside them: nothing was added (1 rule: l:1)"]


@pytest.mark.parametrize(
    ("what", "may"),
    [
        ("port 'any'", True),
        ("protocol any port 22", True),
        ("udp port 53", False),
        ("icmp", False),
        ("port '53/udp'", False),
    ],
)
def test_rules_left_out_may_allow_what_is_expected_blocked(what: str, may: bool) -> None:
    found = beside([entry("db1", "22")], [], None, [LeftOutItem("r.csv:3:1", what)])
    told = "what was left out may allow what is expected blocked here (1 item: r.csv:3:1)"
    assert (told in found.remarks) == may


def test_names_and_addresses_may_be_the_same_hosts() -> None:
    def said(*hosts: str) -> bool:
        remarks = around(*(entry(host, "22") for host in hosts)).remarks
        return any(text.startswith("the list has names and addresses") for text in remarks)

    assert said("db1", "10.0.0.5")
    assert not said("db1", "db2")
    assert not said("localhost", "10.0.0.5")


def test_what_is_not_proven_is_said_of_each_rule() -> None:
    said = around(
        entry("db1", "22", where=("r.csv", 1, 1)),
        entry("10.51.100.7", "22", where=("r.csv", 2, 1)),
        entry("db2", "22", where=("r.csv", 3, 1)),
        entry("db3", "22", where=("r.csv", 4, 1), expect="any"),
    ).remarks
    assert said[0].startswith("refused is not blocked")
    assert said[1].startswith("where no host lives, nothing answers")
    assert said[2].startswith("the list has names and addresses: where a name leads to one of these")
    assert said[3:] == [
        "hosts that have a name have no neighbouring address: only ports were added (2 rules: r.csv:1, r.csv:3)",
        "the addresses beside a single one are other hosts with rules of their own: only ports were added "
        "(1 rule: r.csv:2)",
        "whoever expects any allows nothing for certain: nothing was added (1 rule: r.csv:4)",
    ]
