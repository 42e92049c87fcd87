"""How many probes may be in flight: a window that shrinks when this machine is short of something. Pure: pass `now`."""

#: Without a word from the user no more than these, whatever the machine allows: half a million half-open connections
#: would fill the flow tables of its own firewalls.
WIDEST = 32_768
_RESERVE = 16  # one part of so many: for sockets that still wait for a late answer
_RECOVER_S = 0.5


def usual_window(capacity: int, in_memory: int | None = None) -> int:
    """How many by default: as many as there may be sockets, less a reserve, as fit in memory, and no more than
    `WIDEST`."""
    return max(1, min(WIDEST, capacity - capacity // _RESERVE, WIDEST if in_memory is None else in_memory))


class Window:
    """How many probes may be in flight. Shrinks when the machine is short, and recovers slowly."""

    def __init__(self, ceiling: int) -> None:
        self.ceiling = max(1, ceiling)
        self.size = self.ceiling
        self._held_until = 0.0
        self._hold_s = 0.01
        self._recover_at = 0.0

    def fit(self, ceiling: int) -> None:
        """Changes the maximum. A window that had shrunk recovers up to the new one as before."""
        whole = self.size == self.ceiling
        self.ceiling = max(1, ceiling)
        self.size = self.ceiling if whole else min(self.size, self.ceiling)

    def shrink(self, in_flight: int, now: float) -> None:
        """There was no room for one more beside `in_flight`."""
        self.size = max(1, min(self.size, in_flight))
        self._held_until = now + self._hold_s
        self._hold_s = min(0.25, self._hold_s * 2)
        self._recover_at = now + _RECOVER_S

    def room(self, in_flight: int, now: float) -> int:
        """How many more probes may be launched now."""
        if now < self._held_until:
            return 0
        if self.size < self.ceiling and now >= self._recover_at:
            self.size = min(self.ceiling, self.size + max(1, self.size // 4))
            self._recover_at = now + _RECOVER_S
            self._hold_s = 0.01
        return self.size - in_flight
