"""The one way in which a moment is written: ISO 8601 in UTC with milliseconds, for rows, reports and errors alike.

A warning that is read at once names the time of day instead, as the clock on the wall shows it.
"""

import time


def time_of_day() -> str:
    """The present moment as `14:02:07`, local time."""
    return time.strftime("%H:%M:%S")


def iso_time(seconds: float) -> str:
    """Seconds since the epoch as `2026-01-31T23:59:59.123Z`."""
    whole, millis = divmod(round(seconds * 1000), 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole))}.{millis:03d}Z"
