"""The one way in which times are written: ISO 8601 in UTC with milliseconds, for rows, reports and errors alike.

Sentences for people give the time of day, and the date where it may be another day.
"""

import time


def time_of_day(seconds: float) -> str:
    """Seconds since the epoch as `14:02:07 UTC`."""
    return time.strftime("%H:%M:%S UTC", time.gmtime(seconds))


def iso_time(seconds: float) -> str:
    """Seconds since the epoch as `2026-01-31T23:59:59.123Z`."""
    whole, millis = divmod(round(seconds * 1000), 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole))}.{millis:03d}Z"


def date_and_time(iso: str) -> str:
    """Such a time as `2026-01-31 23:59:59 UTC`."""
    return f"{iso[:19].replace('T', ' ')} UTC"


def seconds_between(earlier: str, later: str) -> float:
    """From one ISO 8601 time to another; 0 where these are not times: what was read may be anybody's."""
    from datetime import datetime  # a scan, which only writes times, starts without it

    try:
        return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
    except (ValueError, TypeError):
        return 0.0
