"""What traces that leave together know from each other. Pure: pass `now`.

Routers answer only so many: Linux, at its defaults, six at once to one host and then one a second (icmp_ratelimit in
its ip-sysctl.txt). Whoever asks a router for the sixtieth time finds it silent, and would call every hop silent. So:

* A few *leaders* are asked hop by hop, spread over the networks. The first ones of the other networks, the *scouts*,
  are asked at one after the other of the hops that all leaders have in common until one of these answers, and beyond.
  All others of a network, its *followers*, are asked around the last hop that its first ones know, and farther if
  somebody answers there.
* Every probe is counted at its hop. A hop that stayed silent though a probe of this target came within the budget *is*
  silent; beyond the budget its silence says nothing.
* A way takes the hops that it did not see itself from one of its fellows that saw more, if nothing that both saw
  differs; of another network, only if both saw one router at the same hop. It takes none from a silent hop on.
"""

import socket
from collections.abc import Collection, Iterable, Mapping, Sequence

from scanner.model import Place

BURST, PER_S = 6, 0.8  #: ICMP errors that a router sends to one host: at once, and then, at the least, per second
_QUIET_S = 2.0
LEADERS = 5  #: within the burst, and one to spare

#: Hops by their number, each with its address.
Known = Mapping[int, str]
#: The bytes of an address that name its network (/24, /64), and its link.
Network = tuple[bytes, int]
_BYTES = {4: 3, 16: 8}  # of so many


def network_of(place: Place) -> Network:
    """The same for every address of a /24 or /64, and for no other."""
    raw = socket.inet_pton(place.family, place.numeric)
    return raw[: _BYTES[len(raw)]], place.scope


class Budget:
    """How many answers the routers at each hop have left; a bucket for each hop."""

    def __init__(self) -> None:
        self._asked: dict[int, tuple[float, float]] = {}
        self._beyond: dict[int, float] = {}  # when a hop was last asked beyond that

    def ask(self, hop: int, now: float) -> bool:
        """One more probe for this hop: whether the router there surely has an answer left.

        As long as others ask beyond the budget, nobody knows who gets the next answer.
        """
        level, last = self._asked.get(hop, (0.0, now))
        level = max(0.0, level - (now - last) * PER_S)
        within = level + 1.0 <= BURST and now - self._beyond.get(hop, now - _QUIET_S) >= _QUIET_S
        self._asked[hop] = level + within, now
        if not within:
            self._beyond[hop] = now
        return within


def farthest(ways: Iterable[Known]) -> Known:
    """The way that saw most."""
    return max(ways, key=lambda hops: max(hops, default=0), default={})


def in_common(ways: Sequence[Known]) -> dict[int, str]:
    """The hops from the first on that no way which saw anything saw otherwise, up to where they part, or one ends."""
    ways = [hops for hops in ways if hops]
    known: dict[int, str] = {}
    for hop in range(1, min([max(hops) for hops in ways], default=0) + 1):
        there = {hops[hop] for hops in ways if hop in hops}
        if len(there) > 1:
            break
        known.update(zip([hop], there, strict=False))
    return known


def taken(own: Known, silent: Collection[int], near: Iterable[Known], far: Iterable[Known] = ()) -> dict[int, str]:
    """The hops that a way takes from its fellows.

    own: those that it saw. silent: those that stayed so though they were asked within the budget. near: the hops that
    others of its network saw; far: and those of other networks.
    """
    fellows = [hops for hops in near if _agree(own, hops)]
    fellows += [hops for hops in far if _agree(own, hops) and any(hop in hops for hop in own)]
    best = farthest(fellows)
    end = min((hop for hop in silent if hop in best and hop not in own), default=max(best, default=0) + 1)
    return {hop: address for hop, address in best.items() if hop not in own and hop < end}


def _agree(own: Known, other: Known) -> bool:
    return all(other.get(hop, address) == address for hop, address in own.items())
