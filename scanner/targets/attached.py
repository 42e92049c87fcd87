"""The networks this host is directly attached to, as far as their first and last address cannot be probed.

The kernel refuses a TCP connect to the broadcast address of an interface's own network (ENETUNREACH), and older
ones to the network address too; of any other network both are ordinary hosts. Only Linux says cheaply what
prefix its interfaces have: in /proc/net/fib_trie a network stands as `link UNICAST`, and the broadcast address
that an interface's prefix brings along as `link BROADCAST`. A mere route through an interface brings none, and so
is not taken for an attached network. Elsewhere nothing is known, and nothing is skipped.
"""

import re

from scanner.targets.address import v4_number

_ADDRESS = re.compile(r"\|-- ([0-9.]+)")
_ENTRY = re.compile(r"/([0-9]+) (link UNICAST|link BROADCAST)")
_LOOPBACK = 127
#: A router with a full table has a hundred megabytes of it; its own networks are then not worth the reading.
_MOST_CHARS = 16 * 1024 * 1024


def attached_ends(path: str = "/proc/net/fib_trie") -> frozenset[int]:
    """First and last address (numbers) of every directly attached IPv4 network; empty where unknown."""
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return ends_of(file.read(_MOST_CHARS))
    except OSError:
        return frozenset()


def ends_of(trie: str) -> frozenset[int]:
    """The same from the text of a fib_trie."""
    networks: set[tuple[int, int]] = set()
    broadcasts: set[int] = set()
    address = None
    for line in trie.splitlines():
        if match := _ADDRESS.search(line):
            address = v4_number(match[1])
        elif address is not None and (match := _ENTRY.search(line)):
            if match[2] == "link BROADCAST":
                broadcasts.add(address)
            elif int(match[1]) <= 30 and address >> 24 != _LOOPBACK:
                networks.add((address, address | (1 << (32 - int(match[1]))) - 1))
    return frozenset(end for network in networks if network[1] in broadcasts for end in network)
