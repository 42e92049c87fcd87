"""What ranges lose because it is never probed, and how much of it is counted."""

import pytest

from scanner.targets.grammar.addresses import V4, V6, address_text
from scanner.targets.grammar.host_values import AddressRange
from scanner.targets.grammar.hosts import any_host
from scanner.targets.space.unprobed import Unprobed, is_any


def host(text: str) -> AddressRange:
    (found,) = any_host(text)
    assert isinstance(found, AddressRange)
    return found


def left(text: str, ends: tuple[str, ...] = ()) -> tuple[list[tuple[str, str]], int, int]:
    """The ranges that are left, and how many ends and unspecified addresses are not."""
    numbers = frozenset(end.first for end in map(host, ends))
    some, asked = Unprobed(numbers), host(text)
    ranges = some.left(asked)
    written = [(address_text(asked.family, first), address_text(asked.family, last)) for first, last in ranges]
    assert some.left(asked) == ranges  # once more, and counted once
    return written, some.ends, some.unspecified


ENDS = ("10.0.0.0", "10.0.0.255")


@pytest.mark.parametrize(
    ("text", "ranges", "ends", "unspecified"),
    [
        ("10.0.0.0/24", [("10.0.0.1", "10.0.0.254")], 2, 0),
        ("10.0.0.0/31", [("10.0.0.0", "10.0.0.1")], 0, 0),  # too small to have any
        ("10.0.0.0-10.0.0.255", [("10.0.0.0", "10.0.0.255")], 0, 0),  # whoever writes a range means each of it
        ("10.0.0.0", [("10.0.0.0", "10.0.0.0")], 0, 0),
        ("0.0.0.5-1.0.0.1", [("1.0.0.0", "1.0.0.1")], 0, (1 << 24) - 5),
        ("0.0.0.5", [], 0, 1),
        ("::/126", [("::1", "::3")], 0, 1),
        ("::/0", [("::1", "::fffe:ffff:ffff"), ("::1:0:0:0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")], 0, 1),
    ],
)
def test_what_is_left(text: str, ranges: list[tuple[str, str]], ends: int, unspecified: int) -> None:
    assert left(text, ENDS) == (ranges, ends, unspecified)


def test_every_address_of_a_family() -> None:
    assert is_any(host("0.0.0.0/0"))
    assert is_any(host("::/0"))
    assert not is_any(host("0.0.0.0/1"))
    assert {V4, V6} == {host("0.0.0.0/0").family, host("::/0").family}
