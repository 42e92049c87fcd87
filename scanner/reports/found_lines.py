"""Open ports told while a sweep is still under way, to whoever looks on: `found: 10.0.0.5 22/ssh, 80/http open`.

The table that comes at the end is the answer; these lines only say that there will be one. So a sweep that is over at
once has none of them, what comes in one moment is one line for each host, and hosts that accept whatever is asked do
not flood the screen: beyond some lines for each, and for all, the table is referred to. Which rows are told is not
decided here: those that are held back for their doubt come when it is settled.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from time import monotonic

from scanner.model import Result, State
from scanner.reports.painted import Look, columns
from scanner.reports.phrases import host_and_address, port_runs
from scanner.services import service_name

#: A sweep that takes no longer has its table soon enough: two attempts of a second, as they are by default.
_AT_FIRST_S = 2.5
#: What is found within this time is told together.
_TOGETHER_S = 0.25
#: Lines for each host, and in all.
_OF_A_HOST, _OF_ALL = 4, 200
#: Ports in a row that are told one by one.
_SINGLY = 2

_LEAD, _LATER = "found:", "more, in the table below"


class FoundLines:
    """What is to be told: `add` the rows of each turn, and ask what is `due`. `clock` gives seconds."""

    def __init__(self, look: Look, clock: Callable[[], float] = monotonic) -> None:
        self._look = look
        self._clock = clock
        self._due = clock() + _AT_FIRST_S
        self._new: dict[str, list[Result]] = {}
        self._lines_of: dict[str, int] = {}
        self.told = 0

    def add(self, results: Iterable[Result]) -> None:
        """Takes rows, open or not."""
        opened = State.OPEN
        for result in results:
            if result.state is opened and self.told < _OF_ALL:
                who = host_and_address(result, self._look)
                if self._lines_of.get(who, 0) <= _OF_A_HOST:
                    self._new.setdefault(who, []).append(result)

    def due(self) -> list[str]:
        """The lines to show now; mostly none."""
        if not self._new or (now := self._clock()) < self._due:
            return []
        self._due = now + _TOGETHER_S
        new, self._new = self._new, {}
        look = self._look
        said = (look.folded(line) for line in self._lines(new))
        return [look.paint(part, "dim") for part in chain.from_iterable(said)]

    def _lines(self, new: dict[str, list[Result]]) -> Iterable[str]:
        for who, rows in new.items():
            self.told += 1
            if self.told >= _OF_ALL:
                yield f"{_LEAD} {_LATER}"
                return
            lines = self._lines_of[who] = self._lines_of.get(who, 0) + 1
            yield f"{_LEAD} {who} {_LATER}" if lines > _OF_A_HOST else self._line(who, rows)

    def _line(self, who: str, rows: Sequence[Result]) -> str:
        look = self._look
        doubts = ", ".join(sorted({look.text(row.doubt) for row in rows if row.doubt}))
        end = f" open, in doubt: {doubts}" if doubts else " open"
        lead = f"{_LEAD} {who} "
        return lead + _ports(sorted({row.port for row in rows}), look, look.width - columns(lead + end)) + end


def _ports(ports: Sequence[int], look: Look, room: int) -> str:
    """As many of them as there is room for, and how many there are if these are not all."""
    runs = port_runs(ports)
    said = list(chain.from_iterable(map(_run, runs)))
    if len(text := ", ".join(said)) <= room:
        return text
    more = f", {'...' if look.ascii else '…'} ({len(ports):,} ports)"
    kept = said[:1]
    while len(", ".join((*kept, said[len(kept)]))) + len(more) <= room:
        kept.append(said[len(kept)])
    return ", ".join(kept) + more


def _run(run: tuple[int, int]) -> Iterable[str]:
    """One port with its service, or several in a row."""
    first, last = run
    if last - first >= _SINGLY:
        return [f"{first}-{last}"]
    names = ((port, service_name(port)) for port in range(first, last + 1))
    return [f"{port}/{name}" if name else str(port) for port, name in names]
