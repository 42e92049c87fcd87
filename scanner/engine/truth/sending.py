"""How fast a path is sent to. Only busy time counts: a tail with little to send is not slowness. Pure: pass `now`."""

_BUSY_GAP = 0.02


class Stretch:
    """A stretch of a path's sending: its counters at the beginning, and, once it is over, its rate (a second)."""

    __slots__ = ("busy", "rate", "sent")

    def __init__(self, sent: int = 0, busy: float = 0.0) -> None:
        self.sent = sent
        self.busy = busy
        self.rate = 0.0

    def ends_at(self, rate: float) -> None:
        """It is over, and so fast it was."""
        self.rate = rate


class Sending:
    """What was sent on a path, and in how much busy time."""

    __slots__ = ("_busy", "_last", "_sent")

    def __init__(self) -> None:
        self._sent = 0
        self._busy = 0.0
        self._last = 0.0

    def sent(self, count: int, now: float) -> None:
        """That many probes are leaving."""
        self._busy += min(max(now - self._last, 0.0), _BUSY_GAP)
        self._last = now
        self._sent += count

    def begin(self) -> Stretch:
        """A stretch that begins now."""
        return Stretch(self._sent, self._busy)

    def since(self, stretch: Stretch) -> int:
        """Probes sent since it began."""
        return self._sent - stretch.sent

    def rate_since(self, stretch: Stretch) -> float:
        """Probes a second since it began; 0 where no time went by."""
        busy = self._busy - stretch.busy
        return (self._sent - stretch.sent) / busy if busy > 0 else 0.0
