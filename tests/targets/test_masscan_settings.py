"""masscan's settings: ranges times ports are targets, excludes are excluded."""

from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from scanner.targets.grammar.spelled_excludes import spelled_excludes
from tests.targets.scanned import looks, read, taken, warned, wrong

SKIP = InputWish(skip_unsupported=True)


def test_ranges_times_ports_are_targets_without_an_expectation(tmp_path: Path) -> None:
    text = "# edge\nrange = 192.0.2.0/30,198.51.100.7\nrate = 1000\nports = 22,80-81\nRange=2001:db8::1\n"
    assert looks(tmp_path, text) == "masscan"
    assert taken(tmp_path, text) == ["2:9 192.0.2.0-192.0.2.3,198.51.100.7:22,80,81", "5:7 2001:db8::1:22,80,81"]
    assert warned(tmp_path, text) == '1 setting of masscan not taken over: "rate"'


def test_what_it_must_not_touch_is_excluded(tmp_path: Path) -> None:
    text = "range = 192.0.2.0/24\nports = 22\nexclude = 192.0.2.3, 192.0.2.8/30\nexclude-ports = 25\n"
    excludes = read(tmp_path, text).excludes
    assert list(spelled_excludes(excludes)) == ["192.0.2.3", "192.0.2.8-192.0.2.11", "*:25"]


def test_a_protocols_letter_holds_for_the_ports_behind_it(tmp_path: Path) -> None:
    """As in masscan: it says so itself with --echo."""
    text = "range = 192.0.2.1\nports = 22,U:53,161,T:80\nudp-ports = 69\n"
    assert wrong(tmp_path, text) == [
        f'{place}: udp port "{port}" is not verifiable by TCP; remove it, or leave all such out with --skip-unsupported'
        for place, port in (("2:12", "53"), ("2:17", "161"), ("3:13", "69"))
    ]
    assert taken(tmp_path, text, SKIP) == ["1:9 192.0.2.1:22,80"]


def test_port_0_is_none(tmp_path: Path) -> None:
    text = "range = 192.0.2.1\nports = 0-65535,0\n"
    assert read(tmp_path, text).entries[0].ports == tuple(range(1, 65536))
    assert warned(tmp_path, text) == "port 0 left out: no connection leads to it"


def test_ports_of_the_command_line_hold_where_there_are_none(tmp_path: Path) -> None:
    assert "names no port" in wrong(tmp_path, "range = 192.0.2.1\n")[0]
    assert taken(tmp_path, "range = 192.0.2.1\n", InputWish(ports_given=True)) == ["1:9 192.0.2.1"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "excludefile = never.txt",
            'the file "never.txt" is not followed; remove this line, and name it with --exclude',
        ),
        ("include-file = x", 'the file "x" is not followed; remove this line, and give it to scanner sweep'),
        ("nonsense", '4:1: "nonsense" is not a setting of masscan'),
        ("range = 10.0.0.5/24", "4:9: "),
        ("range = 0.0.0.0/0", "is not verifiable by TCP"),
        ("ports = 80-", 'the port range "80-" has no end'),
        ("ports = ", "the port list is empty"),
        ("exclude = *", "would exclude everything"),
    ],
)
def test_bad_settings_say_what_is_wrong(line: str, told: str, tmp_path: Path) -> None:
    text = f"range = 192.0.2.1\nports = 22\nseed = 1\n{line}\n"
    assert looks(tmp_path, text) == "masscan"
    assert told in wrong(tmp_path, text)[0]


@pytest.mark.parametrize(
    "text", ["[defaults]\nrange = 192.0.2.1\n", "port = 22\nuser = root\n", "range = \n192.0.2.1:22\n192.0.2.2:22\n"]
)
def test_settings_of_others_are_not_taken_for_it(text: str, tmp_path: Path) -> None:
    assert looks(tmp_path, text) != "masscan"
