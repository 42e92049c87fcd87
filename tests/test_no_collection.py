"""The garbage collector is as it was afterwards, whatever happens inside."""

import gc

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
