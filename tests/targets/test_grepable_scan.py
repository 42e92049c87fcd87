"""nmap's grepable output: what is taken of it."""

from pathlib import Path

import pytest

from tests.targets.scanned import looks, taken, warned, wrong

BEGIN = "# Nmap 7.93 scan initiated Mon Mar  2 03:12:00 2026 as: nmap -oG - 192.0.2.0/30\n"
END = "# Nmap done at Mon Mar  2 03:12:09 2026 -- 4 IP addresses (2 hosts up) scanned in 9.41 seconds\n"
UP = "Host: 192.0.2.1 ()\tStatus: Up\n"
ONE = (
    "Host: 192.0.2.1 (db1.example.net)\tPorts: 22/open/tcp//ssh///, 80/closed/tcp//http///\tIgnored State: closed (8)\n"
)


def test_open_ports_are_expected_open(tmp_path: Path) -> None:
    text = f"{BEGIN}{UP}{ONE}Host: 2001:db8::1 ()\tPorts: 53/open/udp//domain///, 22/open/tcp//ssh///\n{END}"
    assert looks(tmp_path, text) == "gnmap"
    assert taken(tmp_path, text) == ['3:1 192.0.2.1:22 open "db1.example.net"', "4:1 2001:db8::1:22 open"]
    assert "1 port that the scan did not find open left out" in warned(tmp_path, text)
    assert "the first is udp port 53 at 4:1" in warned(tmp_path, text)


def test_commas_in_versions_part_no_ports(tmp_path: Path) -> None:
    line = "Host: 192.0.2.1 ()\tPorts: 22/open/tcp//ssh//OpenSSH 9.2p1, Debian 2, 22|tcp/, 443/open/tcp//ssl|https///\n"
    assert taken(tmp_path, line) == ["1:1 192.0.2.1:22,443 open"]


def test_lines_that_were_picked_out_will_do(tmp_path: Path) -> None:
    assert taken(tmp_path, ONE) == ['1:1 192.0.2.1:22 open "db1.example.net"']
    assert "end" not in warned(tmp_path, ONE)


def test_masscans_lines_are_taken(tmp_path: Path) -> None:
    text = (
        "# Masscan 1.3.2 scan initiated Mon Mar  2 03:12:00 2026\n# Ports scanned: TCP(1;80-80) UDP(0;)\n"
        "Timestamp: 1772421100\tHost: 192.0.2.1 ()\tPorts: 80/open/tcp//http//\n"
        "Host: 192.0.2.1 ()\tPort: 80\tService: http\tBanner: a, 22/open\n# Masscan done at Mon Mar  2 03:13:00 2026\n"
    )
    assert looks(tmp_path, text) == "gnmap"
    assert taken(tmp_path, text) == ["3:1 192.0.2.1:80 open"]


def test_a_scan_that_ended_early_is_told(tmp_path: Path) -> None:
    assert "did not come to its end" in warned(tmp_path, BEGIN + ONE)
    assert "did not come to its end" not in warned(tmp_path, BEGIN + ONE + END)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (UP, "the file names no targets; the scan found nothing open"),
        (f"{ONE}Host: 192.0.2.2 (", '2:1: "Host: 192.0.2.2 (" is not a line of nmap\'s grepable output'),
        (f"{ONE}Host: 192.0.2.2 ()", "2:1: the line ends before it says anything of its host"),
        (f"{ONE.rstrip()[:-40]}, 8", "is not a port with its state, such as 22/open/tcp//ssh///"),
        (ONE.replace("22/open", "22/open;"), '"22/open;/tcp//ssh///" is not a port with its state'),
        (ONE.replace("192.0.2.1", "10.0.0.0/8"), '1:1: "10.0.0.0/8" is more than one address'),
        (ONE.replace("22/open", "99999/open"), "port 99999 is out of range"),
    ],
)
def test_bad_lines_say_what_is_wrong(text: str, told: str, tmp_path: Path) -> None:
    assert told in "\n".join(wrong(tmp_path, text))


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    lines = [ONE.replace("192.0.2.1", f"192.0.2.{number}!") for number in range(60)]
    assert len(wrong(tmp_path, "".join(lines))) == 51


def test_nmaps_output_for_people_is_told_apart(tmp_path: Path) -> None:
    text = f"{BEGIN}Nmap scan report for 192.0.2.1\nPORT   STATE SERVICE\n22/tcp open  ssh\n{END}"
    [problem] = wrong(tmp_path, text)
    assert problem.endswith("nmap's output for people is none of them: give that of its -oX or -oG")
