"""When a host that was asked again is taken to be silent. Pure: pass `now`."""

_PATIENCE_S = 0.2  # beyond two round trips


def is_late(asked_at: float, now: float, slowest: float) -> bool:
    """Whether a host asked then that has not answered by now is silent. `slowest`: its longest round trip (s)."""
    return now > asked_at + _PATIENCE_S + 2 * slowest
