"""The round trip on a path, smoothed as RFC 6298 does, and the retransmission timeout that follows from it."""

_LEAST_RTO, _RTO_STEP = 0.3, 0.05


class RoundTrip:
    """`rto` (seconds), the retransmission timeout, shortens every attempt but the last; None where no round trip is
    known. `smoothed` is 0 then."""

    __slots__ = ("_variation", "rto", "smoothed")

    def __init__(self) -> None:
        self.rto: float | None = None
        self.smoothed = 0.0
        self._variation = 0.0

    def measured(self, rtt_s: float) -> None:
        """One more, in seconds."""
        if self.smoothed == 0.0:
            self.smoothed, self._variation = rtt_s, rtt_s / 2
        else:
            self._variation += (abs(self.smoothed - rtt_s) - self._variation) / 4
            self.smoothed += (rtt_s - self.smoothed) / 8
        wait = max(_LEAST_RTO, self.smoothed + 4 * self._variation)
        # A coarse grid keeps the deadlines in few lanes.
        self.rto = _RTO_STEP * int(wait / _RTO_STEP + 0.999)

    def split(self) -> "RoundTrip":
        """As much is known of a part of the hosts."""
        part = RoundTrip()
        part.rto, part.smoothed, part._variation = self.rto, self.smoothed, self._variation
        return part
