"""Probing that a journal keeps: first come the rows that earlier runs found, then those that are found now.

Whatever probes (`probing`) is one layer below, and knows which targets are done (`done`) before it begins. What is
expected of the rows, and whether enough of an entry are as expected, is judged above, over all of them anew.

A row is handed on once it is in the journal: so what anybody has seen is not asked for again. They are gathered for a
moment, because a frame costs more than a row. What came before a stop is kept like any other row. What comes after it,
or with an error, is handed on and not kept: some of it was held back until more would be known, and a scan that goes on
may know it (`Unsettled`).
"""

from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from time import monotonic
from typing import Any, Protocol

from scanner.model import Doubt, Need, Place, Result, State
from scanner.scanning import certainty
from scanner.scanning.journal.earlier_responders import EarlierResponders
from scanner.scanning.journal.earlier_runs import SoFar
from scanner.scanning.journal.journal import Journal
from scanner.scanning.packed_rows import PackError, RowPacker, RowUnpacker
from scanner.scanning.probing import Headway, SettlingProbing, Unsettled
from scanner.scanning.responder_choice import KnownResponder

#: Rows are gathered so long at most, or so many of them.
_GATHER_S, _MOST = 0.1, 20_000
#: How far the scan is, is written so often, or as often as takes a small share of the time.
_STATE_S, _STATE_SHARE = 1.0, 0.02


class Done(Protocol):
    """Which targets have their rows: `targets.space.done_targets.DoneTargets`."""

    def add(self, rows: Sequence[Result]) -> None:
        """These are there."""
        ...

    def are_silent(self, hosts: Iterable[tuple[int, int, int]]) -> None:
        """These hosts were passed over, but for those that have a row: 4 or 6, IPv6 scope, address as a number."""
        ...


class JournaledProbing:
    """`Probing` (see there) on top of another; the journal was opened, and begins before `batches` does. `needs`: the
    plan's."""

    def __init__(self, probing: SettlingProbing, journal: Journal, done: Done, needs: Sequence[Need] = ()) -> None:
        self._probing = probing
        self._journal = journal
        self._done = done
        self._packer = RowPacker(needs)
        self._unpacker = RowUnpacker(needs)
        self._responders = EarlierResponders()
        self._targets = 0  # of earlier runs
        self._timeouts: Counter[str] = Counter()
        self._denied: Counter[str] = Counter()
        self._flipped = 0
        self._begun = self._state_due = 0.0
        self._least_attempts = 0  # which the rows of this run tell of
        self._stopping = False
        self.complete = False

    def batches(self) -> Generator[list[Result], None, None]:
        """The rows, those of earlier runs first."""
        yield from self._earlier()
        if self._stopping:
            return
        self._probing.tell_of(self._responders.chosen())
        self._probing.take_silent()
        self._begun = monotonic()
        inner = self._probing.batches()
        try:
            yield from self._recorded(inner)
            self.complete = self._probing.complete  # where the last rows alone found no room, too: reports have them
        finally:
            inner.close()
            self._add_state()

    def _earlier(self) -> Generator[list[Result], None, None]:
        journal = self._journal
        for pack in journal.packs():
            try:
                rows = self._unpacker.unpack(pack)
            except PackError as error:
                raise journal.damaged(str(error)) from None
            self._done.add(rows)
            self._responders.add(rows)
            for row in rows:
                if row.state is State.TIMEOUT:
                    self._timeouts[row.doubt] += 1
                elif row.state is State.UNREACHABLE:
                    self._denied[row.doubt] += 1
                self._flipped += row.doubt == Doubt.FLIPPED
            yield rows
            if self._stopping:
                return
        self._done.are_silent(journal.silent())  # unless a row shows that a later try found them
        journal.forget()
        self._targets = journal.earlier.targets

    def _recorded(self, inner: Generator[list[Result], None, None]) -> Generator[list[Result], None, None]:
        rows: list[Result] = []  # to be handed on once what is `kept` of them is in the journal
        kept: list[Result] = []
        last: list[Result] = []  # those of the last turn, in front of an error, were held back
        settled: list[Result] = []
        due = 0.0
        try:
            for batch in inner:
                now = monotonic()
                rows += last
                ends = self._probing.unsettled is Unsettled.ALL
                kept += settled
                last, settled = batch, self._settled(batch)
                ready: list[Result] = []
                if ends or now >= due or len(rows) >= _MOST:
                    due = now + _GATHER_S
                    self._record(kept, now, rows_only=ends)
                    ready, rows, kept = rows, [], []
                yield ready
            if self._probing.unsettled is not Unsettled.ALL:
                self._record(kept + settled, monotonic(), rows_only=False)
        except GeneratorExit:
            self._record(kept, monotonic(), rows_only=True)
            raise
        except Exception:  # what is held back comes first, then the error
            self._record(kept, monotonic(), rows_only=True)
            yield rows + last
            raise
        yield rows + last

    def _settled(self, rows: list[Result]) -> list[Result]:
        """Those of the last turn that are as they would be if the scan went on."""
        unsettled = self._probing.unsettled
        if unsettled is Unsettled.NONE:
            return rows
        return [] if unsettled is Unsettled.ALL else [row for row in rows if row.doubt != Doubt.UNVERIFIED]

    def _record(self, rows: list[Result], now: float, *, rows_only: bool) -> None:
        journal = self._journal
        if rows:
            self._responders.answers_again(rows)
            tried = {(id(row.place), row.port): row.attempts for row in rows}
            self._least_attempts += sum(tried.values())
            journal.add_rows(self._packer.pack(rows), len(tried), self._so_far(now))
        if not rows_only:
            if silent := self._probing.take_silent():
                journal.add_silent(silent)
            if now >= self._state_due:
                self._add_state()
                self._state_due = now + max(_STATE_S, (monotonic() - now) / _STATE_SHARE)
        if journal.problem:
            self.stop()

    def _so_far(self, now: float) -> SoFar:
        """Other processes tell of their attempts after their rows."""
        headway = self._probing.headway
        attempts = max(headway.attempts, self._least_attempts + headway.beside)
        return SoFar(round(now - self._begun, 3), attempts, headway.beside)

    def _add_state(self) -> None:
        evidence = {**self._probing.evidence}
        evidence.pop("silent_hosts", None)
        self._journal.add_state(self._so_far(monotonic()), evidence)

    def tell_of(self, answered: Iterable[KnownResponder]) -> None:
        """These answered elsewhere."""
        self._probing.tell_of(answered)

    def take_silent(self) -> list[tuple[int, int, int]]:
        """Nobody above needs them."""
        return []

    def stop(self) -> None:
        """End soon."""
        self._stopping = True
        self._probing.stop()

    def permits(self, place: Place, port: int) -> bool:
        """Whether no exclude forbids this port."""
        return self._probing.permits(place, port)

    def may_ask(self, place: Place, port: int) -> bool:
        """Whether this port may be asked besides."""
        return self._probing.may_ask(place, port)

    # How far it is, in all runs

    @property
    def unsettled(self) -> Unsettled:
        """As it is below."""
        return self._probing.unsettled

    @property
    def headway(self) -> Headway:
        """How far it is."""
        now, earlier = self._probing.headway, self._journal.earlier.far
        return now._replace(
            attempts=now.attempts + earlier.attempts,
            begun=now.begun + self._targets,
            beside=now.beside + earlier.beside,
            answering=min(now.hosts, now.answering + self._responders.count),
        )

    @property
    def unanswered(self) -> int:
        """Of this run: what earlier ones left in flow tables is mostly gone."""
        return self._probing.unanswered

    @property
    def warnings(self) -> list[str]:
        """Plain one-line warnings so far."""
        return [*self._journal.warnings, *self._probing.warnings]

    @property
    def details(self) -> list[str]:
        """What this system lacks."""
        return self._probing.details

    @property
    def evidence(self) -> dict[str, Any]:
        """That of all runs: their rows are counted anew, the rest is as it was written last."""
        now, earlier = self._probing.evidence, self._journal.earlier
        if not earlier.runs:
            return now
        counted = certainty.evidence((), self._timeouts, denied=self._denied)
        whole = certainty.joined([*({**counted, **part} for part in earlier.evidence), now])
        for name in ("skipped", "silent_hosts"):  # of the whole list, and of all runs
            whole.pop(name, None)
        told = sum(part.get("flipped", 0) for part in earlier.evidence)
        whole["flipped"] += max(0, self._flipped - told)  # what was told may be older than the last rows
        whole |= {name: counted[name] + now[name] for name in certainty.OF_ROWS}
        return {**now, **whole, "verified": certainty.is_verified(whole), "resumed": earlier.runs}

    @property
    def skipped_texts(self) -> list[str]:
        """Which kinds of addresses were left out."""
        return self._probing.skipped_texts
