"""The order of a list as far as its rows know it: by name, host, port, address, vantage.

Addresses are ordered by number, IPv4 before IPv6 before host names; names as people count (`web2` before `web10`).
Rows that are alike in all of that are ordered by their other fields, so that the same rows come out alike in whatever
order they came in.
"""

import re
import socket
from functools import lru_cache

from scanner.reports.reading import ReportRow

_REMEMBERED = 65_536
_NUMBER = re.compile("([0-9]+)")
_FAMILIES = ((socket.AF_INET, 0), (socket.AF_INET6, 1))
#: Comparable with any other of its kind.
SortKey = tuple[object, ...]


@lru_cache(_REMEMBERED)
def natural(text: str) -> SortKey:
    """A sort key for a name: its numbers by value, its letters without regard to case.

    >>> sorted(["web10", "Web2", "web02a"], key=natural)
    ['Web2', 'web02a', 'web10']
    """
    parts = _NUMBER.split(text.casefold())  # texts and numbers by turns, a text first
    # A number as its length and digits: the int of a million digits would take a minute.
    return tuple((len(digits := part.lstrip("0")), digits) if at % 2 else part for at, part in enumerate(parts))


@lru_cache(_REMEMBERED)
def host_key(host: str) -> SortKey:
    """A sort key for an address or a host name."""
    numeric, _, scope = host.partition("%")
    for family, rank in _FAMILIES:
        try:
            return rank, socket.inet_pton(family, numeric), scope
        except (OSError, ValueError):
            continue
    return 2, natural(host), ""


def order(row: ReportRow) -> SortKey:
    """A row's place in the order. Only equal rows have the same."""
    (
        name, host, address, port, service, state, reason, icmp_from, rtt_ms, attempts, expect, met, tags, vantage,
        time, source, doubt, lost_syns, group,
    ) = row  # fmt: skip
    return (
        natural(name), host_key(host or address), port, host_key(address), vantage, time, name, host, address, service,
        state, reason, icmp_from, -1.0 if rtt_ms is None else rtt_ms, attempts, expect, -1 if met is None else met,
        tags, source, doubt, lost_syns, group,
    )  # fmt: skip
