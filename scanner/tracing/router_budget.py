"""How many ICMP errors the routers on the way have left for this host. Pure: pass `now`.

Routers answer only so many: Linux, at its defaults, six at once to one host and then one a second (icmp_ratelimit in
its ip-sysctl.txt). Whoever asks a router for the sixtieth time finds it silent, and would call every hop silent. So
what all traces ask of a hop, and what comes back, is counted here. What a silence then means: `silent_hops.py`.
"""

from collections import Counter, defaultdict

BURST, PER_S = 6, 0.8  #: ICMP errors that a router sends to one host: at once, and then, at the least, per second
_QUIET_S = 2.0
_FEW_REJECTS, _MOST_SENDERS = 5, 64
_SLACK = 2  # so many more answers than that are still such a router's


class Budget:
    """How many answers the routers at each hop have left; a bucket for each hop."""

    def __init__(self) -> None:
        self._asked: dict[int, tuple[float, float]] = {}
        self._beyond: dict[int, float] = {}  # when a hop was last asked beyond that
        self._answers: dict[str, tuple[int, float, float]] = {}  # how many came, the first and the last one when
        self._rejects: Counter[str] = Counter()
        self._at: defaultdict[int, set[str]] = defaultdict(set)  # who expired packets there

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

    def expired(self, hop: int, sender: str, now: float) -> None:
        """A packet's last hop ended there; the word of it came now."""
        self._count(sender, now)
        if len(self._at[hop]) < _MOST_SENDERS:
            self._at[hop].add(sender)

    def rejected(self, sender: str, now: float) -> None:
        """A router rejected a packet: that costs it an answer, too, wherever it stands."""
        self._count(sender, now)
        self._rejects[sender] += 1

    def _count(self, sender: str, now: float) -> None:
        count, first, _ = self._answers.get(sender, (0, now, now))
        self._answers[sender] = count + 1, first, now

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
