"""Seconds for people."""


def duration(seconds: float) -> str:
    """`0.042 s`, `2.1 s`, `3 min 05 s`, `2 h 03 min`."""
    if seconds < 0.0995:
        return f"{seconds:.3f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"
