"""Rules without ports in a table some of whose columns nobody reads: what would have named the ports is told."""

from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from scanner.targets.formats.opened_list import read_targets
from tests.targets.table_lists import SKIPPING, Asked, asked_by, problems_of, row_xml, write_book

WITH_PORTS = InputWish(ports_given=True)
LACKING = "the target names no port; write one, or use -p PORTS"


def written(path: Path, text: str) -> Path:
    (path / "rules.csv").write_text(text)
    return path / "rules.csv"


@pytest.mark.parametrize("head", ["Services & Applications", "Services / Applications", "Dienste und Anwendungen"])
def test_services_beside_applications_are_services(head: str, tmp_path: Path) -> None:
    path = written(tmp_path, f'No.,Name,Destination,VPN,{head},Action\n1,web,192.0.2.1,Any,"ssh;https",Accept\n')
    assert asked_by(read_targets(str(path))) == [Asked("192.0.2.1", (22, 443), "open", "web")]


@pytest.mark.parametrize(
    ("head", "cells", "write"),
    [
        ("Application", ["junos-https", "junos-ssh"], "Application"),
        ("Layer-7 service", ["https", "tcp_8443; http", ""], "'Layer-7 service'"),
        ("fwService", ["443/tcp", "x"], "fwService"),
    ],
)
def test_a_column_called_like_services_is_a_mistake_even_beside_p(
    head: str, cells: list[str], write: str, tmp_path: Path
) -> None:
    rows = "".join(f"192.0.2.1,{cell},permit\n" for cell in cells)
    path = written(tmp_path, f"Destination,{head},Action\n{rows}")
    told = f'1:1: column "{head}" looks like ports or services and is not read; write --columns service={write}, or '
    assert problems_of(path)[0] == f"{told}rename its head"
    assert problems_of(path, WITH_PORTS) == [f"{told}rename its head"]


def test_the_columns_that_may_hold_the_ports_are_named_once(tmp_path: Path) -> None:
    path = written(tmp_path, "Destination,Kanal,Ebene,UDP,Owner,Action\na,443,Web,53,ops,allow\nb,22,SSH,,ops,allow\n")
    assert problems_of(path) == [
        '1:1: rules name no port, and columns were not read: "Kanal", "Ebene"; if one holds the ports, write '
        "--columns port=HEAD",
        f"2:1: {LACKING}",
        f"3:1: {LACKING}",
    ]
    assert [each.ports for each in asked_by(read_targets(str(path), WITH_PORTS))] == [None, None]


def test_it_is_told_whatever_else_is_wrong_further_down(tmp_path: Path) -> None:
    path = written(tmp_path, "Destination,Kanal,Action\n" + "a,443,allow\n" * 400)
    assert problems_of(path)[0].startswith('1:1: rules name no port, and columns were not read: "Kanal"; if one holds')


def test_an_application_that_is_no_service_is_only_named(tmp_path: Path) -> None:
    path = written(tmp_path, "Destination,Application,Action\na,SAP,allow\n")
    assert problems_of(path) == [
        '1:1: rules name no port, and columns were not read: "Application"; if one holds the ports, write --columns '
        "service=Application",
        f"2:1: {LACKING}",
    ]
    assert len(read_targets(str(path), WITH_PORTS).entries) == 1


def test_rules_that_name_their_ports_need_no_other_column(tmp_path: Path) -> None:
    path = written(tmp_path, "Destination,Port,Application,Action\na,8443,https,allow\n")
    assert asked_by(read_targets(str(path))) == [Asked("a", (8443,), "open")]


def test_in_a_workbook_the_column_has_its_cell(tmp_path: Path) -> None:
    rows = row_xml(1, "Destination", "Action", "Application") + row_xml(2, "a", "allow", "https")
    found = problems_of(write_book(tmp_path / "r.xlsx", {"Rules": rows}))
    assert found[0].startswith('Rules!C1: column "Application" looks like ports or services and is not read')


@pytest.mark.parametrize("head", ["UDP-Ports", "Port (UDP)", "Ports UDP", "udp_dst_port", "Ziel-Ports UDP"])
def test_ports_of_udp_have_a_column_of_their_own(head: str, tmp_path: Path) -> None:
    path = written(tmp_path, f"Ziel;TCP-Ports;{head}\na;443;53\nb;;123, 161\nc;22;-\n;;500\n")
    assert problems_of(path)[-1] == "5:1: the row names ports and no host; write its host"
    path = written(tmp_path, f"Ziel;TCP-Ports;{head}\na;443;53\nb;;123, 161\nc;22;-\n")
    file = read_targets(str(path), SKIPPING)
    assert asked_by(file) == [Asked("a", (443,)), Asked("c", (22,))]
    assert [item.what for item in file.left_out] == ["udp port 53", "udp port 123, 161"]
    assert problems_of(path, WITH_PORTS) == [
        f"{place}: udp port {ports} is not verifiable by TCP; remove it, or leave all such out with --skip-unsupported"
        for place, ports in (("2:7", "53"), ("3:4", "123, 161"))
    ]
