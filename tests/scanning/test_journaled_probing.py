"""Probing that a journal keeps: wherever it breaks off, the next run has every row once, and asks for none again that
anybody has seen."""

import itertools
import socket
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.errors import UsageError
from scanner.model import Doubt, Note, Place, Reason, Request, Result, State
from scanner.scanning import certainty
from scanner.scanning.journal import journaled_probing
from scanner.scanning.journal.changed_scan import AskedScan
from scanner.scanning.journal.earlier_runs import SoFar
from scanner.scanning.journal.journal import Journal
from scanner.scanning.journal.journaled_probing import JournaledProbing
from scanner.scanning.packed_rows import RowPacker
from scanner.scanning.probing import Headway, Unsettled
from scanner.scanning.responder_choice import KnownResponder
from scanner.targets.space.done_targets import DoneTargets

REQUEST = Request(vantage="here")


class ListProbing:
    """Probing of numbers that are answered at once, in these batches, but for those that are `done`. `breaks`: it fails
    at its end, having handed out what it kept back. `lost`: it comes to its end without a part that is lost by then."""

    def __init__(
        self, batches: Iterable[Iterable[int]], breaks: Exception | None = None, *, lost: bool = False
    ) -> None:
        self._batches = batches
        self._breaks = breaks
        self._lost = lost
        self._attempts = 0
        self.unsettled = Unsettled.NONE
        self.done: set[int] = set()
        self.asked: list[int] = []
        self.told: list[tuple[str, int]] = []
        self.silent: list[tuple[int, int, int]] = []
        self.gone: list[tuple[int, int, int]] = []
        self.stopped = self.complete = False
        self.unanswered = 0
        self.warnings: list[str] = []
        self.details: list[str] = []
        self.skipped_texts: list[str] = []

    def batches(self) -> Generator[list[Result], None, None]:
        for batch in self._batches:
            rows = [row_of(number) for number in batch if number not in self.done]
            self.asked += [row.port for row in rows]
            yield rows
            if self.stopped:
                yield [row_of(9999)]  # what was held back
                return
        if self._breaks is not None:
            self.unsettled = Unsettled.ALL
            yield [row_of(9999)]
            raise self._breaks
        if self._lost:
            self.unsettled = Unsettled.UNVERIFIED
            yield [row_of(100), row_of(102, Doubt.UNVERIFIED)]
            return
        self._attempts = sum(row_of(number).attempts for number in self.asked)  # not told any sooner
        self.complete = True

    # Of `Done`

    def add(self, rows: Sequence[Result]) -> None:
        self.done |= {row.port for row in rows}

    def are_silent(self, hosts: Iterable[tuple[int, int, int]]) -> None:
        self.silent += hosts

    # Of `Probing`

    def stop(self) -> None:
        self.stopped = True
        self.unsettled = Unsettled.ALL

    @property
    def headway(self) -> Headway:
        return Headway(attempts=self._attempts, begun=len(self.asked), hosts=9, answering=1 if self.asked else 0)

    @property
    def evidence(self) -> dict[str, Any]:
        return {**certainty.evidence((), {"": 1} if self.asked else {}), "skipped": 3}

    def tell_of(self, answered: Iterable[KnownResponder]) -> None:
        self.told += [(one.place.address, one.port) for one in answered]

    def take_silent(self) -> list[tuple[int, int, int]]:
        taken, self.gone = self.gone, []
        return taken

    def permits(self, place: Place, port: int) -> bool:
        return True

    def may_ask(self, place: Place, port: int) -> bool:
        return True


def row_of(number: int, doubt: str = "") -> Result:
    """Every third is silent; each host has ten ports."""
    place = Place(f"10.0.0.{number // 10}", int(socket.AF_INET), note=Note("10.9.9.9"))
    if number % 3:
        return Result(place, number, REQUEST, State.REFUSED, Reason.CONN_REFUSED, rtt_ms=1.0, attempts=1)
    return Result(place, number, REQUEST, State.TIMEOUT, Reason.NO_RESPONSE, attempts=2, doubt=doubt)


def opened(path: Path) -> Journal:
    journal = Journal(str(path), AskedScan({}), "2026-11-27T22:00:00.000Z")
    journal.open()
    journal.begin()
    return journal


def run_of(path: Path, batches: Iterable[Iterable[int]], breaks: Exception | None = None, *, lost: bool = False) -> Any:
    probing = ListProbing(batches, breaks, lost=lost)
    journal = opened(path)
    return probing, journal, JournaledProbing(probing, journal, probing)


def numbers(batches: Iterable[list[Result]]) -> list[int]:
    return [row.port for rows in batches for row in rows]


@settings(deadline=None, max_examples=30)
@given(
    batches=st.lists(st.lists(st.integers(0, 60), max_size=6), min_size=1, max_size=12).map(
        lambda found: [list(group) for group in distinct(found)]
    ),
    kills=st.lists(st.integers(0, 14), max_size=3),
    step=st.sampled_from([0.01, 0.06, 0.2]),
)
def test_wherever_it_is_killed_each_row_comes_once(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[int]], kills: list[int], step: float
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        clock = itertools.count(1.0, step)
        patch.setattr(journaled_probing, "monotonic", lambda: next(clock))
        folder = tmp_path_factory.mktemp("killed")
        path, seen = folder / "0", set[int]()
        for at, kill in enumerate(kills, 1):
            probing, journal, kept = run_of(path, batches)
            lists = kept.batches()
            got = numbers(itertools.islice(lists, kill))
            assert seen.isdisjoint(probing.asked)
            path = folder / str(at)
            path.write_bytes((folder / str(at - 1)).read_bytes())  # what a kill leaves at this moment
            seen |= set(got)
            lists.close()
            journal.close()
        probing, journal, kept = run_of(path, batches)
        assert sorted(numbers(kept.batches())) == sorted(number for batch in batches for number in batch)
        assert seen.isdisjoint(probing.asked)
        assert kept.complete
        journal.finish()


def distinct(batches: list[list[int]]) -> Iterable[list[int]]:
    """Each number once."""
    seen: set[int] = set()
    for batch in batches:
        yield [number for number in batch if not (number in seen or seen.add(number))]  # type: ignore[func-returns-value]


def test_what_comes_after_a_stop_is_handed_on_and_not_kept_and_all_before_it_is(tmp_path: Path) -> None:
    first, journal, kept = run_of(tmp_path / "j", [[n] for n in range(9)])
    lists = kept.batches()
    got = numbers(itertools.islice(lists, 5))
    kept.stop()
    got += numbers(lists)
    journal.close()
    assert not kept.complete
    assert got[-1] == 9999
    assert sorted(got[:-1]) == first.asked == list(range(5))
    second, journal, kept = run_of(tmp_path / "j", [[n] for n in range(9)])
    assert 9999 not in (again := numbers(kept.batches()))
    assert sorted(again) == list(range(9))
    assert second.asked == [5, 6, 7, 8]
    journal.close()


def test_of_a_scan_that_lost_a_part_all_is_kept_but_what_that_part_might_have_vouched_for(tmp_path: Path) -> None:
    _, journal, kept = run_of(tmp_path / "j", [range(9)], lost=True)
    assert sorted(numbers(kept.batches())) == [*range(9), 100, 102]
    assert not kept.complete
    journal.close()
    second, journal, kept = run_of(tmp_path / "j", [range(9), [100, 101, 102]])
    assert sorted(numbers(kept.batches())) == [*range(9), 100, 101, 102]
    assert second.asked == [101, 102]
    journal.close()


def test_what_came_just_before_it_stopped_by_itself_is_kept(tmp_path: Path) -> None:
    """Of a process that fails, say: which rows it held back, it says itself."""
    first, journal, kept = run_of(tmp_path / "j", [[1], [2], [3], [4], [5]])
    lists = kept.batches()
    got = numbers(itertools.islice(lists, 3))
    first.stop()
    got += numbers(lists)
    assert sorted(got) == [1, 2, 3, 9999]
    journal.close()
    second, journal, kept = run_of(tmp_path / "j", [[1, 2, 3, 4, 5]])
    assert sorted(numbers(kept.batches())) == [1, 2, 3, 4, 5]
    assert second.asked == [4, 5]
    journal.close()


def test_who_leaves_early_has_what_came_kept(tmp_path: Path) -> None:
    """Whose reader is gone, say. The last turn may have been in front of an error."""
    _, journal, kept = run_of(tmp_path / "j", [[1], [2], [3], [4]])
    lists = kept.batches()
    assert len(list(itertools.islice(lists, 3))) == 3
    lists.close()
    journal.close()
    second, journal, kept = run_of(tmp_path / "j", [[1, 2, 3, 4]])
    list(kept.batches())
    assert second.asked == [3, 4]
    journal.close()


def test_whoever_is_killed_has_told_how_far_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows' own attempts, where other processes have not told theirs yet."""
    clock = itertools.count(1.0, 0.2)
    monkeypatch.setattr(journaled_probing, "monotonic", lambda: next(clock))
    _, journal, kept = run_of(tmp_path / "j", [[1, 2, 4], [3, 6], [5], []])
    lists = kept.batches()
    for rows in lists:
        if rows:
            break
    (tmp_path / "killed").write_bytes((tmp_path / "j").read_bytes())
    lists.close()
    journal.close()
    journal = opened(tmp_path / "killed")
    assert journal.earlier.targets == len(rows)
    assert journal.earlier.far.attempts == sum(row.attempts for row in rows) > 0
    assert journal.earlier.far.seconds > 0.0
    journal.close()


def test_what_comes_with_an_error_is_handed_on_and_not_kept(tmp_path: Path) -> None:
    _, journal, kept = run_of(tmp_path / "j", [range(9)], MemoryError())
    got: list[list[Result]] = []
    with pytest.raises(MemoryError):
        got.extend(kept.batches())
    journal.close()
    assert sorted(numbers(got)) == [*range(9), 9999]
    again, journal, kept = run_of(tmp_path / "j", [range(9)])
    assert sorted(numbers(kept.batches())) == list(range(9))
    assert again.asked == []
    journal.close()


def test_a_stop_while_earlier_rows_are_handed_out_probes_nothing(tmp_path: Path) -> None:
    _, journal, kept = run_of(tmp_path / "j", [range(9)])
    assert len(numbers(kept.batches())) == 9
    journal.close()
    probing, journal, kept = run_of(tmp_path / "j", [range(20)])
    lists = kept.batches()
    assert len(next(lists)) == 9
    kept.stop()
    assert list(lists) == []
    assert probing.asked == []
    assert not kept.complete
    journal.close()


def test_all_runs_count(tmp_path: Path) -> None:
    _, journal, kept = run_of(tmp_path / "j", [range(12)])
    list(kept.batches())
    journal.close()
    probing, journal, kept = run_of(tmp_path / "j", [range(20)])
    probing.gone = [(4, 0, 7)]
    list(kept.batches())
    headway, evidence = kept.headway, kept.evidence
    assert (headway.attempts, headway.begun, headway.answering) == (20 + 7, 20, 2)  # 7 were silent, and asked twice
    assert (evidence["timeouts"], evidence["resumed"], evidence["skipped"]) == (4 + 1, 1, 3)
    assert probing.told == [("10.0.0.0", 1), ("10.0.0.1", 10), ("10.0.0.0", 2)]
    journal.close()
    probing, journal, kept = run_of(tmp_path / "j", [])
    list(kept.batches())
    assert probing.silent == []  # gathered from the first call on
    assert kept.evidence["resumed"] == 2
    journal.close()


def test_rows_that_were_answered_otherwise_are_told_of_where_their_run_was_killed_before_it_told(
    tmp_path: Path,
) -> None:
    path = tmp_path / "j"
    journal = opened(path)
    rows = [row_of(number, Doubt.FLIPPED) for number in (3, 6, 9)]
    journal.add_rows(RowPacker().pack(rows[:2]), 2, SoFar())
    journal.add_state(SoFar(), {**certainty.evidence((), {}), "flipped": 1})
    journal.add_rows(RowPacker().pack(rows[2:]), 1, SoFar())
    journal.close()
    _, journal, kept = run_of(path, [])
    list(kept.batches())
    assert kept.evidence["flipped"] == 3
    journal.close()


def test_hosts_that_were_passed_over_are_kept(tmp_path: Path) -> None:
    probing, journal, kept = run_of(tmp_path / "j", [range(3)])
    lists = kept.batches()
    next(lists)
    probing.gone = [(4, 0, 7), (6, 2, 1 << 100)]
    list(lists)
    journal.close()
    probing, journal, kept = run_of(tmp_path / "j", [range(3)])
    list(kept.batches())
    assert probing.silent == [(4, 0, 7), (6, 2, 1 << 100)]
    assert probing.asked == []
    journal.close()


def test_a_host_that_one_try_passed_over_and_another_heard_is_not_silent(tmp_path: Path) -> None:
    """A process that died had passed over host 0, whose row came from the one that took its place."""
    _, journal, kept = run_of(tmp_path / "j", [[1]])
    journal.add_silent([(4, 0, 0x0A000000), (4, 0, 0x0A000001)])
    list(kept.batches())
    journal.close()
    journal, done = opened(tmp_path / "j"), DoneTargets()
    list(JournaledProbing(ListProbing([]), journal, done).batches())
    assert list(done.silent.ranges()) == ["10.0.0.1"]
    journal.close()


def test_a_journal_that_fails_stops_the_scan_in_good_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count(1.0, 0.2)
    monkeypatch.setattr(journaled_probing, "monotonic", lambda: next(clock))
    probing, journal, kept = run_of(tmp_path / "j", [[n] for n in range(99)])
    lists = kept.batches()
    got = numbers(itertools.islice(lists, 3))
    journal.problem = "No space left on device"
    got += numbers(lists)
    assert probing.stopped
    assert not kept.complete
    assert sorted(set(got) - {9999}) == sorted(probing.asked)
    journal.close()


def test_rows_that_cannot_be_read_are_told_with_the_name_of_the_file(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j")
    journal.add_rows(b"of another form", 1, SoFar())
    journal.close()
    probing, _, kept = run_of(tmp_path / "j", [range(9)])
    with pytest.raises(UsageError, match=rf"^--journal '{tmp_path / 'j'}': is damaged \(these are no packed rows\); "):
        list(kept.batches())
    assert not probing.asked


def test_where_only_the_last_rows_find_no_room_the_scan_is_complete(tmp_path: Path) -> None:
    """The reports have them."""
    _, journal, kept = run_of(tmp_path / "j", [range(9)])
    lists = kept.batches()
    got = numbers(itertools.islice(lists, 1))
    journal.problem = "No space left on device"
    got += numbers(lists)
    assert sorted(got) == list(range(9))
    assert kept.complete
    journal.finish()
    assert not journal.problem
