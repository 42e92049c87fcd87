"""Numbers beside numbers: the ports next to a list of ports, the addresses next to a range, their ends. Pure."""

from collections.abc import Iterator, Sequence

from scanner.targets.grammar.addresses import (
    HIGHEST,
    MAPPED,
    UNSPECIFIED,
    V4,
    address_text,
    is_link_local,
    loopback_count,
    scope_name,
)
from scanner.targets.grammar.host_values import AddressRange
from scanner.targets.space.line_ranges import Line, joined

#: The first multicast address of each family; behind it no single host is.
_MULTICAST = {V4: 0xE000_0000}
_MULTICAST_V6 = 0xFF << 120
_HOST_BITS_V6 = (1 << 64) - 1
#: The smallest IPv4 network with an address and a broadcast of its own; in a /31 both are hosts (RFC 3021).
_SMALLEST = 4


def ports_beside(ports: Sequence[int]) -> list[int]:
    """The ports just below and above each range of these, ascending: none of them, nor 0 or 65536."""
    ranges = joined([(port, port) for port in ports])
    found = {port for first, last in ranges for port in (first - 1, last + 1)}
    return sorted(found - {0, 65536})


def port_ends(ports: Sequence[int]) -> list[int]:
    """The first and the last port of each range of these, ascending."""
    return sorted({port for ends in joined([(port, port) for port in ports]) for port in ends})


def is_single_host(line: Line, number: int) -> bool:
    """Whether a host may have this address, and a firewall may stand before it: no unspecified, loopback or multicast
    address, nothing beyond, and link-local ones on their interface alone."""
    family = line[0]
    if not UNSPECIFIED[family] < number < _MULTICAST.get(family, _MULTICAST_V6):
        return False
    if family != V4 and (MAPPED[0] <= number <= MAPPED[1] or is_link_local(number) != bool(line[1])):
        return False
    return not loopback_count(family, number, number)


def addresses_beside(line: Line, first: int, last: int) -> Iterator[int]:
    """The nearest address on each side of a range that a host may well have; none of a range with loopback addresses,
    which no firewall guards. What is beside a network is taken for networks of its size, whose broadcast and own
    address are passed by."""
    if loopback_count(line[0], first, last):
        return
    sizes = _block_sizes(line, first, last)
    for number, step, size in ((first - 1, -1, sizes[0]), (last + 1, 1, sizes[1])):
        if size >= _SMALLEST:
            number += step
        while 0 <= number <= HIGHEST[line[0]] and is_odd(line, number):
            number += step
        if is_single_host(line, number):
            yield number


def range_ends(line: Line, first: int, last: int) -> list[int]:
    """The first and the last address of a range that a host may well have: of a network the second and the last but
    one."""
    low, high = first, last
    if last > first:
        sizes = _block_sizes(line, first, last)
        low += sizes[0] >= _SMALLEST or is_odd(line, first)
        high -= sizes[1] >= _SMALLEST or is_odd(line, last)
    return [number for number in dict.fromkeys((low, max(low, high))) if is_single_host(line, number)]


def address_at(line: Line, number: int) -> AddressRange:
    """That address as a host."""
    family, scope = line
    tail = f"%{scope_name(scope)}" if scope else ""
    text = "" if family == V4 else address_text(family, number) + tail
    return AddressRange(family, number, number, scope=scope, text=text)


def is_odd(line: Line, number: int) -> bool:
    """Whether most networks have something else than a host there: IPv4's .0 and .255, and what RFC 4291 (2.6.1) keeps
    for a network's routers."""
    return number & 0xFF in (0, 0xFF) if line[0] == V4 else not number & _HOST_BITS_V6


def _block_sizes(line: Line, first: int, last: int) -> tuple[int, int]:
    """The sizes of the largest IPv4 networks that may begin and end where a range does; 0 for IPv6, which has no
    broadcasts."""
    if line[0] != V4:
        return 0, 0
    most = 1 << (last - first + 1).bit_length() - 1
    return min(first & -first or most, most), min((last + 1) & -(last + 1), most)
