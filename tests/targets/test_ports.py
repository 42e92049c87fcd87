"""PORTS: what is accepted, and what each slip is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import TargetError
from scanner.services import top_ports
from scanner.targets.grammar.parsers import parse_ports
from tests.targets.made import attempt


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("22", (22,)),
        ("22,80", (22, 80)),
        ("80,22", (80, 22)),
        ("443, 80", (443, 80)),
        ("8000-8003", (8000, 8001, 8002, 8003)),
        ("22,22,20-22", (22, 20, 21)),
        ("https", (443,)),
        ("www,HTTPS,postgres", (80, 443, 5432)),
        ("http-alt,80-81", (8080, 80, 81)),
        ("65535,1", (65535, 1)),
        ("top:2", (80, 23)),
        ("7-7", (7,)),
    ],
)
def test_accepted(text: str, ports: tuple[int, ...]) -> None:
    assert parse_ports(text) == ports


def test_all_ports_and_the_most_common() -> None:
    assert parse_ports("-") == tuple(range(1, 65536))
    assert parse_ports("443,-")[:3] == (443, 1, 2)
    assert len(parse_ports("443,-")) == 65535
    assert parse_ports("top:1000") == top_ports(1000)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "write a port"),
        ("   ", "write a port"),
        ("0", "from 1 to 65535"),
        ("65536", "from 1 to 65535"),
        ("9" * 5000, "from 1 to 65535"),
        ("100-80", "write 80-100"),
        ("1-70000", "from 1 to 65535"),
        ("-1024", "write 1-1024"),
        ("80-", "write 80-65535"),
        ("22,,80", "one comma"),
        ("22,", "one comma"),
        ("022", "write 22"),
        ("00", "leading zero"),
        ("22 80", "write 22,80"),
        ("22;80", "write 22,80"),
        ("80:90", "write 80-90"),
        ("80..90", "write 80-90"),
        ("T:80", "write 80"),
        ("U:53", "names UDP, and only TCP can be probed"),
        ("80/tcp", "write 80"),
        ("*", "write - for all"),
        ("all", "write - for all"),
        ("+22", "whole number"),
        ("22.0", "whole number"),
        ("1e3", "write its port number"),
        ("0x16", "write its port number"),
        ("\uff12\uff12", "FULLWIDTH DIGIT TWO (U+FF12); write 22"),
        ("²", "SUPERSCRIPT TWO (U+00B2); write 2"),
        ("htps", 'did you mean "https"?'),
        ("posgresql", 'did you mean "postgresql"?'),
        ("nosuchthing", "no service"),
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("top:0", "top:1 to top:1000"),
        ("top:1001", "top:1 to top:1000"),
        ("top:", "top:1 to top:1000"),
        ("top:ten", "top:1 to top:1000"),
        (",".join(["1-65535", "1-65534"] * 40), "too often"),
    ],
)
def test_refused(text: str, told: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_ports(text)
    message = str(caught.value)
    assert told in message
    assert message.isprintable()
    assert len(message) < 250


@given(st.text(max_size=30))
def test_any_text_gives_ports_or_a_clear_error(text: str) -> None:
    ports, told = attempt(parse_ports, text)
    assert ports or told
    assert len(set(ports or ())) == len(ports or ())
    assert all(1 <= port <= 65535 for port in ports or ())


@given(st.lists(st.tuples(st.integers(1, 65535), st.integers(0, 50)), min_size=1, max_size=8))
def test_lists_keep_their_order_and_lose_repetitions(ranges: list[tuple[int, int]]) -> None:
    ranges = [(low, min(65535, low + more)) for low, more in ranges]
    text = ",".join(f"{low}-{high}" if high > low else str(low) for low, high in ranges)
    wanted = [port for low, high in ranges for port in range(low, high + 1)]
    assert parse_ports(text) == tuple(dict.fromkeys(wanted))


def test_equal_texts_share_one_tuple() -> None:
    assert parse_ports("1-1000") is parse_ports("1-1000")
