"""The garbage collector is as it was afterwards, whatever happens inside."""

import gc
import subprocess
import sys

import pytest

from scanner.words.no_collection import no_collection


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


#: Each is in a cycle, and known for a while, so that it is among the oldest when it is let go.
_LEAVES = """
import gc
from collections import deque
from scanner.words.no_collection import seldom_collected

class Left:
    def __init__(self):
        self.me = self

most, known = 0, deque(maxlen=50_000)
with seldom_collected():
    for _ in range(12):
        for _ in range(50_000):
            known.append(Left())
        most = max(most, sum(type(each) is Left for each in gc.get_objects()))
print(most)
"""


def test_what_a_scan_leaves_in_cycles_does_not_wait_for_its_end() -> None:
    """In a process of its own: the more there is that stays, the less often Python looks through all of it."""
    found = subprocess.run([sys.executable, "-c", _LEAVES], capture_output=True, text=True, check=True)
    assert int(found.stdout) < 250_000
