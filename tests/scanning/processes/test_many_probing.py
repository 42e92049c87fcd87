"""Several workers as one: what goes wrong in one of them is raised here, and no row is lost."""

import errno
import os
import sys
from contextlib import closing
from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.model import Result
from scanner.scanning.options import ScanOptions
from scanner.scanning.parts.failures import WorkerFaultError
from scanner.scanning.processes.many_probing import ManyProbing
from tests.scanning.plans import ListPlan
from tests.scanning.processes.parts import FailingPart, LoopbackPart
from tests.workers import is_alive, workers_of

_ERRORS = [UsageError("no such thing"), OSError(errno.ENOSPC, "No space left on device"), KeyError("a slip of ours")]
_MATCHES = ["no such thing", "No space left", "KeyError: .a slip"]


def probing_of(*parts: ListPlan) -> ManyProbing:
    return ManyProbing(LoopbackPart(1, [1]), parts, ScanOptions())


def rows_until(probing: ManyProbing, error: type[Exception], match: str) -> list[Result]:
    rows: list[Result] = []

    def iterate() -> None:
        for batch in probing.batches():
            rows.extend(batch)

    with pytest.raises(error, match=match):
        iterate()
    assert not probing.complete
    return rows


@pytest.mark.parametrize(("error", "match"), list(zip(_ERRORS, _MATCHES, strict=True)))
def test_what_is_wrong_for_one_is_wrong_for_all(error: Exception, match: str) -> None:
    """Nothing is probed then."""
    kind = WorkerFaultError if isinstance(error, KeyError) else type(error)
    probing = probing_of(LoopbackPart(1, [1, 2]), FailingPart(error))
    assert rows_until(probing, kind, match) == []
    assert probing.headway.attempts == 0


def test_what_fails_on_the_way_costs_no_row() -> None:
    """The other one ends for it, maybe before it has begun."""
    broken = LoopbackPart(2, [1, 2, 3], OSError(errno.EIO, "Input/output error"))
    rows = rows_until(probing_of(LoopbackPart(1, [1, 2]), broken), OSError, "Input/output error")
    found = {(row.address, row.port) for row in rows}
    its_own = {("127.0.0.2", port) for port in (1, 2, 3)}
    assert its_own <= found <= its_own | {("127.0.0.1", port) for port in (1, 2)}


def test_whoever_leaves_early_leaves_nobody_behind() -> None:
    before = set(workers_of(os.getpid()))
    probing = probing_of(LoopbackPart(1, range(1, 400)), LoopbackPart(2, range(1, 400)))
    workers = set(workers_of(os.getpid())) - before
    assert len(workers) == 2
    with closing(probing.batches()) as batches:
        next(batches)
    assert not any(map(is_alive, workers))


def test_counts_are_those_of_both() -> None:
    probing = probing_of(LoopbackPart(1, [1, 2]), LoopbackPart(2, [1, 2, 3]))
    rows = [row for batch in probing.batches() for row in batch]
    headway = probing.headway
    assert len(rows) == headway.total == headway.begun == headway.attempts == 5
    assert (headway.hosts, headway.answering, probing.unanswered, probing.complete) == (2, 2, 0, True)
    assert probing.details[0] == "shared among 2 processes"
    assert probing.evidence["timeouts"] == 0


def test_what_cannot_begin_is_told_with_its_reason_and_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python, tries = tmp_path / "python", tmp_path / "tries"
    python.write_text(f"#!/bin/sh\necho >>{tries}\necho 'ImportError: a \033[31mbackport' >&2\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    probing = probing_of(LoopbackPart(1, [1]), LoopbackPart(2, [1]))
    assert [row for batch in probing.batches() for row in batch] == []
    assert not probing.complete
    assert tries.read_text() == "\n\n"
    for warning, who in zip(sorted(probing.warnings), (1, 2), strict=True):
        assert warning.startswith(f"process {who} of 2 ended with status 1 before it could begin (ImportError: a ")
        assert warning.endswith("backport); it is not replaced, so the scan is not complete")
        assert "\033" not in warning


def test_hosts_that_names_may_lead_to_from_both_are_not_counted() -> None:
    whole = LoopbackPart(1, [1])
    whole.names = 1
    probing = ManyProbing(whole, [LoopbackPart(1, [1]), LoopbackPart(1, [2])], ScanOptions())
    assert sum(map(len, probing.batches())) == 2
    assert (probing.headway.hosts, probing.headway.total) == (0, 2)
