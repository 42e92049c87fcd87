"""What probing says of its rows: final, or such that a scan that goes on may have others. A journal keeps the first."""

import errno
import os
import signal
from contextlib import closing, suppress

from scanner.scanning.local_probing import LocalProbing
from scanner.scanning.options import ScanOptions
from scanner.scanning.probing import SettlingProbing, Unsettled
from scanner.scanning.processes.many_probing import ManyProbing
from tests.scanning.processes.parts import LoopbackPart
from tests.workers import workers_of

PORTS = range(1, 30_000)


def local() -> SettlingProbing:
    return LocalProbing(LoopbackPart(1, PORTS), ScanOptions())


def many() -> ManyProbing:
    return ManyProbing(LoopbackPart(1, [1]), [LoopbackPart(1, PORTS), LoopbackPart(2, PORTS)], ScanOptions())


def test_nothing_that_comes_after_a_stop_is_final() -> None:
    probing = local()
    with closing(probing.batches()) as batches:
        while not next(batches):
            pass
        assert probing.unsettled is Unsettled.NONE
        probing.stop()
        assert {probing.unsettled for _ in batches} == {Unsettled.ALL}
    assert not probing.complete


def test_nothing_that_comes_with_an_error_is_final() -> None:
    probing = LocalProbing(LoopbackPart(1, [1, 2, 3], OSError(errno.EIO, "Input/output error")), ScanOptions())
    with suppress(OSError):
        for _ in probing.batches():
            pass
    assert probing.unsettled is Unsettled.ALL
    assert not probing.complete


def test_what_workers_found_before_they_heard_of_a_stop_is_final() -> None:
    """It was gathered there, or is on its way."""
    probing = many()
    with closing(probing.batches()) as batches:
        while not next(batches):
            pass
        probing.stop()
        settled = [row for rows in batches if probing.unsettled is Unsettled.NONE for row in rows]
    assert settled
    assert not probing.complete


def test_without_a_part_silence_that_nobody_vouches_for_is_not_final() -> None:
    before = set(workers_of(os.getpid()))
    probing = many()
    stays = min(set(workers_of(os.getpid())) - before)
    with closing(probing.batches()) as batches:
        while not next(batches):
            pass
        seen = []
        for _ in batches:
            seen.append(probing.unsettled)
            for worker in set(workers_of(os.getpid())) - before - {stays}:
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
    assert list(dict.fromkeys(seen)) == [Unsettled.NONE, Unsettled.UNVERIFIED]
    assert not probing.complete
