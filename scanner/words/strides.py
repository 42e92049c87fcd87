"""Every so-manieth number of a range, counted: what a part of a scan has of a network (`targets/space/parts.py`)."""


def count_within(first: int, last: int, step: int, low: int, high: int) -> int:
    """How many of `first`, `first + step`, ... up to `last` lie from `low` to `high`."""
    low, high = max(first, low), min(last, high)
    return max(0, (high - first) // step - (low - first - 1) // step)
