"""goss's tests of addresses: what is expected, in what time, and what is passed over."""

from pathlib import Path

import pytest

from scanner.targets.file.target_file import InputWish
from tests.targets.scanned import looks, taken, warned, wrong

SKIP = InputWish(skip_unsupported=True)


def test_reachable_is_open_and_unreachable_is_not_open(tmp_path: Path) -> None:
    text = (
        "addr:\n"
        "  tcp://db1.example.net:5432: {reachable: true, timeout: 500}\n"
        "  192.0.2.1:22: {reachable: false, title: old door}\n"
        "  metrics: {address: 'tcp6://[2001:db8::1]:9100', reachable: true, timeout: 0}\n"
    )
    assert looks(tmp_path, text) == "goss"
    assert taken(tmp_path, text) == [
        "2:3 db1.example.net:5432 open 0.5",
        '3:3 192.0.2.1:22 not-open "old door"',
        '4:22 2001:db8::1:9100 open "metrics"',
    ]
    assert warned(tmp_path, text) == ""


def test_what_no_connection_tells_is_passed_over_and_counted(tmp_path: Path) -> None:
    text = (
        "addr: {'tcp://a.example:22': {reachable: true, local-address: 192.0.2.1}}\n"
        "port: {'tcp:22': {listening: true}, 'tcp:80': {listening: true}}\nhttp: {'https://a.example': {status: 200}}\n"
    )
    assert taken(tmp_path, text) == ["1:8 a.example:22 open"]
    assert warned(tmp_path, text) == (
        "local-address of 1 test not taken over; to probe from there: --source; "
        "3 tests of port, http left out: only addr names targets"
    )


def test_udp_is_a_mistake_unless_it_may_be_left_out(tmp_path: Path) -> None:
    text = "addr:\n  udp://a.example:53: {reachable: true}\n  tcp://a.example:53: {reachable: true}\n"
    [problem] = wrong(tmp_path, text)
    assert problem.startswith('2:3: "udp://a.example:53" is not verifiable by TCP')
    assert taken(tmp_path, text, SKIP) == ["3:3 a.example:53 open"]


@pytest.mark.parametrize(
    ("test", "told"),
    [
        ("tcp://a.example:1: {reachable: maybe}", '2:34: reachable is "maybe"; write true (open) or false (not-open)'),
        ("tcp://a.example:1: {reachable: {not: true}}", 'reachable is "a mapping"'),
        ("tcp://a.example:1: {timeout: 5}", "2:3: the test does not say what it expects"),
        ("tcp://a.example:1: {reachable: true, timeout: 5s}", 'timeout is "5s"; write milliseconds, such as 500'),
        ("tcp://a.example:1: {reachable: true, timeout: 99999999}", "longer than an hour"),
        ("tcp://a.example: {reachable: true}", '"tcp://a.example" names no port'),
        ("tcp://a.example:1: true", "2:3: the test is a string; expected a mapping"),
        ("[a]: {reachable: true}", "2:3: the key is a list"),
        ("tcp://u:s3cret@a.example:1: {reachable: true}", "has user info in front of an @; write a.example:1"),
        ("tcp://10.0.0.5/8:1: {reachable: true}", "2:3: "),
    ],
)
def test_bad_tests_say_what_is_wrong(test: str, told: str, tmp_path: Path) -> None:
    problems = wrong(tmp_path, f"addr:\n  {test}\n  tcp://b.example:1: {{reachable: true}}\n")
    assert told in problems[0]
    assert "s3cret" not in "".join(problems)


@pytest.mark.parametrize(
    "text",
    [
        "addr:\n  hosts:\n    www.example.com:\n",
        "addr: 192.0.2.1\n",
        "addr: {}\ntargets: ['192.0.2.1:22']\n",
        "port:\n  hosts:\n    tcp22.example.com: {exists: true}\n",
        "- addr: {'tcp://a.example:1': {reachable: true}}\n",
    ],
)
def test_what_resembles_it_is_not_taken_for_it(text: str, tmp_path: Path) -> None:
    assert looks(tmp_path, text) != "goss"


def test_templates_are_not_filled_in(tmp_path: Path) -> None:
    text = "addr:\n{{range .Vars.hosts}}\n  tcp://{{.}}:22: {reachable: true}\n{{end}}\n"
    assert wrong(tmp_path, text, InputWish(format="goss"))


@pytest.mark.parametrize(
    "text", ["addr: {}\n", "port:\n  tcp:22: {listening: true}\npackage:\n  ssh: {installed: true}\n"]
)
def test_a_file_of_other_tests_is_named(text: str, tmp_path: Path) -> None:
    assert looks(tmp_path, text) == "goss"
    assert "the file names no targets; write addr: {" in wrong(tmp_path, text)[-1]


def test_a_file_without_addresses_says_what_to_write(tmp_path: Path) -> None:
    problems = wrong(tmp_path, "port: {'tcp:22': {listening: true}}\n", InputWish(format="goss"))
    assert problems[0] == "1:1: 1 test of port left out: only addr names targets"
    assert problems[1].startswith("1:1: the file names no targets; write addr:")
