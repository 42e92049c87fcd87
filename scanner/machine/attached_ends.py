"""The networks this host is directly attached to, as far as their first and last address cannot be probed.

The kernel refuses a TCP connect to the broadcast address of an interface's own network (ENETUNREACH), and older
ones to the network address too; of any other network both are ordinary hosts. Only Linux says cheaply what
prefix its interfaces have: in /proc/net/fib_trie a network stands as `link UNICAST`, and the broadcast address
that an interface's prefix brings along as `link BROADCAST`. A mere route through an interface brings none, and so
is not taken for an attached network. Elsewhere nothing is known, and nothing is skipped.

The broadcast address is one whatever other routes there are: no prefix is longer. What becomes of the network address
is for the kernel's own rule to say: the longest prefix decides, so it is an ordinary host where a more specific route
leads elsewhere, or where it is local. (The engine asks the same rule who is a neighbour; `networks.py` has all of it.)
"""

import re
import socket

from scanner.machine.closing import closing

_ADDRESS = re.compile(r"\|-- ([0-9.]+)")
_ENTRY = re.compile(r"/([0-9]+) ([a-z]+ [A-Z]+)")
_TABLES = ("Main:", "Local:")
_LOOPBACK = 127
#: A router with a full table has a hundred megabytes of it; its own networks are then not worth the reading.
_MOST_CHARS = 16 * 1024 * 1024


def attached_ends(path: str = "/proc/net/fib_trie") -> frozenset[int]:
    """First and last address (numbers) of every directly attached IPv4 network; empty where unknown."""
    try:
        with closing(open(path, encoding="ascii", errors="replace")) as file:
            return ends_of(file.read(_MOST_CHARS))
    except OSError:
        return frozenset()


def ends_of(trie: str) -> frozenset[int]:
    """The same from the text of a fib_trie."""
    entries = _entries(trie)
    ends: set[int] = set()
    for (first, length), kinds in entries.items():
        last = first | (1 << (32 - length)) - 1
        if "link UNICAST" not in kinds or length > 30 or first >> 24 == _LOOPBACK:
            continue
        if "link BROADCAST" in entries.get((last, 32), ()):
            ends |= {last} if _is_elsewhere(first, length, entries) else {first, last}
    return frozenset(ends)


def _entries(trie: str) -> dict[tuple[int, int], set[str]]:
    """What stands at each prefix (its first address and its length) in the tables `main` and `local`."""
    found: dict[tuple[int, int], set[str]] = {}
    address, table = None, _TABLES[0]
    for line in trie.splitlines():
        if not line.startswith(" "):
            table = line
        elif match := _ADDRESS.search(line):
            address = _number(match[1])
        elif address is not None and table in _TABLES and (match := _ENTRY.search(line)):
            found.setdefault((address, int(match[1])), set()).add(match[2])
    return found


def _number(text: str) -> int | None:
    """An IPv4 address as a number; None for anything else."""
    try:
        return int.from_bytes(socket.inet_pton(socket.AF_INET, text), "big")
    except OSError:
        return None


def _is_elsewhere(first: int, length: int, entries: dict[tuple[int, int], set[str]]) -> bool:
    """Whether the first address of a network of that length is reached by another way than that network."""
    if "link BROADCAST" in entries.get((first, 32), ()):  # as older kernels have it
        return False
    return "host LOCAL" in entries[first, length] or any((first, longer) in entries for longer in range(length + 1, 33))
