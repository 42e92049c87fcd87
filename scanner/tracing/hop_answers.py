"""What was heard on the way to one target, and what it says: the verdict, who stands where, where the way ends. Pure.

A probe that is allowed n hops makes the nth router answer "time exceeded" (RFC 792, RFC 4443 3.3), if all is well.
Routers reject instead of that, answer in the target's name, hide behind addresses of their own, and stand on several
ways at once. So nothing is claimed that has another reading:

* The verdict is that of the probe without a limit. What answered to a limit stands in for it only if it stayed silent,
  and if nothing went past that answer: a router beyond it would have told.
* The target stands at the lowest limit whose answer agrees with the verdict and behind which nothing expired.
* The sender of a reject stands where it expired a packet itself, if that was at one hop and nothing expired beyond. The
  target expires none: it stands at the first limit that it rejects, if the hop before it is known. Else nobody knows.
* A reject, or a reset in the target's name, that larger limits went past is no end. It gives the first hop that met it
  its address, at most. Nor is it one where larger limits stayed silent: they would have met it as well.
* An address that comes back is a circle only if the probe without a limit expired, too: ways that share load may be of
  unequal length. So is one router that expires everything from some hop on.
"""

from collections.abc import Collection, Iterator

from scanner.engine.flight.verdict import Verdict
from scanner.model import ANSWERED, Hop, Reason, State

FULL = 0  #: the probe without a hop limit
_Heard = tuple[Verdict, float | None]
_SEVERAL = 3


class Answers:
    """All answers to one target's probes, each with its round trip (ms)."""

    __slots__ = ("_expired", "_reached", "_rejects", "_taken", "_target", "full")

    def __init__(self, target: str) -> None:
        self._target = target
        self.full: Verdict | None = None
        self._expired: dict[int, tuple[str, float | None]] = {}
        self._reached: dict[int, _Heard] = {}
        self._rejects: dict[int, _Heard] = {}
        self._taken: dict[int, str] = {}

    def hear(self, limit: int, verdict: Verdict, rtt_ms: float | None) -> None:
        """The verdict on a probe. What this host itself says to a limit tells nothing of the way."""
        if limit == FULL:
            self.full = verdict
        elif verdict.state in ANSWERED:
            self._reached[limit] = verdict, rtt_ms
        elif verdict.state is State.UNREACHABLE and verdict.icmp_from:
            if verdict.reason == Reason.TIME_EXCEEDED:
                self._expired[limit] = verdict.icmp_from, rtt_ms
            else:
                self._rejects[limit] = verdict, rtt_ms

    # The verdict

    @property
    def answered(self) -> bool:
        """Whether the target answered the probe without a limit."""
        return self.full is not None and self.full.state in ANSWERED

    @property
    def local(self) -> bool:
        """Whether the verdict is this host's own: an errno, or a neighbour that it could not find."""
        full = self.full
        return full is not None and (
            full.state is State.ERROR or (full.state is State.UNREACHABLE and not full.icmp_from)
        )

    def verdict(self, silent: Collection[int] = ()) -> Verdict | None:
        """The verdict on the target; None: silence, as far as is known. `silent`: the limits that stayed so."""
        if self.full is not None:
            return self.full
        if limit := self.stand_in(silent):
            return self._reached[limit][0]
        standing = [limit for limit in self._rejects if not self._was_passed(limit) and not self._is_odd(limit, silent)]
        return self._rejects[min(standing)][0] if standing else None

    def _is_odd(self, limit: int, silent: Collection[int]) -> bool:
        """Whether several larger limits stayed silent, and none was rejected by the same sender."""
        sender = self._rejects[limit][0].icmp_from
        again = any(hop > limit and verdict.icmp_from == sender for hop, (verdict, _) in self._rejects.items())
        return not again and sum(hop > limit for hop in silent) >= _SEVERAL

    def stand_in(self, silent: Collection[int] = ()) -> int:
        """The lowest limit at which the target answered, if that may stand for the probe without a limit; else 0.

        Nothing expired beyond it, and of the larger limits more reached the target as well than stayed silent: it is
        rather the probe without a limit that was lost.
        """
        first = self.lowest_answer()
        state = self._reached[first][0].state if first else None
        beyond = [limit for limit, (verdict, _) in self._reached.items() if limit > first and verdict.state is state]
        return first if len(beyond) > sum(limit > first for limit in silent) else 0

    def lowest_answer(self) -> int:
        """The lowest limit at which the target answered as it did to the largest, nothing expiring beyond; or 0."""
        reached = [limit for limit in self._reached if limit > self._farthest]
        state = self._reached[max(reached)][0].state if reached else None
        return min((limit for limit in reached if self._reached[limit][0].state is state), default=0)

    @property
    def _farthest(self) -> int:
        """The largest limit that expired."""
        return max(self._expired, default=0)

    def _was_passed(self, limit: int) -> bool:
        """Whether a larger limit got past the sender of the reject that this one met."""
        sender = self._rejects[limit][0].icmp_from
        return any(hop > limit and address != sender for hop, (address, _) in self._expired.items()) or any(
            hop > limit for hop in self._reached
        )

    # Who stands where

    def place_of_target(self, verdict: Verdict, silent: Collection[int]) -> int:
        """The hop at which the target gave this answer; 0 where that is not known: a larger limit that stayed silent
        should have met it, too."""
        lowest = self.lowest(verdict)
        return 0 if any(limit > lowest for limit in silent) else lowest

    def lowest(self, verdict: Verdict) -> int:
        """The lowest limit with this answer, nothing expiring beyond; 0: none."""
        return min(
            (hop for hop, (heard, _) in self._reached.items() if heard.state is verdict.state and hop > self._farthest),
            default=0,
        )

    def place_of(self, sender: str) -> int:
        """The hop at which the sender of a reject stands; 0 where more than one fits, or none."""
        places = [hop for hop, (address, _) in self._expired.items() if address == sender]
        if places:
            return places[0] if len(places) == 1 and places[0] == self._farthest else 0
        first = self.first_reject(sender)
        if sender == self._target and first and self._farthest == first - 1:
            return first
        return 0

    def first_reject(self, sender: str) -> int:
        """The lowest limit that this sender rejected; 0 where it rejected none."""
        return min((hop for hop, (verdict, _) in self._rejects.items() if verdict.icmp_from == sender), default=0)

    @property
    def anybody(self) -> bool:
        """Whether any router gave itself away."""
        return bool(self._expired)

    @property
    def slowest_ms(self) -> float | None:
        """The longest round trip to a router, if any is known."""
        return max((rtt for _, rtt in self._expired.values() if rtt is not None), default=None)

    # Circles

    def circle(self) -> int:
        """The hop at which packets are back at a router that they had left, or have not left since; 0: nowhere."""
        if self.full is None or self.full.reason != Reason.TIME_EXCEEDED:
            return 0
        seen: dict[str, int] = {}
        for hop, (address, _) in sorted(self._expired.items()):
            before = seen.setdefault(address, hop)
            if any(before < between < hop and other != address for between, (other, _) in self._expired.items()):
                return hop
        return 0

    def repeated(self) -> int:
        """The first hop of a router that expires whatever comes beyond it; 0 where the last hop has an own one."""
        if not self._expired:
            return 0
        last = self._expired[self._farthest][0]
        first = min(hop for hop, (address, _) in self._expired.items() if address == last)
        alone = all(address == last for hop, (address, _) in self._expired.items() if hop > first)
        return first if alone and first < self._farthest else 0

    def repeats(self) -> int:
        """How many hops in a row the last router holds."""
        first = self.repeated()
        return sum(hop >= first for hop in self._expired) if first else 0

    # The way

    def take(self, hops: dict[int, str]) -> None:
        """Hops that others saw on the same way, and that were not asked here, or in vain (`known_hops.py`)."""
        self._taken = hops

    @property
    def farthest(self) -> int:
        """The largest limit that any router or the target answered to."""
        return max([*self._expired, *self._reached, *self._rejects], default=0)

    def seen(self, silent: Collection[int] = ()) -> dict[int, str]:
        """The address that answered at each hop, without the target's own and without those taken from other traces."""
        return {hop: address for hop, address, _ in self._stations(silent)}

    def stations(self, silent: Collection[int] = ()) -> dict[int, Hop]:
        """Who stands at which hop, as far as is known, the target excepted."""
        taken = {hop: Hop(hop, address) for hop, address in self._taken.items()}
        return taken | {hop: Hop(hop, address, rtt_ms=rtt) for hop, address, rtt in self._stations(silent)}

    def _stations(self, silent: Collection[int]) -> Iterator[tuple[int, str, float | None]]:
        verdict = self.verdict(silent)
        known = {self._target, verdict.icmp_from if verdict else ""}
        known.update(address for address, _ in self._expired.values())
        for hop, (reject, rtt) in self._rejects.items():
            sender = reject.icmp_from
            first = hop == self.first_reject(sender) and (hop == 1 or hop - 1 in self._expired)
            if first and sender not in known and hop not in self._expired:
                yield hop, sender, rtt
        for hop, (address, rtt) in self._expired.items():
            yield hop, address, rtt

    def at_target(self, place: int) -> Hop:
        """The target itself, at its place."""
        rtt = self._reached[place][1] if place in self._reached else self._rejects[place][1]
        return Hop(place, self._target, rtt_ms=rtt)
