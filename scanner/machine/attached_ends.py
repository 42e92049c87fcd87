"""The networks this host is directly attached to, as far as their first and last address cannot be probed.

The kernel refuses a TCP connect to the broadcast address of an interface's own network (ENETUNREACH), and older
ones to the network address too; of any other network both are ordinary hosts. Only Linux says cheaply what
prefix its interfaces have: in its tables (`kernel_routes.py`) a network stands as `link UNICAST`, and the broadcast
address that an interface's prefix brings along as `link BROADCAST`. A mere route through an interface brings none, and
so is not taken for an attached network. Elsewhere nothing is known, and nothing is skipped.

The broadcast address is one whatever other routes there are: no prefix is longer. What becomes of the network address
is for the kernel's own rule to say: the longest prefix decides, so it is an ordinary host where a more specific route
leads elsewhere, or where it is local. (The engine asks the same rule who is a neighbour; `networks.py` has all of it.)
"""

from collections import defaultdict
from collections.abc import Iterable

from scanner.machine.kernel_routes import ATTACHED, BROADCAST, LOCAL, TrieEntry, trie_entries

_LOOPBACK = 127
_Kinds = dict[tuple[int, int], set[str]]  # of the entries at each prefix


def attached_ends(root: str = "/proc/net") -> frozenset[int]:
    """First and last address (numbers) of every directly attached IPv4 network; empty where unknown."""
    return ends_of(trie_entries(root))


def ends_of(trie: Iterable[TrieEntry]) -> frozenset[int]:
    """The same from what the tables hold."""
    entries: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for entry in trie:
        entries[entry.first, entry.length].add(entry.kind)
    ends: set[int] = set()
    for (first, length), kinds in entries.items():
        last = first | (1 << (32 - length)) - 1
        if ATTACHED not in kinds or length > 30 or first >> 24 == _LOOPBACK:
            continue
        if BROADCAST in entries.get((last, 32), ()):
            ends |= {last} if _is_elsewhere(first, length, entries) else {first, last}
    return frozenset(ends)


def _is_elsewhere(first: int, length: int, entries: _Kinds) -> bool:
    """Whether the first address of a network of that length is reached by another way than that network."""
    if BROADCAST in entries.get((first, 32), ()):  # as older kernels have it
        return False
    return LOCAL in entries[first, length] or any((first, longer) in entries for longer in range(length + 1, 33))
