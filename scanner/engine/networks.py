"""Who vouches for a silent target: somebody of its own network who answered at the time, and nobody else.

Loss is a property of the way, and is measured over all who share it (`paths.py`). But that a sibling network answers
says nothing of a network that is down, and IPv4 says nothing of IPv6. So silence is a timeout beyond doubt only where
a responder of the target's own network (its /24, IPv6: /64; a host with a path of its own: that host) answered about
when its attempts were made, and answered as before: an ICMP error in the place of a RST is no sign that all is well.

A network also remembers when it was first heard (what was asked before says nothing: it may have come up since) and
when its responders stopped answering.
"""

import socket
from collections import OrderedDict

from scanner.engine.responders import Responders
from scanner.model import Place

#: So many of its responders are remembered, and so many networks: those of an hour ago may go.
_FEW, _MOST_NETWORKS = 4, 16_384
#: So many sentinels in a row, over so long a time, went unanswered: its responders are gone. Shorter is loss.
_GONE_AFTER, _GONE_AFTER_S = 12, 2.5
#: An answer vouches for what was asked so much before it.
EARLY_S = 0.3
_IPV4 = int(socket.AF_INET)


class Network:
    """What was heard of one network. Times are seconds of the engine's clock.

    `collecting`: the loop should tell of plain refusals. `first`: when it was first heard, None: never. `missed`:
    sentinels in a row that were not answered as before, the first of them sent at `missed_from`. `stopped`: since when
    its responders do not answer any more, None as long as they do. `denied_since`: since when they meet
    nothing but noes. `noes` and `yeses`: how often those who answer met a "no", and how often they were answered:
    sentinels, and targets that were answered after a "no".
    """

    __slots__ = (
        "collecting", "denied_since", "first", "missed", "missed_from", "noes", "responders", "stopped", "yeses",
    )  # fmt: skip

    def __init__(self, most: int = _FEW, responders: Responders | None = None) -> None:
        self.responders = responders or Responders(most)
        self.collecting = True
        self.first: float | None = None
        self.missed = 0
        self.missed_from = 0.0
        self.stopped: float | None = None
        self.denied_since: float | None = None
        self.noes = 0
        self.yeses = 0

    def heard(self, now: float) -> None:
        """Somebody of it answered."""
        if self.first is None:
            self.first = now
        self.missed = 0
        self.stopped = None
        self.collecting = self.responders.collecting

    def missed_one(self, sent: float) -> None:
        """A sentinel, sent then, was not answered as before."""
        if not self.missed:
            self.missed_from = sent
            self.collecting = True  # the next plain answer is news
        self.missed += 1

    def gone(self, now: float) -> bool:
        """Whether its responders have not answered for so long that it is no chance; True once only."""
        if self.stopped is not None or self.missed < _GONE_AFTER or now - self.missed_from < _GONE_AFTER_S:
            return False
        self.stopped = self.missed_from
        return True

    def silent_at(self, sent: float) -> bool:
        """Whether an attempt made then left before anybody of it was heard."""
        return self.first is None or self.first > sent + EARLY_S


class Networks:
    """The networks of the hosts that share a path, each known by its prefix. The oldest are forgotten in the end."""

    def __init__(self) -> None:
        self._known: OrderedDict[str | bytes, Network] = OrderedDict()

    def of(self, place: Place) -> Network:
        """The network that an address is in."""
        key: str | bytes
        if place.family == _IPV4:
            key = place.numeric.rpartition(".")[0]
        else:
            key = socket.inet_pton(place.family, place.numeric)[:8]
        network = self._known.get(key)
        if network is None:
            network = self._known[key] = Network()
            if len(self._known) > _MOST_NETWORKS:
                self._known.popitem(last=False)
        return network
