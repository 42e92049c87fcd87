"""When cycles of objects are looked for: seldom while a scan goes on, and never while many small objects are made at
once.

A list of 100,000 targets becomes a million objects, none of them in a cycle; searching them for cycles again and again
takes 40% of the time, and a fifth where a report of a million rows is read back. Reference counts free memory all the
same.

A scan does leave cycles behind: what was heard of a network knows those who answered, and each of them knows its
network. A whole /8 has 65,536 of these, of some 3 KB: with Python's own numbers for the older generations (ten each,
so one search of all in a million new objects) 60 MB of them were waiting at its end.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: New objects until the young are looked through: more than several turns of the engine make. Then how many of those
#: searches until the older ones are, and the oldest: every hundred thousand objects.
_SELDOM = (10_000, 4, 1)


@contextmanager
def no_collection() -> Iterator[None]:
    """Do not collect cycles inside; restore the former state afterwards."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Inside, cycles are looked for seldom: looking through what a turn makes each time costs 2 % of a scan."""
    usual = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
