"""Long reports of scanners, and hostile ones, are read to their end: nothing in them costs more than its length."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from tests.targets.scanned import read, wrong

_MANY = 100_000


def address(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


MASSCAN = '{{ "ip": "{}", "timestamp": "1", "ports": [ {{"port": 22, "proto": "tcp", "status": "open", "ttl": 5}} ] }}'
NMAP = (
    '<host><address addr="{}" addrtype="ipv4"/><ports><port protocol="tcp" portid="22"><state state="open"/></port>'
    "</ports></host>\n"
)
LISTS: dict[str, Callable[[list[str]], str]] = {
    "nmap": lambda hosts: f"<nmaprun>\n{''.join(map(NMAP.format, hosts))}</nmaprun>\n",
    "gnmap": lambda hosts: "".join(f"Host: {host} ()\tPorts: 22/open/tcp//ssh///\n" for host in hosts),
    "masscan": lambda hosts: "[\n{}\n]\n".format("\n,\n".join(map(MASSCAN.format, hosts))),
    "masscan in one line": lambda hosts: "[{}]".format(",".join(map(MASSCAN.format, hosts))),
    "masscan list": lambda hosts: "".join(f"open tcp 22 {host} 1\n" for host in hosts),
    "masscan settings": lambda hosts: "".join(f"range = {host}\n" for host in hosts) + "ports = 22\n",
    "naabu": lambda hosts: "".join(f'{{"ip":"{host}","port":22,"protocol":"tcp"}}\n' for host in hosts),
    "report": lambda hosts: "host,port,state\n" + "".join(f"{host},22,open\n" for host in hosts),
    "report as json": lambda hosts: '{{"schema": "scanner-report/1", "results": [{}]}}'.format(
        ",".join(f'{{"host": "{host}", "port": 22, "state": "open"}}' for host in hosts)
    ),
    "goss": lambda hosts: "addr:\n" + "".join(f"  tcp://{host}:22: {{reachable: true}}\n" for host in hosts),
    "hosts": lambda hosts: "".join(f"{host} a\n" for host in hosts),
    "text": lambda hosts: "".join(f"{host}:22\n" for host in hosts),
}


@pytest.mark.slow
@pytest.mark.parametrize("made", LISTS.values(), ids=LISTS)
def test_a_long_list_is_read(made: Callable[[list[str]], str], request: pytest.FixtureRequest, tmp_path: Path) -> None:
    asked = InputWish(format="hosts", ports_given=True) if made is LISTS["hosts"] else InputWish()
    assert len(read(tmp_path, made([address(number + 1) for number in range(_MANY)]), asked).entries) == _MANY


def test_a_mistake_far_down_is_told_with_its_line(tmp_path: Path) -> None:
    lines = [f"{address(number + 1)}:22\n" for number in range(30_001)]
    lines[29_999] = "10.0.0.300:22\n"
    [problem] = wrong(tmp_path, "".join(lines))
    assert problem.startswith("30000:1: ")


@pytest.mark.parametrize(
    "text",
    [
        '{"ip":"192.0.2.1","port":' + "9" * 1_000_000 + "}\n",
        '[{"ip": "' + "a" * 300_000 + '", "timestamp": "1", "ports": []}]',
        "open tcp 22 " + "1" * 300_000 + " 1\n",
        "Host: 192.0.2.1 (" + "(" * 300_000,
        "Host: 192.0.2.1 ()\tPorts: " + "22/open/tcp/" * 60_000 + "x",
        "192.0.2.1:" + "1," * 60_000 + "x",
        "192.0.2.1 " + "- " * 150_000,
        "192.0.2.1:22 " + "23 " * 60_000,
        "192.0.2.1 " + "1 - " * 60_000,
        "1.1 -" * 60_000,
        "a@" * 150_000 + " b",
        "range = " + "1," * 60_000,
        "range = 192.0.2.x" + " " * 300_000 + "#x",
        '<nmaprun><host><address addr="' + "1" * 300_000 + '"/></host></nmaprun>',
        "host,port,state\n" + "a" * 300_000 + ",22,open\n",
        "{" * 1_000_000,
    ],
    ids=range(16),
)
def test_hostile_values_are_told_and_cut_short(text: str, tmp_path: Path) -> None:
    assert all(len(problem) < 500 for problem in wrong(tmp_path, text))
