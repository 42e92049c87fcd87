"""What traces that leave together know from each other. Pure: pass `now`.

Routers answer only so many: Linux, at its defaults, six at once to one host and then one a second (icmp_ratelimit in
its ip-sysctl.txt). Whoever asks a router for the sixtieth time finds it silent, and would call every hop silent. So:

* A few *leaders* are asked hop by hop, spread over the networks. The first ones of the other networks, the *scouts*,
  are asked at one after the other of the hops that all leaders have in common until one of these answers, and beyond.
  All others of a network, its *followers*, are asked around the last hop that its first ones know, and farther if
  somebody answers there.
* A hop that stayed silent *is* silent if it was asked within that budget, or if routers there had answers left: they
  gave few, or more than such a router would. Else its silence says nothing.
* Where a way ends is known of it by itself if the hop behind its last one is silent. If that is not known, it is taken
  from others, if all agree of whom it is known: of its own network, or else, of others, those that share a router with
  it at the same hop. Where they differ, nobody knows. So it is with the hops in between.
"""

import socket
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from scanner.model import Place

BURST, PER_S = 6, 0.8  #: ICMP errors that a router sends to one host: at once, and then, at the least, per second
_QUIET_S = 2.0
_FEW_REJECTS, _MOST_SENDERS = 5, 64
_SLACK = 2  # so many more answers than that are still such a router's
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
    """How many answers the routers at each hop have left; a bucket for each hop. `now`: when answers come."""

    def __init__(self) -> None:
        self._asked: dict[int, tuple[float, float]] = {}
        self._beyond: dict[int, float] = {}  # when a hop was last asked beyond that
        self._answers: dict[str, tuple[int, float, float]] = {}  # how many came, the first and the last one when
        self._rejects: Counter[str] = Counter()
        self._at: defaultdict[int, set[str]] = defaultdict(set)  # who expired packets there
        self.now = 0.0

    def ask(self, hop: int, now: float) -> bool:
        """One more probe for this hop: whether the router there surely has an answer left.

        As long as others ask beyond the budget, nobody knows who gets the next answer.
        """
        self.now = now
        level, last = self._asked.get(hop, (0.0, now))
        level = max(0.0, level - (now - last) * PER_S)
        within = level + 1.0 <= BURST and now - self._beyond.get(hop, now - _QUIET_S) >= _QUIET_S
        self._asked[hop] = level + within, now
        if not within:
            self._beyond[hop] = now
        return within

    def expired(self, hop: int, sender: str) -> None:
        """A packet's last hop ended there."""
        self._count(sender)
        if len(self._at[hop]) < _MOST_SENDERS:
            self._at[hop].add(sender)

    def rejected(self, sender: str) -> None:
        """A router rejected a packet: that costs it an answer, too, wherever it stands."""
        self._count(sender)
        self._rejects[sender] += 1

    def _count(self, sender: str) -> None:
        count, first, _ = self._answers.get(sender, (0, self.now, self.now))
        self._answers[sender] = count + 1, first, self.now

    def tired(self, hop: int, router: str = "") -> bool:
        """Whether this router, or any of those at this hop, may have no answer left: not if it gave few, or more than
        such a router gives."""
        return any(self._is_spent(each) for each in ([router] if router else self._at.get(hop, ())))

    def rejects(self, hop: int) -> bool:
        """Whether one of the routers there rejects as much as it can."""
        return any(self.is_rejecter(sender) for sender in self._at.get(hop, ()))

    def is_rejecter(self, sender: str) -> bool:
        """Whether it rejects as much as it can."""
        return self._rejects[sender] >= _FEW_REJECTS and self._is_spent(sender)

    def _is_spent(self, sender: str) -> bool:
        count, first, last = self._answers.get(sender, (0, 0.0, 0.0))
        return BURST - 1 <= count <= BURST + _SLACK + (last - first)


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
        if there:
            known[hop] = there.pop()
    return known


def between(own: Known, end: int, near: Iterable[Known], far: Iterable[Known] = ()) -> dict[int, str]:
    """The hops before `end` that a way did not see itself and takes from its fellows.

    own: those that it saw. near: the hops that others of its network saw; far: and those of other networks. Where it
    saw any, only ways that share a router with it count, up to there.
    """
    if not own:
        return {hop: address for hop, address in in_common(list(near)).items() if hop < end}
    found: dict[int, str] = {}
    for ways in (far, near):
        sharing = [hops for hops in ways if agree(own, hops) and shared(own, hops)]
        last = max((shared(own, hops) for hops in sharing), default=0)
        found |= {hop: address for hop, address in in_common(sharing).items() if hop < min(last, end)}
    return {hop: address for hop, address in found.items() if hop not in own}


def shared(own: Known, other: Known) -> int:
    """The last hop at which both saw the same router; 0 where there is none."""
    return max((hop for hop, address in own.items() if other.get(hop) == address), default=0)


def agree(own: Known, other: Known) -> bool:
    """Whether nothing that both saw differs."""
    return all(other.get(hop, address) == address for hop, address in own.items())
