"""Which addresses belong together: private and otherwise special ranges, and all the rest, which is the internet.

Who tests the neighbours of 10.0.0.0/8 means their own network. One step further on begins that of a stranger, whom
nobody has given leave to probe, so nothing is ever looked for across such a border.
"""

from bisect import bisect_right

from scanner.targets.grammar.addresses import V4, V6, v4_number, v6_number
from scanner.targets.space.line_ranges import Line

__all__ = ["is_elsewhere"]

_SPECIAL = (
    "10.0.0.0/8",  # private (RFC 1918)
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",  # between providers and their customers (RFC 6598)
    "127.0.0.0/8",  # loopback (RFC 1122)
    "169.254.0.0/16",  # link-local (RFC 3927)
    "192.0.0.0/24",  # for protocols (RFC 6890)
    "192.0.2.0/24",  # documentation (RFC 5737)
    "198.51.100.0/24",
    "203.0.113.0/24",
    "198.18.0.0/15",  # benchmarks (RFC 2544)
    "::1/128",  # loopback (RFC 4291)
    "fc00::/7",  # unique local (RFC 4193)
    "fe80::/10",  # link-local (RFC 4291)
    "fec0::/10",  # site-local, before there were unique local ones (RFC 3879)
    "2001:db8::/32",  # documentation (RFC 3849)
    "3fff::/20",  # documentation (RFC 9637)
)


def is_elsewhere(line: Line, number: int, first: int, last: int) -> bool:
    """Whether an address beside a range lies in another space than the end of the range that it is next to."""
    edge = first if number < first else last
    return _space_of(line[0], number) != _space_of(line[0], edge)


def _borders(family: int) -> list[int]:
    """Where special ranges begin and where they have ended, ascending."""
    found: list[int] = []
    for text in _SPECIAL:
        address, _, length = text.partition("/")
        first = v4_number(address) if family == V4 else v6_number(address)
        if first is not None:
            found += first, first + (1 << (32 if family == V4 else 128) - int(length))
    return sorted(found)


_BORDERS = {V4: _borders(V4), V6: _borders(V6)}


def _space_of(family: int, number: int) -> int:
    """A number for each special range, and 0 for all the rest."""
    at = bisect_right(_BORDERS[family], number)
    return at if at % 2 else 0
