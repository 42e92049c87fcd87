"""Heads that stand twice, once for the source and once for the destination: never is the source probed for it."""

from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from scanner.targets.formats.opened_list import read_targets
from scanner.targets.formats.table_heads import columns_of
from tests.targets.table_lists import Asked, asked_by, problems_of, row_xml, write_book

RULE = "10.1.0.1;1024-65535;192.0.2.1;443"
TAG = ("source=10.1.0.1",)


def written(path: Path, text: str) -> Path:
    (path / "rules.csv").write_text(text)
    return path / "rules.csv"


@pytest.mark.parametrize(
    "text",
    [
        f"Source IP;Port;Ziel IP;Port\n{RULE}\n",
        f"Source;PORT;Destination;Port(s)\n{RULE}\n",
        f"Von;Ports;Nach;Port\n{RULE}\n",
        f"Client;Port;Server;Port\n{RULE}\n",
        "Ziel;Port;Quelle;Port\n192.0.2.1;443;10.1.0.1;1024-65535\n",
        "Quelle;Dienst;Ziel;Dienst\n10.1.0.1;ssh;192.0.2.1;https\n",
        "Quelle;von Port;bis Port;Ziel;von Port;bis Port\n10.1.0.1;1024;65535;192.0.2.1;443;443\n",
        "Quelle;Port;Protokoll;Ziel;Port;Protokoll\n10.1.0.1;500;udp;192.0.2.1;443;tcp\n",
        "Source zone;IP;Port;Destination zone;IP;Port\nlan;10.1.0.1;any;dmz;192.0.2.1;443\n",
        f"Quelle;;Ziel;\nIP;Port;IP;Port\n{RULE}\n",
        f"Quelle;;Ziel\nIP;Port;IP;Port\n{RULE}\n",
        f"Source;Source;Destination;Destination\nAddress;Port;Address;Port\n{RULE}\n",
        f"Freigaben DMZ;;;;\nVon;;Nach;;Protokoll\n;;;;\nIP;Port;IP;Port;\n{RULE};tcp\n",
        f"Quelle;;Ziel;\nIP;Port;;Port\n{RULE}\n",
    ],
)
def test_the_port_of_the_destination_is_the_one_on_its_side(text: str, tmp_path: Path) -> None:
    file = read_targets(str(written(tmp_path, text)))
    assert asked_by(file) == [Asked("192.0.2.1", (443,), tags=TAG)]
    assert [warning for warning in file.warnings if "were not read" in warning] in (
        [], ['columns that were not read: "Source zone", "Destination zone"; say with --columns what is in them'],
        ['columns that were not read: "Destination zone"; say with --columns what is in them'],
    )  # fmt: skip


def test_beside_a_destination_its_address_is_surer() -> None:
    columns = columns_of(["Source", "IP", "Destination", "IP", "Port"])
    assert columns.places == {"host": (3, 2), "source": (0, 1), "port": (4,)}


@pytest.mark.parametrize(
    ("heads", "told"),
    [
        ("Destination;Port;Port", 'columns 2 and 3 are both called "Port"; rename the one that is not the '
         'destination\'s, such as "Source Port"'),
        ("Port;Source;Destination;Port", 'columns 1 and 4 are both called "Port"; rename the one that is not'),
        ("Sender;port;Ziel;PORT;port", 'columns 4 and 5 are both called "port"; rename the one that is not'),
        ("IP;Port;IP;Port", 'columns 2 and 4 are both called "Port"; rename'),
        ("host;host;service", 'columns 1 and 2 are both called "host"; rename'),
        ("host;port;Action;Action", 'columns 3 and 4 are both called "Action"; rename the one that is not meant'),
        ("Quelle;Port;Ziel;Dienst", '"Port" follows the source, and "Dienst" the destination; call the first "Source '
         'Port" or "Destination Port", whichever it is'),
    ],
)  # fmt: skip
def test_where_the_place_does_not_tell_it_is_a_mistake(heads: str, told: str, tmp_path: Path) -> None:
    (found,) = problems_of(written(tmp_path, f"{heads}\n10.1.0.1;1024;192.0.2.1;443;22\n"))
    assert found.startswith(f"1:1: {told}")


@pytest.mark.parametrize("heads", ["Source;Port;Destination;Bemerkung", "Name;Name;host;port", "host;port;note;Note"])
def test_what_is_clear_needs_no_other_heads(heads: str) -> None:
    assert columns_of(heads.split(";")).doubt is None


@pytest.mark.parametrize("wished", ["Port", "port"])
def test_a_wish_for_a_head_that_stands_twice_is_refused(wished: str, tmp_path: Path) -> None:
    path = written(tmp_path, "Quelle;Port;Ziel;Port\n10.1.0.1;1024;192.0.2.1;443\n")
    assert problems_of(path, InputWish(columns=(("host", "Ziel"), ("port", wished)))) == [
        '1:1: --columns: columns 2 and 4 are both called "Port"; rename the one that is not meant'
    ]


def test_a_wish_may_name_a_head_of_two_rows(tmp_path: Path) -> None:
    path = written(tmp_path, f"Quelle;;Ziel;\nIP;Port;IP;Port\n{RULE}\n")
    wish = InputWish(columns=(("host", "Ziel IP"), ("port", "Ziel Port")))
    assert asked_by(read_targets(str(path), wish)) == [Asked("192.0.2.1", (443,))]


def test_two_rows_of_heads_in_a_workbook(tmp_path: Path) -> None:
    rows = row_xml(1, "Quelle", "", "Ziel", "", "Protokoll") + row_xml(2, "IP", "Port", "IP", "Port")
    rows += row_xml(3, "10.1.0.1", "1024", "192.0.2.1", "443", "tcp")
    merged = '|<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="C1:D1"/><mergeCell ref="E1:E2"/></mergeCells>'
    file = read_targets(str(write_book(tmp_path / "r.xlsx", {"Rules": rows + merged})))
    assert asked_by(file) == [Asked("192.0.2.1", (443,), tags=TAG)]
    assert file.entries[0].where.endswith("Rules!C3")


def test_a_head_that_stands_twice_is_told_at_its_cell(tmp_path: Path) -> None:
    rows = row_xml(1, "Host", "Port", "Port") + row_xml(2, "a", "1", "2")
    (found,) = problems_of(write_book(tmp_path / "r.xlsx", {"Rules": rows}))
    assert found.startswith('Rules!C1: columns 2 and 3 are both called "Port"')


def test_a_rule_is_no_second_row_of_heads(tmp_path: Path) -> None:
    path = written(tmp_path, "Source;;Destination;Port\nclient;x;server;80\nweb;;db;443\n")
    assert [each.hosts for each in asked_by(read_targets(str(path)))] == ["server", "db"]
