"""When a host that was asked once more is taken to be silent. Pure: pass `now`."""

_PATIENCE_S = 0.2  # beyond two round trips


def is_late(asked_at: float, now: float, slowest: float) -> bool:
    """Whether who was asked then, and has not answered by now, is silent. `slowest`: its longest round trip (s)."""
    return now > asked_at + _PATIENCE_S + 2 * slowest
