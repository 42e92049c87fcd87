"""The way to one target: which hops to probe next, and what their answers say of where it stops. Pure: pass `now`.

A hop limit of n makes the nth router answer "time exceeded" (RFC 792, RFC 4443 3.3). Three things happen at once:

* FULL, a probe without a limit, finds the target's own verdict. It is what the trace's end rests on: no lost or
  rate-limited answer of a router can turn an answering port into silence.
* Hops go out in waves: 1-4, 5-8, 9-16, 17-30. The next one leaves when the last is answered, or after a moment, and
  only until the length of the way is known: an answering target sees few connections, a silent hop delays nobody.
* A silent hop is asked three times. It stays silent in the trace, and never means anything by itself.

Where an ICMP error comes from is told by its sender's own place among the hops, not by the limit of the probe that met
it: a router checks the limit before its filter, so router n rejects what was allowed n + 1 hops.
"""

from scanner.engine.verdict import TIMEOUT, Verdict
from scanner.model import End, Hop, State

FULL = 0  #: the probe without a hop limit
MOST_HOPS = 30
ATTEMPTS = 3
_FIRST_WAVE = 4
_WAVE_S, _LEAST_WAVE_S = 0.4, 0.1

_ANSWERS = (State.OPEN, State.REFUSED)
_Heard = tuple[Verdict, float | None]


class Route:
    """One target's trace on its way. `target` is its address, `most` the farthest hop to look at.

    `attached`: it should be a neighbour, on the same network. Then no hop beyond the first is asked until somebody
    answers: all those SYNs would wait for the neighbour's hardware address, and the kernel keeps some hundred
    of them and tells 50 sockets at most that nobody has it (net/core/neighbour.c, icmp_global_allow()).
    """

    def __init__(self, target: str, most: int = MOST_HOPS, *, attached: bool = False) -> None:
        self._target = target
        self._most = most
        self._sent = -1
        self._wave_at = 0.0
        self._waiting: set[int] = set()
        self._full: Verdict | None = None
        self._routers: dict[int, tuple[str, float | None]] = {}
        self._reached: dict[int, _Heard] = {}
        self._rejects: dict[int, _Heard] = {}
        self._attached = attached
        self._bound = self._find_bound()

    # What to send

    def due(self, now: float) -> list[int]:
        """The hops to be probed for the first time now, FULL among the first ones."""
        first, last = self._sent + 1, self._next_wave()
        if first > last or (first and now < self._wave_at + self._patience()):
            return []
        self._sent, self._wave_at = last, now
        hops = list(range(first, last + 1))
        self._waiting.update(hops)
        return hops

    def wait(self, now: float) -> float:
        """Seconds until `due` may have more; infinity when only answers can tell."""
        if self._next_wave() <= self._sent:
            return float("inf")
        return max(0.0, self._wave_at + self._patience() - now)

    def _next_wave(self) -> int:
        wave = _FIRST_WAVE if self._sent <= 0 else 2 * self._sent
        return min(wave, self._most) if self._sent < self._bound else self._sent

    def _patience(self) -> float:
        """How long the next wave waits for the last one: a few of the round trips seen so far."""
        if not self._waiting - {FULL}:
            return 0.0
        slowest = max((rtt for _, rtt in self._routers.values() if rtt is not None), default=_WAVE_S * 1000)
        return min(_WAVE_S, max(_LEAST_WAVE_S, 3 * slowest / 1000))

    def matters(self, hop: int) -> bool:
        """Whether an answer to this probe may still tell something."""
        return hop == FULL or hop <= self._bound or not self._reached

    def silent(self, hop: int, attempts: int) -> bool:
        """An attempt found no answer: whether to make another. (A late answer to this one still counts.)"""
        if attempts < ATTEMPTS and (hop == FULL or hop <= self._bound):
            return True
        self._waiting.discard(hop)
        return False

    # What came back

    def heard(self, hop: int, verdict: Verdict, rtt_ms: float | None) -> None:
        """The verdict on a probe."""
        self._waiting.discard(hop)
        if hop == FULL:
            self._full = verdict
        elif verdict.state in _ANSWERS:
            self._reached[hop] = verdict, rtt_ms
        elif verdict.state is State.UNREACHABLE and verdict.icmp_from:
            if verdict.reason == "time-exceeded":
                self._routers[hop] = verdict.icmp_from, rtt_ms
            else:
                self._rejects[hop] = verdict, rtt_ms
        self._bound = self._find_bound()

    @property
    def done(self) -> bool:
        """Whether all is known, or asked often enough."""
        if self._sent < self._bound or (FULL in self._waiting and not self._reached):
            return False
        return not any(FULL < hop <= self._bound for hop in self._waiting)

    def _find_bound(self) -> int:
        """The farthest hop that matters, as is known now."""
        if self._reached:
            return min(self._reached)
        if self._full is not None and self._full.state in _ANSWERS:
            return self._most
        if self._is_local():
            return 0
        reject = self._reject()
        if reject is not None and reject.reason != "time-exceeded" and (place := self._place_of(reject.icmp_from)):
            return place
        return self._circle() or (1 if self._attached and not self._routers else self._most)

    def _is_local(self) -> bool:
        """Whether the verdict is this host's own: an errno, or a neighbour that it could not find."""
        full = self._full
        return full is not None and (
            full.state is State.ERROR or (full.state is State.UNREACHABLE and not full.icmp_from)
        )

    def _reject(self) -> Verdict | None:
        """The ICMP error that ends the way, the target's own verdict first."""
        if self._full is not None and self._full.state is State.UNREACHABLE:
            return self._full
        return self._rejects[min(self._rejects)][0] if self._rejects else None

    def _place_of(self, sender: str) -> int:
        """The hop at which a sender of ICMP errors stands; 0 where that is not known.

        One that never says "time exceeded" stands in the gap before the first probe it rejected; without a gap it
        rejects before it looks at the limit, as the target itself does. In a wider gap it may stand anywhere.
        """
        for hop, (address, _) in sorted(self._routers.items()):
            if address == sender:
                return hop
        first = min((hop for hop, (verdict, _) in self._rejects.items() if verdict.icmp_from == sender), default=0)
        if first <= 1 or sender == self._target or first - 1 in self._routers:
            return first
        return first - 1 if first == 2 or first - 2 in self._routers else 0

    def _circle(self) -> int:
        """The hop at which packets are back at a router they had left: they go round in a circle. 0: nowhere."""
        seen: dict[str, int] = {}
        for hop, (address, _) in sorted(self._routers.items()):
            before = seen.setdefault(address, hop)
            if any(before < between < hop and other != address for between, (other, _) in self._routers.items()):
                return hop
        return 0

    # How it ended

    def hops(self) -> tuple[Hop, ...]:
        """Every hop from 1 up to where the trace ends."""
        found = {hop: Hop(hop, address, rtt_ms=rtt) for hop, (address, rtt) in self._routers.items()}
        if self._reached:
            hop = min(self._reached)
            found[hop] = Hop(hop, self._target, rtt_ms=self._reached[hop][1])
            return self._up_to(hop, found)
        reject = self._reject()
        place = self._place_of(reject.icmp_from) if reject else 0
        if reject is None or reject.reason == "time-exceeded" or not place:
            return self._up_to(min(self._bound, max(found, default=0)), found)
        if place not in found:
            rtt = min((rtt for verdict, rtt in self._rejects.values() if rtt is not None), default=None)
            found[place] = Hop(place, reject.icmp_from, rtt_ms=rtt)
        return self._up_to(place, found)

    @staticmethod
    def _up_to(last: int, found: dict[int, Hop]) -> tuple[Hop, ...]:
        return tuple(found.get(hop) or Hop(hop) for hop in range(1, last + 1))

    def end(self) -> End:
        """How the trace ends. Of one that was stopped before it was `done`, silence is not claimed."""
        full = self._full
        if self._reached:
            hop = min(self._reached)
            verdict = full if full is not None and full.state in _ANSWERS else self._reached[hop][0]
            return End(verdict.state, verdict.reason, "", hop)
        if full is not None and full.state in _ANSWERS:
            return End(full.state, full.reason, "", None)
        reject = self._reject()
        if full is not None and self._is_local():
            return End(full.state, full.reason, "", 0)
        if reject is not None:
            return End(reject.state, reject.reason, reject.icmp_from, self._hop_of_reject(reject))
        last = max(self._routers, default=0)
        if not self.done:
            return End(None, "", "", last)
        return End(TIMEOUT.state, TIMEOUT.reason, "", min(last, self._bound))

    def _hop_of_reject(self, reject: Verdict) -> int | None:
        if reject.reason != "time-exceeded":
            return self._place_of(reject.icmp_from) or None
        places = [hop for hop, (address, _) in self._routers.items() if address == reject.icmp_from]
        return max((hop for hop in places if hop <= self._bound), default=None)
