"""One rate for several processes: what each may send of it, and when it may send more. Pure: pass `now`.

Shares are whole numbers of SYNs a second, of which the whole rate is the sum; what keeps one (`total_rate.py`) keeps it
in any second, so all together keep the sum. Below as many SYNs a second as there are processes, there must be fewer.

When a process has ended, its share goes to the others: not before a second after its last SYN is over, for until then
what it sent counts. (A closed socket repeats nothing.) A share never shrinks: nobody could say by when it has.
"""

from collections.abc import Iterable

from scanner.engine.brakes.bucket import whole

_OVER_S = 1.1


def processes_for(rate: float | None, count: int) -> int:
    """How many of so many processes such a rate has a share for."""
    return count if rate is None else max(1, min(count, int(whole(rate))))


def divided(most: int, count: int) -> list[int]:
    """As evenly as whole numbers allow."""
    return [most // count + (at < most % count) for at in range(count)]


class RateShares:
    """`rate`: SYNs a second, for `count` processes, at least 1 each; None: nobody holds back."""

    def __init__(self, rate: float | None, count: int) -> None:
        self._limited = rate is not None
        self._shares: dict[int, float] = dict(enumerate(_shares(rate, count)))
        self._left: list[tuple[float, float]] = []  # from when on, how much of the rate is nobody's

    def share(self, worker: int) -> float | None:
        """That of one process; None: no limit."""
        return self._shares[worker] if self._limited else None

    def ended(self, worker: int, now: float) -> None:
        """It sends no more, and nobody takes its place."""
        self._left.append((now + _OVER_S, self._shares.pop(worker)))

    def grown(self, running: Iterable[int], now: float) -> dict[int, float]:
        """The new shares of those of them that get more from now on."""
        running = list(running)
        if not self._limited or not running or not self._left:
            return {}
        free = sum(share for since, share in self._left if since <= now)
        self._left = [(since, share) for since, share in self._left if since > now]
        if not free:
            return {}
        for worker, more in zip(running, divided(int(free), len(running)), strict=True):
            self._shares[worker] += more
        return {worker: self._shares[worker] for worker in running}


def _shares(rate: float | None, count: int) -> list[float]:
    if rate is None:
        return [0.0] * count
    if count == 1:
        return [rate]
    return [float(share) for share in divided(int(whole(rate)), count)]


def takes_over_at(died: float) -> float:
    """When one that takes the place of a process that has died may begin to send."""
    return died + _OVER_S
