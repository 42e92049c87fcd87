"""Tables whose hosts nobody can tell: with heads that are unknown, or with none. They are no lists of targets."""

from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from scanner.targets.formats.input_formats import FORMATS
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.opened_list import read_targets
from tests.targets.table_lists import Asked, asked_by, problems_of, row_xml, write_book

OF_A_FIREWALL = "@uuid;enabled;sequence;action;interface;protocol;source_net;{};{};log;description\n"


def written(path: Path, text: str) -> Path:
    (path / "rules.csv").write_text(text)
    return path / "rules.csv"


def format_of(text: str) -> str:
    source = InputText("list", text.encode())
    return next((each.name for each in FORMATS if each.looks(source)), "")


def test_an_export_with_an_identifier_first(tmp_path: Path) -> None:
    heads = OF_A_FIREWALL.format("destination_net", "destination_port")
    text = f"{heads}b3c1;1;1;pass;lan;TCP;any;192.0.2.10;443;1;web\nb3c2;0;2;pass;lan;TCP;any;192.0.2.11;443;;off\n"
    assert asked_by(read_targets(str(written(tmp_path, text)))) == [Asked("192.0.2.10", (443,), "open", "web")]


def test_heads_some_of_which_are_known_are_those_of_a_table(tmp_path: Path) -> None:
    heads = OF_A_FIREWALL.format("where_net", "destination_port")
    path = written(tmp_path, f'{heads}b3c1;1;1;pass;lan;TCP;any;192.0.2.10;443;1;"web; and\nmore"\n')
    (found,) = problems_of(path)
    assert found.startswith(
        "1:1: no column is known to hold hosts; say which does, such as --columns host=HEAD,port=destination_port; its "
    )
    wish = InputWish(columns=(("host", "where_net"),))
    assert [each.hosts for each in asked_by(read_targets(str(path), wish))] == ["192.0.2.10"]


def test_a_known_column_of_hosts_is_not_called_unknown(tmp_path: Path) -> None:
    path = written(tmp_path, "Host;VLAN;Rolle\n192.0.2.1;12;dns\n192.0.2.2;13;web\n")
    assert problems_of(path) == [
        '1:1: no column but "Host" is known; say which are the hosts and the ports, such as --columns '
        'host=Host,port=VLAN; its heads: "Host", "VLAN", "Rolle"'
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("192.0.2.1,443,tcp,web\n192.0.2.2,22,tcp,ssh\n", "host,port,protocol,name"),
        ("# all of it\n\nweb;192.0.2.0/28;443;allow\ndb;2001:db8::1;5432;deny\n", "name;host;port;action"),
        ("db1.example.net\t5432\tTCP\tdb\tx y\n192.0.2.2\t80, 443\t6\t\t\n", "host,port,protocol,name,comment"),
        ("10.1.0.1,192.0.2.1,443,tcp\n10.1.0.1,192.0.2.2,22,tcp\n", "host,port,protocol,name"),
    ],
)
def test_a_table_without_heads_is_told_to_have_some(text: str, line: str, tmp_path: Path) -> None:
    (found,) = problems_of(written(tmp_path, text))
    assert found.endswith(f":1: the table has no heads; write a first line such as {line}")


def test_hosts_and_ports_alone_are_a_table_where_that_is_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, "192.0.2.1,443\n192.0.2.2,22\n")
    told = "the table has no heads; write a first line such as host,port"
    assert problems_of(path, InputWish(format="csv")) == [f"1:1: {told}"]
    assert told not in str(problems_of(path))


def test_a_sheet_without_heads(tmp_path: Path) -> None:
    rows = row_xml(3, "192.0.2.1", "443", "tcp") + row_xml(4, "192.0.2.2", "22", "tcp")
    assert problems_of(write_book(tmp_path / "r.xlsx", {"Rules": rows})) == [
        "Rules!A3: the table has no heads; write a first row of them, such as host,port,protocol"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "192.0.2.1\t22\t80\n192.0.2.2\t22\t80\n", "192.0.2.1;443\n192.0.2.2;80\n", "web1;22;web2;22\nweb3;22;web4;22\n",
        "192.0.2.1\t192.0.2.2\t22\n192.0.2.3\t192.0.2.4\t22\n", "server\t22\nweb\t443\n",
        "192.0.2.1;22;web2;22\n192.0.2.3;22;web4;22\n",
    ],
)  # fmt: skip
def test_lists_of_targets_stay_lists(text: str) -> None:
    assert format_of(text) == "text"
