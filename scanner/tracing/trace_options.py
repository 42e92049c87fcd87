"""What the user chose for traces."""

from typing import NamedTuple

from scanner.words.builtin_values import MOST_HOPS

_WAITS_S = (0.9, 0.9, 1.7)  # see `tracer.py`


class TraceOptions(NamedTuple):
    """How to trace. `timeout`: seconds for each attempt (None: built in); `most_hops` 1 to 255; `source` a numeric
    local address; `names`: look up what the hops are called; `rate`, `host_rate`: SYNs per second; `limit_s`: seconds
    after which it ends, whatever is unknown; `pause_s`: seconds before the first probe, for rates that others have used
    up.
    """

    timeout: float | None = None
    most_hops: int = MOST_HOPS
    source: str | None = None
    names: bool = True
    rate: float | None = None
    host_rate: float | None = None
    limit_s: float = float("inf")
    pause_s: float = 0.0
    poller: str | None = None

    @property
    def waits(self) -> tuple[float, ...]:
        """How long (seconds) the first attempt at a hop waits, the second one, and so on; the last holds for all
        others."""
        return (self.timeout,) if self.timeout else _WAITS_S

    @property
    def slowest(self) -> float | None:
        """The lower of its rates; None where there is none."""
        return min((rate for rate in (self.rate, self.host_rate) if rate), default=None)
