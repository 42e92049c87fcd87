"""Columns that nobody reads: what would have changed the rule is a mistake, the rest is named."""

from pathlib import Path

import pytest

from scanner.targets.formats.opened_list import read_targets
from tests.targets.table_lists import Asked, asked_by, problems_of, row_xml, write_book


def written(path: Path, text: str) -> Path:
    (path / "rules.csv").write_text(text)
    return path / "rules.csv"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("host,port,Urteil\na,1,deny\nb,2,\n", 'column "Urteil" looks like actions and is not read; write --columns '),
        ("host,port,Rule Action 2\na,1,7\n", 'column "Rule Action 2" looks like actions and is not read; write --c'),
        ("host,port,Type\na,1,allow\nb,2,deny\n", 'column "Type" looks like actions'),
        ("target,destination,dport\nACCEPT,a,1\n", 'column "target" looks like actions'),
    ],
)
def test_actions_that_are_not_read_are_a_mistake(text: str, told: str, tmp_path: Path) -> None:
    (found,) = problems_of(written(tmp_path, text))
    assert found.startswith(f"1:1: {told}")


@pytest.mark.parametrize(
    ("head", "cell", "told"),
    [
        ("Mask", "255.255.255.0", "is a netmask and is not read; write the network in the column of hosts, such as "
         "10.0.0.0/24"),
        ("Netzmaske", "/16", "is a netmask and is not read; write the network in the column of hosts, such as "
         "10.0.0.0/16"),
        ("Destination End", "10.0.0.9", "is a range's end and is not read; write the range in the column of hosts: "
         '"10.0.0.0-10.0.0.9"'),
        ("destination negate", "true", "turns the rule into its opposite, which cannot be read; write the hosts meant"),
        ("negated", "x", "turns the rule into its opposite"),
    ],
)  # fmt: skip
def test_what_turns_a_rule_into_another_is_a_mistake(head: str, cell: str, told: str, tmp_path: Path) -> None:
    (found,) = problems_of(written(tmp_path, f"destination,port,{head}\n10.0.0.0,1,{cell}\n"))
    assert found.startswith(f'2:12: column "{head}": "{cell}" {told}')


@pytest.mark.parametrize(
    ("head", "cell"),
    [("Mask", "255.255.255.255"), ("Mask", ""), ("End IP", "10.0.0.0"), ("negate", "no"), ("nr", "1"), ("Owner", "x"),
     ("Hit count", "5"), ("Last modified", "x"), ("Date", "x"), ("Source zone", "x"), ("zone", "")],
)  # fmt: skip
def test_what_changes_nothing_is_not_worth_a_word(head: str, cell: str, tmp_path: Path) -> None:
    file = read_targets(str(written(tmp_path, f"destination,port,{head}\n10.0.0.0,1,{cell}\n")))
    assert (asked_by(file), file.warnings) == ([Asked("10.0.0.0", (1,))], [])


def test_other_columns_are_named_once(tmp_path: Path) -> None:
    file = read_targets(str(written(tmp_path, "destination,host,port,,Zone\na,fw,1,x,y\nb,fw,2,,z\n")))
    assert [each.hosts for each in asked_by(file)] == ["a", "b"]
    assert file.warnings == [
        'columns that were not read: "host", number 4, which has no head, "Zone"; say with --columns what is in them'
    ]


@pytest.mark.parametrize(
    "head",
    ["g\u00fcltig bis", "Expires", "Expiry date", "Befristet bis", "valid_until", "Valid To", "Ablaufdatum", "End date",
     "Regel-Enddatum"],
)  # fmt: skip
def test_rules_may_have_expired(head: str, tmp_path: Path) -> None:
    file = read_targets(str(written(tmp_path, f"host,port,{head}\na,1,31.12.2020\nb,2,\n")))
    assert [each.hosts for each in asked_by(file)] == ["a", "b"]
    assert file.warnings == [
        f'column "{head}" is not read: rules that have expired are read like the others; remove them'
    ]
    assert read_targets(str(written(tmp_path, f"host,port,{head}\na,1,never\nb,2,unbefristet\n"))).warnings == []


def test_a_disabled_row_changes_nothing(tmp_path: Path) -> None:
    text = "destination,port,mask,enabled\n10.0.0.0,1,255.0.0.0,no\na,1,,yes\n"
    assert asked_by(read_targets(str(written(tmp_path, text)))) == [Asked("a", (1,))]


def test_in_a_workbook_it_is_the_heads_cell(tmp_path: Path) -> None:
    rows = row_xml(2, "Host", "Port", "Urteil") + row_xml(3, "a", "1", "deny")
    (found,) = problems_of(write_book(tmp_path / "r.xlsx", {"Rules": rows}))
    assert found.startswith('Rules!C2: column "Urteil" looks like actions')


def test_the_firewall_is_no_destination(tmp_path: Path) -> None:
    path = written(tmp_path, "host,destination,port,destination port\nfw,,1,2\nfw,a,1,\n")
    assert problems_of(path) == [
        "2:1: the row names ports and no host; write its host",
        "3:4: the target names no port; write one, or use -p PORTS",
    ]
