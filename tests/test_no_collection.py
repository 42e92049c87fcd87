"""The garbage collector is as it was afterwards, whatever happens inside."""

import gc
from collections import deque

import pytest

from scanner.words.no_collection import no_collection, seldom_collected


@pytest.mark.parametrize("before", [True, False])
def test_as_before(before: bool) -> None:
    was = gc.isenabled()
    try:
        (gc.enable if before else gc.disable)()
        with no_collection():
            assert not gc.isenabled()
        assert gc.isenabled() is before
        with pytest.raises(ZeroDivisionError), no_collection():
            _ = 1 / 0
        assert gc.isenabled() is before
    finally:
        (gc.enable if was else gc.disable)()


class Left:
    """In a cycle, so that no count of references frees it."""

    def __init__(self) -> None:
        self.me = self


def test_what_a_scan_leaves_in_cycles_does_not_wait_for_its_end() -> None:
    """Each is known for a while, so that it is among the oldest when it is let go."""
    most, known = 0, deque[Left](maxlen=50_000)
    with seldom_collected():
        for _ in range(12):
            for _ in range(50_000):
                known.append(Left())
            most = max(most, sum(type(each) is Left for each in gc.get_objects()))
    assert most < 250_000
