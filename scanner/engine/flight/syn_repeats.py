"""When the kernel sends a SYN again, and how an attempt ends just before that. Pure.

It never repeats one within a second of the one before, and does so about once a second (RFC 6298: a first timeout of
1 s; Linux: after 1, 2, 3, 4, 5, 7, 11 s, before 6.5 after 1, 3, 7 s, each up to a few hundredths late).
"""

from math import ceil

#: After connect(), of either kind of Linux.
REPEATS_S = (1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 11.0, 15.0, 19.0, 31.0, 35.0)
FIRST_REPEAT_S = REPEATS_S[0]  #: an answer that takes longer may be to a SYN that the kernel sent again
_BEFORE = 0.03  # a socket is closed so long before the kernel's repeat


def listened(patience: float, rate: float) -> float:
    """How long (seconds) an attempt that may wait for `patience` does so under a rate of SYNs per second."""
    if rate < 1.0:
        return min(patience, 1.0 - _BEFORE)
    repeat = round(patience)
    return repeat - _BEFORE if repeat and repeat - _BEFORE < patience < repeat + 1e-6 else patience


def syns(patience: float, rate: float) -> int:
    """How many SYNs an attempt is, at most, that finds nothing but silence."""
    return max(1, ceil(listened(patience, rate)))


def closes_at(age: float) -> float:
    """The age (seconds), not before this one, at which a socket must be closed lest its SYN be repeated once more."""
    return ceil(age + _BEFORE - 1e-6) - _BEFORE
