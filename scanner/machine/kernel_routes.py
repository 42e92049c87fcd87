"""What Linux shows of this host's routes, read in one place: /proc/net/route, ipv6_route and fib_trie.

Nothing is decided here. Which of them lead to neighbours: `networks.py`. Which one leads to an address:
`route_table.py`. Which addresses are ends of attached networks: `attached_ends.py`. On other systems none of these
files is there, and so no route.

Sources: net/ipv4/fib_trie.c (fib_route_seq_show, fib_trie_seq_show), net/ipv6/route.c (rt6_info_route), linux/route.h.
"""

import re
import socket
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path as File
from typing import NamedTuple

from scanner.machine.kernel_files import lines, rows

_RTF_GATEWAY, _RTF_REJECT, _RTF_LOCAL = 0x2, 0x200, 0x80000000
_IPV4, _IPV6 = int(socket.AF_INET), int(socket.AF_INET6)

_ADDRESS = re.compile(r"\|-- ([0-9.]+)$")
_KIND = re.compile(r"/([0-9]+) ([a-z]+ [A-Z]+)")
_TABLES = ("Main:", "Local:")
LOCAL, ATTACHED, BROADCAST = "host LOCAL", "link UNICAST", "link BROADCAST"  #: kinds of trie entries


class Way(NamedTuple):
    """One route: to the first `length` bits of `network`; `local`: to this host itself.

    `gateway` says of IPv4 by an IPv6 gateway, too, that there is one. `reject`: it leads nowhere; an IPv4 blackhole or
    unreachable route has no interface (`*`).
    """

    family: int
    network: int
    length: int
    metric: int
    gateway: bool = False
    local: bool = False
    reject: bool = False
    interface: str = ""

    def __str__(self) -> str:
        if not self.length:
            return "the default route"
        packed = self.network.to_bytes(4 if self.family == _IPV4 else 16, "big")
        return f"the route to {socket.inet_ntop(self.family, packed)}/{self.length}"


class TrieEntry(NamedTuple):
    """What stands at an IPv4 prefix in the table `main` or `local`: its first address, its length, and of which kind.

    `main`: it is in that table. (Until there is a rule of one's own, all of `local` is: ip-rule(8).)
    """

    first: int
    length: int
    kind: str
    main: bool


def ways(root: str = "/proc/net") -> Iterator[Way]:
    """The routes of this moment, of IPv4 those of table `main` alone; none where they cannot be read."""
    for fields in islice(rows(File(root, "route")), 1, None):
        # Iface Destination Gateway Flags RefCnt Use Metric Mask ...; hexadecimal in the machine's byte order
        if len(fields) > 10:
            network, mask = (int.from_bytes(int(fields[at], 16).to_bytes(4, sys.byteorder), "big") for at in (1, 7))
            yield _way(_IPV4, network, mask.bit_count(), int(fields[6]), int(fields[3], 16), fields[0])
    for fields in rows(File(root, "ipv6_route")):
        # destination, its length, source, its length, gateway, metric, uses..., flags, interface
        if len(fields) == 10:
            network, length, metric, flags = (int(fields[at], 16) for at in (0, 1, 5, 8))
            yield _way(_IPV6, network, length, metric, flags, fields[9])


def _way(family: int, network: int, length: int, metric: int, flags: int, interface: str) -> Way:
    gateway, local, reject = (bool(flags & flag) for flag in (_RTF_GATEWAY, _RTF_LOCAL, _RTF_REJECT))
    return Way(family, network, length, metric, gateway, local, reject or interface == "*", interface)


def trie_entries(root: str = "/proc/net") -> Iterator[TrieEntry]:
    """What this host's IPv4 tables hold, local and broadcast addresses too; nothing where they cannot be read."""
    return entries_of(lines(File(root, "fib_trie")))


def entries_of(trie: Iterable[str]) -> Iterator[TrieEntry]:
    """The same from the lines of a fib_trie."""
    table, first = "", None
    for line in trie:
        if not line.startswith(" "):
            table = line
        elif match := _ADDRESS.search(line):
            first = _number(match[1])
        elif first is not None and table in _TABLES and (match := _KIND.search(line)):
            yield TrieEntry(first, int(match[1]), match[2], table == _TABLES[0])


def _number(text: str) -> int | None:
    """An IPv4 address as a number; None for anything else."""
    try:
        return int.from_bytes(socket.inet_pton(socket.AF_INET, text), "big")
    except OSError:
        return None
