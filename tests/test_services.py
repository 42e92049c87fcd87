"""Port names: the table is ours, complete where people look, and the same in both directions."""

import socket

import pytest

from scanner.services import service_name, service_names, service_port, top_ports


@pytest.mark.parametrize(
    ("port", "name"),
    [
        (22, "ssh"), (80, "http"), (443, "https"), (25, "smtp"), (53, "domain"), (3306, "mysql"),
        (5432, "postgresql"), (3389, "ms-wbt-server"), (6379, "redis"), (27017, "mongodb"), (8080, "http-alt"),
        (1433, "ms-sql-s"), (5900, "rfb"), (65535, ""), (0, ""), (70000, ""),
    ],
)  # fmt: skip
def test_name_of_port(port: int, name: str) -> None:
    assert service_name(port) == name


@pytest.mark.parametrize(
    ("name", "port"),
    [
        ("www", 80), ("postgres", 5432), ("rdp", 3389), ("mssql", 1433), ("vnc", 5900), ("HTTPS", 443),
        ("http-alt", 8080), ("smb", 445), ("nosuchservice", None), ("", None), ("a\0b", None), ("é", None),
    ],
)  # fmt: skip
def test_port_of_name(name: str, port: int | None) -> None:
    assert service_port(name) == port


def test_every_usual_name_leads_back_to_its_port() -> None:
    named = [port for port in range(65536) if service_name(port)]
    assert len(named) > 500
    assert [service_port(service_name(port)) for port in named] == named


def test_names_are_sane() -> None:
    assert all(name.isascii() and name == name.strip() and not name.isdigit() for name in service_names())


def test_a_name_only_the_machine_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getservbyname", lambda name, protocol: {("ours", "tcp"): 4711}[name, protocol])
    assert service_port("ours") == 4711


def test_top_ports() -> None:
    assert top_ports(3) == (80, 23, 443)
    every = top_ports(1000)
    assert len(set(every)) == 1000
    assert all(1 <= port <= 65535 for port in every)
    assert every[:100] == top_ports(100)


@pytest.mark.parametrize("count", [0, -1, 1001])
def test_top_ports_out_of_range(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 1000"):
        top_ports(count)
