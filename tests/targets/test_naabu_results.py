"""naabu's results: what is taken of them, and which lines of JSON are somebody else's."""

from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from tests.targets.scanned import looks, taken, warned, wrong

ONE = '{"host":"www.example.com","ip":"203.0.113.7","timestamp":"2026-03-02T03:20:11Z","port":443,"protocol":"tcp"}\n'
ASKED = InputWish(format="naabu")


def test_the_address_is_probed_and_the_host_is_the_name(tmp_path: Path) -> None:
    text = (
        f'{ONE}{{"ip":"2001:db8::1","port":22,"protocol":"tcp"}}\n{{"ip":"203.0.113.7","port":53,"protocol":"udp"}}\n'
    )
    assert looks(tmp_path, text) == "naabu"
    assert taken(tmp_path, text) == ['1:1 203.0.113.7:443 open "www.example.com"', "2:1 2001:db8::1:22 open"]
    assert "udp port 53 at 3:1" in warned(tmp_path, text)


def test_the_ports_of_a_host_are_one_entry(tmp_path: Path) -> None:
    """Where its first one stands, in whatever order naabu found them; other names of its are other entries."""
    lines = [(7, 443), (9, 22), (7, 80), (7, 443), (9, 1)]
    text = "".join(f'{{"ip":"203.0.113.{host}","port":{port}}}\n' for host, port in lines)
    assert taken(tmp_path, text + ONE, ASKED) == [
        "1:1 203.0.113.7:80,443 open",
        "2:1 203.0.113.9:1,22 open",
        '6:1 203.0.113.7:443 open "www.example.com"',
    ]
    [problem] = wrong(tmp_path, text.replace(":80}", ":70000}"), ASKED)
    assert "3:1: " in problem
    assert "70000" in problem


def test_older_versions_write_less_or_otherwise(tmp_path: Path) -> None:
    text = (
        '{"host":"www.example.com","port":80}\n{"ip":"203.0.113.7","port":{"Port":443,"Protocol":0,"TLS":false}}\n'
        '{"ip":"203.0.113.7","port":{"Port":53,"Protocol":1,"TLS":false}}\n'
    )
    assert looks(tmp_path, text) == "naabu"
    assert taken(tmp_path, text) == ["1:1 www.example.com:80 open", "2:1 203.0.113.7:443 open"]


def test_lines_of_others_have_to_be_asked_for(tmp_path: Path) -> None:
    text = '{"url":"https://www.example.com","host":"203.0.113.7","port":"443","status_code":200}\n'
    assert looks(tmp_path, text) == ""
    [problem] = wrong(tmp_path, text)
    assert problem.endswith("if each object in it is an open port, write --input-format naabu")
    assert taken(tmp_path, text, ASKED) == ["1:1 203.0.113.7:443 open"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("not json", "2:1: not JSON (Expecting value)"),
        ('{"ip":"203.0.113.7"}', "2:1: the result names no port"),
        ('{"port":443,"protocol":"tcp"}', "2:1: the result has no address"),
        ('{"ip":"203.0.113.0/24","port":443}', '2:1: "203.0.113.0/24" is more than one address'),
        ('{"ip":"203.0.113.7","port":4430000}', "is not the number of a port"),
        ('{"ip":"203.0.113.7","port":[443]}', "the result names no port"),
        ('{"host":"user:s3cret@a.example","port":443}', "***@a.example"),
        ('{"host":"a\\u0000b","port":443}', "2:1: "),
        ('{"ip":"203.0.113.7","port":443', "check quotes, commas and brackets, or whether it was cut off"),
        ("[]]", None),
    ],
)
def test_bad_results_say_what_is_wrong(line: str, told: str | None, tmp_path: Path) -> None:
    if told is None:
        assert taken(tmp_path, ONE + line, ASKED)
    else:
        problems = wrong(tmp_path, f"{ONE}{line}\n", ASKED)
        assert told in problems[0]
        assert "s3cret" not in "".join(problems)
