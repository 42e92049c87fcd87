"""What came of one part of a list so far: its rows, each once, whichever of its runs found them, and how far it is.

A part that is probed again finds rows that came already. Until it has ended, the packs of the present run are kept as
they came, a few bytes a row, so that its rows can be told from new ones; that is worked out when there is a second run.
"""

import zlib
from collections.abc import Sequence

from scanner.model import Need, Result
from scanner.scanning.packed_rows import PackError, RowUnpacker
from scanner.scanning.parts.came_rows import CameRows
from scanner.scanning.parts.worker_state import WorkerState, unpacked_state
from scanner.scanning.probing import Headway
from scanner.scanning.remote.worker_pool import PartNews, PartTask

#: No pack is that large; a compressed one could be made so that it is.
_MOST_BYTES = 1 << 28


class PartLog:
    """`runs`: how many have begun; `tries`: how many of them broke. `state`: what the latest of them said. `ended`:
    nothing more is to come; `whole`: because a run has probed all of it."""

    def __init__(self, needs: Sequence[Need]) -> None:
        self.runs = self.tries = 0
        self.state = WorkerState()
        self.ended = self.whole = False
        self._needs = needs
        self._numbers: dict[int, int] = {}
        self._executions: dict[int, str] = {}  # by run, as all of these: the one that was heard first
        self._torn: set[int] = set()
        self._attempts: dict[int, int] = {}
        self._unanswered: dict[int, int] = {}
        self._packs: list[bytes] = []
        self._came: CameRows | None = None

    def begins(self) -> int:
        """One more run: its number."""
        self.runs += 1
        if self.runs > 1 and self._came is None:
            self._came = CameRows()
            unpacker = RowUnpacker(self._needs)  # its own: what is known of a place now must not become what was
            for pack in self._packs:
                self._came.add(unpacker.unpack(_inflated(pack)))
            self._packs = []
        return self.runs

    def breaks(self, *, counts: bool) -> int:
        """The present run did; `counts`: as a try. How many did by now."""
        self.tries += counts
        return self.tries

    def ends(self, *, whole: bool) -> None:
        """Whatever else comes is nothing new."""
        self.ended, self.whole = True, whole
        self._packs, self._came = [], None

    def rows(self, news: PartNews, unpacker: RowUnpacker) -> list[Result]:
        """The rows that are new. Raises PackError, also where news before these are lost, or are those of another
        execution, which finds in another order: rows may be lost then, and nothing more that this run says counts."""
        run, number = news.task.run, news.number
        if self.ended or run in self._torn:
            return []
        if self._executions.setdefault(run, news.execution) != news.execution:
            self._torn.add(run)
            raise PackError("its worker died, and another one at its address began with it anew")
        known = self._numbers.get(run, 0)
        if number <= known:
            return []
        if number > known + 1:
            self._torn.add(run)
            raise PackError("some of what its worker said was lost")
        self._numbers[run] = number
        state = unpacked_state(news.state)
        self._attempts[run], self._unanswered[run] = state.headway.attempts, state.unanswered
        if run == self.runs or state.complete:
            self.state = state
        if not news.rows:
            return []
        try:
            rows = unpacker.unpack(_inflated(news.rows))
        except PackError:
            self._torn.add(run)
            raise
        if self._came is not None:
            return self._came.new(rows)
        self._packs.append(news.rows)
        return rows

    def is_torn(self, run: int) -> bool:
        """Whether what that run says counts no longer."""
        return run in self._torn

    @property
    def headway(self) -> Headway:
        """How far it is; the connection attempts are those of all runs."""
        return self.state.headway._replace(attempts=sum(self._attempts.values()))

    @property
    def unanswered(self) -> int:
        """Attempts of all runs beyond attached networks that met silence or a "no"."""
        return sum(self._unanswered.values())


def part_name(task: PartTask, worker: str = "") -> str:
    """Which part that is, for people: `part 3 of 8`. `worker`: the one that has all of the list."""
    return f"part {task.part:,} of {task.parts:,}" + (f" from {worker}" if worker else "")


def _inflated(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        pack = inflater.decompress(data, _MOST_BYTES)
    except zlib.error as error:
        raise PackError(f"packed rows cannot be read: {error}") from None
    if not inflater.eof:
        raise PackError("packed rows are torn or changed")
    return pack
