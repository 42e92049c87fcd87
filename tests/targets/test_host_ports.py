"""HOST:PORTS and excludes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.targets.grammar.host_values import HostName
from scanner.targets.grammar.parsers import parse_excludes, parse_target
from tests.targets.made import attempt


def texts(hosts: object) -> list[str]:
    assert isinstance(hosts, tuple)
    return [host.text for host in hosts]


@pytest.mark.parametrize(
    ("text", "hosts", "ports"),
    [
        ("localhost:22", ["localhost"], (22,)),
        ("localhost:22,80-81", ["localhost"], (22, 80, 81)),
        ("localhost:https", ["localhost"], (443,)),
        ("localhost:top:2", ["localhost"], (80, 23)),
        ("localhost", ["localhost"], None),
        ("[::1]:80,443", ["::1"], (80, 443)),
        ("[::1]", ["::1"], None),
        ("127.0.0.1:1", [""], (1,)),
        ("web[1-2]:80", ["web1", "web2"], (80,)),
        ("[1-2]web:80", ["1web", "2web"], (80,)),
        ("10.0.0.0/30:80", [""], (80,)),
        ("[2001:db8::/126]:80", [""], (80,)),
    ],
)
def test_short_form(text: str, hosts: list[str], ports: tuple[int, ...] | None) -> None:
    found, also = parse_target(text)
    assert (texts(found), also) == (hosts, ports)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("::1", "write [::1]:PORTS"),
        ("::1:80", "write [::1]:80, or [::1:80]:PORTS"),
        ("2001:db8::1:443", "write [2001:db8::1]:443, or [2001:db8::1:443]:PORTS"),
        ("1:2:3:4:5:6:7:8:80", "write [1:2:3:4:5:6:7:8]:80"),
        ("fe80::1%eth9:22", 'no interface "eth9"'),
        ("[::1]80", "write [::1]:80"),
        (":80", "names no host"),
        ("host:", "names no port"),
        ("host:22:80", "write host:22-80"),
        ("host:0", "from 1 to 65535"),
        ("22:22", "is a number"),
        ("1:2:3:4:5:6:7:8", "without brackets"),
        ("", "empty"),
    ],
)
def test_short_form_refused(text: str, told: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(text)
    assert told in str(caught.value)


@given(st.text(alphabet="ab1.:[]-%/,* ", max_size=20))
def test_any_text_is_a_target_or_an_error(text: str) -> None:
    for parse in (parse_target, parse_excludes):
        meaning, told = attempt(parse, text)
        assert meaning or told


def test_excludes() -> None:
    found = parse_excludes("10.0.0.1, 10.0.0.8/29,db:80,443,*:25,26,2001:db8::/32,::1,[::2]:22")
    ports = [(25, 26) if each.hosts is None else each.ports for each in found]
    assert ports == [None, None, (80, 443), (25, 26), None, None, (22,)]
    assert found[3].hosts is None
    assert found[2].hosts is not None
    assert isinstance(found[2].hosts[0], HostName)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("*", "exclude everything"),
        ("a,,b", "one comma"),
        ("", "one comma"),
        ("db:80,http", "may be a host or a service"),
        ("10.0.0.5/24", "host bits"),
        ("*:0", "from 1 to 65535"),
        ("25", "is a number"),
    ],
)
def test_excludes_refused(text: str, told: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_excludes(text)
    assert told in str(caught.value)
