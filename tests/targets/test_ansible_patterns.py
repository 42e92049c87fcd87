"""Host patterns of Ansible: ranges, and the port behind a host."""

import pytest

from scanner.errors import TargetError
from scanner.targets.formats.ansible_patterns import expanded, split_port


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("db1", "db1"),
        ("www[1:3].example.com", "www1.example.com www2.example.com www3.example.com"),
        ("www[008:010]", "www008 www009 www010"),
        ("n[1:10:4]x", "n1x n5x n9x"),
        ("n[:2]", "n0 n1 n2"),
        ("db-[a:c]", "db-a db-b db-c"),
        ("db-[y:B]", "db-y db-z db-A db-B"),
        ("[a:b][1:2]", "a1 a2 b1 b2"),
        ("[0:0]", "0"),
    ],
)
def test_ranges(pattern: str, names: str) -> None:
    assert expanded(pattern, 100) == names.split()


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("www[1-3]", '"[1-3]" in "www[1-3]" is not a range; write one such as www[01:06].example.net'),
        ("www[1:]", "is not a range"),
        ("www[1:3", "unpaired bracket"),
        ("www1:3]", "unpaired bracket"),
        ("www[]", "is not a range"),
        ("www[3:1]", 'the range "[3:1]" is reversed; write [1:3]'),
        ("www[b:a]", "reversed"),
        ("www[a:3]", "mixes letters and numbers"),
        ("www[01:100]", 'the range "[01:100]" mixes widths'),
        ("www[1:3:0]", "has a step of 0"),
        ("www[1:101]", "stands for too many hosts"),
        ("www[1:11][1:10]", "stands for too many hosts"),
        ("www[1:999999999999]", "is not a range"),
    ],
)
def test_ranges_that_are_none(pattern: str, said: str) -> None:
    with pytest.raises(TargetError, match=r"write|name networks") as caught:
        expanded(pattern, 100)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("db1", "db1", ""),
        ("db1:22", "db1", "22"),
        ("www[1:3]:22", "www[1:3]", "22"),
        ("www[1:3]", "www[1:3]", ""),
        ("2001:db8::1", "2001:db8::1", ""),
        ("[2001:db8::1]:22", "2001:db8::1", "22"),
        ("[2001:db8::1]", "2001:db8::1", ""),
        ("192.0.2.1:", "192.0.2.1:", ""),
    ],
)
def test_ports(text: str, host: str, port: str) -> None:
    assert split_port(text) == (host, port)
