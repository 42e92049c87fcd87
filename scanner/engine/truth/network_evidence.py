"""Who vouches for a silent target: somebody of its own network who answered at the time, and nobody else.

Loss is a property of the way, and is measured over all who share it (`paths.py`). But that a sibling network answers
says nothing of a network that is down, and IPv4 says nothing of IPv6. So silence is a timeout beyond doubt only where
a responder of the target's own network (its /24, IPv6: /64, or a narrower attached prefix) answered about when its
attempts were made, and answered as before: an ICMP error in the place of a RST is not a sign that all is well. That
holds for a host that answers nothing however many of its ports are asked: its neighbours vouch for it. A host with a
path of its own (`paths.py`) can be asked itself, and nobody else vouches for it.

A host that refused a port before has a say of its own: once one of its ports falls silent, it is asked itself (it may
be away while its neighbours are there), and is as good as a network to itself from then on.

A network also remembers when it was first heard (what was asked before says nothing: it may have come up since) and
when its responders stopped answering.
"""

from collections import OrderedDict

from scanner.engine.flight.syn_repeats import FIRST_REPEAT_S
from scanner.engine.truth.heard_beats import BEATS, HeardBeats
from scanner.engine.truth.responders import Responders
from scanner.model import Endpoint, NetworkKey, Place, network_key

#: So many of its responders are remembered, and so many networks, some 4 KB each: those of minutes ago may go.
_FEW, _MOST_NETWORKS = 4, 10_240
#: Hosts of a path that are asked themselves.
MOST_ALONE = 512
_FEW_ALONE = 2
#: So many sentinels in a row, over so long a time, went unanswered: its responders are gone. Shorter is loss.
_GONE_AFTER, _GONE_AFTER_S = 12, 2.5
#: An answer vouches for what left so much before its own SYN; where no attempt follows, only for what left with that.
EARLY_S, WITH_IT_S = 0.3, 0.02
#: So many beats before or after an attempt count. (Only attempts that are not made again ask for them, at their end.)
_BESIDE = 16


class Network:
    """What was heard of one network. Times are seconds of the engine's clock.

    `collecting`: the loop should tell of plain refusals. `first_heard`: when whoever answered first was asked, None:
    nobody did. `missed`: sentinels in a row that were not answered as before, the first of them sent at `missed_from`.
    `stopped`: since when its responders do not answer any more, None as long as they do. `denied_since`: since when
    they meet nothing but noes. `noes` and `yeses`: how often those who answer met a "no", and how often they were
    answered: sentinels, and targets that were answered after a "no". `beats`: when it was heard, as far as that was
    noted; its hosts have the same. `shared`: by several hosts; `parent`: the network of a host that has a say of its
    own.
    """

    __slots__ = (
        "beats", "collecting", "denied_since", "first_heard", "missed", "missed_from", "noes", "parent", "responders",
        "shared", "stopped", "yeses",
    )  # fmt: skip

    def __init__(self, most: int = _FEW, responders: Responders | None = None, *, shared: bool = False) -> None:
        self.shared = shared
        self.parent: Network | None = None
        self.beats = HeardBeats()
        self.responders = Responders(most) if responders is None else responders  # which is false while it is empty
        self.collecting = True
        self.first_heard: float | None = None
        self.missed = 0
        self.missed_from = 0.0
        self.stopped: float | None = None
        self.denied_since: float | None = None
        self.noes = 0
        self.yeses = 0

    def heard(self, now: float, rtt: float = 0.0) -> None:
        """Somebody of it answered, after so many seconds: it was there when it was asked."""
        if self.first_heard is None:
            self.first_heard = now - (rtt if rtt < FIRST_REPEAT_S else 0.0)
        self.missed = 0
        self.stopped = None
        self.collecting = self.responders.collecting
        self.beat(now)

    def beat(self, now: float) -> None:
        """It was heard now. (Not every answer is told.)"""
        self.beats.add(int(now * BEATS))

    def lively(self, sent: float, rtt: float) -> bool:
        """Whether an attempt made then is borne out by what was heard before and after (or with it, if that is all).

        The pause that it lies in may be three times as long as others are about then: a network that is heard all the
        time and is silent for a tenth of a second was away, or its way was.
        """
        at = int((sent + rtt) * BEATS)
        before, after = self._nearest(at, -1), self._nearest(at, 1)
        heard = self.beats.count(at - BEATS, at + BEATS)
        pause = max(2, 6 * BEATS // max(1, heard))
        if before is None or after is None:
            near = WITH_IT_S * BEATS if pause > _BESIDE else 0
            return any(beat is not None and abs(beat - at) <= near for beat in (before, after))
        return after - before <= pause

    def _nearest(self, beat: int, step: int) -> int | None:
        """The nearest moment before or after at which it was heard; None if that is too far."""
        return next((at for at in range(beat, beat + step * _BESIDE, step) if at in self.beats), None)

    def part(self, responders: Responders) -> "Network":
        """The say of one host of it that has a path of its own, with these responders: heard by itself alone."""
        own = Network(responders=responders)
        own.parent = self
        return own

    def host(self, refused: Endpoint) -> "Network":
        """The say of one host of it, which refused before."""
        alone = Network(_FEW_ALONE)
        alone.responders.refuses(refused)
        alone.first_heard, alone.beats, alone.parent = self.first_heard, self.beats, self
        return alone

    @property
    def with_parent(self) -> "tuple[Network, ...]":
        """Itself, and the network that its host is in: what one of its hosts is answered is that one's matter, too."""
        return (self,) if self.parent is None else (self, self.parent)

    def met(self, noes: int = 0, answers: int = 0) -> None:
        """Those of it who answer met so many noes, and were answered so often."""
        self.noes += noes
        self.yeses += answers

    def denied(self, since: float | None) -> None:
        """Since when those who answer meet nothing but noes; None: they do not."""
        self.denied_since = since

    def collect(self) -> None:
        """The loop should tell of plain refusals again."""
        self.collecting = True

    def missed_one(self, sent: float) -> None:
        """A sentinel, sent then, was not answered as before."""
        if not self.missed:
            self.missed_from = sent
            self.collecting = True  # the next plain answer is news
        self.missed += 1

    def notice_gone(self, now: float) -> bool:
        """Whether its responders have not answered for so long that it cannot be chance; True once only."""
        if self.stopped is not None or self.missed < _GONE_AFTER or now - self.missed_from < _GONE_AFTER_S:
            return False
        self.stopped = self.missed_from
        return True

    def silent_at(self, sent: float, grace: float = EARLY_S) -> bool:
        """Whether an attempt made then left before anybody of it was known to be there, by more than `grace`."""
        return self.first_heard is None or self.first_heard > sent + grace


class Networks:
    """The networks of the hosts that share a path, each known by its prefix. The oldest are forgotten in the end."""

    def __init__(self) -> None:
        self._known: OrderedDict[NetworkKey | int, Network] = OrderedDict()

    def of(self, place: Place, narrow: int | None = None) -> Network:
        """The network that an address is in; `narrow`: the first address of an attached prefix that is narrower."""
        key = network_key(place) if narrow is None else narrow
        network = self._known.get(key)
        if network is None:
            network = self._known[key] = Network(shared=True)
            if len(self._known) > _MOST_NETWORKS:
                self._known.popitem(last=False)
        return network

    def known(self, place: Place, narrow: int | None = None) -> Network | None:
        """The same, if it is known already."""
        return self._known.get(network_key(place) if narrow is None else narrow)
