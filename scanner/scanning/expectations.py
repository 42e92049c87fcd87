"""The expectations step: whether each row is as its user expects. Pure: rows in, the same rows out with `met` set.

Some rows are judged together, and kept back until that can be done, at the latest until the end:

* A name of which one address is enough (`addresses: one`) has a row for each address, and all of them are met as soon
  as one is.
* Of an entry of which so many targets are enough (`need: N`) all rows are met as soon as so many are. Where they turn
  out to be fewer, each row is what it is by itself; but if there was nothing wrong with any of them, only too few, then
  all are unmet: an entry that lacks something must not look as if it were well. So what is met by itself waits only
  while nothing else is amiss.

What is counted is targets, not rows: the same address and port counts once, whatever names lead there. Of a name of
which one address is enough, the name with its port counts, once, whichever entry names it.

Entries that need some of their targets, and have not a single row (excludes, -4, -6), lack them like any other. Of a
scan that was stopped, or is a part of one, what still waits is neither met nor unmet: the rest might have been enough,
or is being found by others.
"""

from collections.abc import Callable, Iterable
from itertools import islice

from scanner.model import EXPECTATIONS, Need, Request, Result
from scanner.words.shown_text import many

#: An entry by its place in the list, a host as written there, and a port. (A name's request is made anew when its other
#: family is resolved, so that is not what its rows have in common.)
_Name = tuple[int, str, int]
#: What counts once: an address, or a name in small letters, and a port.
_Counted = tuple[str, int]
#: So many entries that lack targets are told by name.
_MOST_TOLD = 20


class _Together:
    """The rows of one need so far: those that are `kept`, which are all met by themselves or all unmet; the targets
    that were as expected, and how many of these are `left` to be found."""

    __slots__ = ("_amiss", "_found", "kept", "left")

    def __init__(self, need: Need) -> None:
        self.kept: list[Result] = []
        self.left = need.count
        self._amiss = False
        self._found: set[_Counted] = set()

    def add(self, row: Result, target: _Counted) -> list[Result]:
        """Takes a row; returns those that are ready."""
        if not self.left:
            return _all_met([row])
        if row.met and target not in self._found:
            self._found.add(target)
            self.left -= 1
        if not self.left:
            released, self.kept, self._found = [*self.kept, row], [], set()
            return _all_met(released)
        if row.met and self._amiss:
            return [row]
        released = []
        if not row.met and not self._amiss:
            self._amiss = True
            released, self.kept = self.kept, []
        self.kept.append(row)
        return released

    def give_up(self) -> list[Result]:
        """No more rows will come: returns those that were kept."""
        if not self._amiss:
            for row in self.kept:
                row.is_one_of_too_few()
        return self.kept


class Expectations:
    """A step of the pipeline: sets `met` on rows. With `strict`, a verdict in doubt meets nothing but `any`. `needs`:
    those of all entries, in the order of the list. `warn` is told of entries with fewer targets as expected than they
    need, a line each. `of_part`: others probe the rest of the list, so nobody knows here what an entry lacks."""

    def __init__(
        self,
        *,
        strict: bool = False,
        needs: Iterable[Need] = (),
        warn: Callable[[Iterable[str]], object] = list,
        of_part: bool = False,
    ) -> None:
        self._of_part = of_part
        self._strict = strict
        self._warn = warn
        self._wanted = tuple(needs)
        self._kept: dict[_Name, list[Result]] = {}
        self._met: set[_Name] = set()
        self._needs: dict[Need, _Together] = {}
        #: How many entries lack the targets they need and have no row that could say so; known at the end.
        self.rowless = 0

    def apply(self, rows: list[Result]) -> list[Result]:
        """Mark a batch. What is kept back is not returned now, but by a later call."""
        out = []
        for row in rows:
            request = row.request
            if not request.expect:
                out.append(row)
                continue
            row.met = self._meets(row, request.expect)
            if request.one or request.need is not None:
                out += self._judged_together(row, request)
            else:
                out.append(row)
        return out

    def finish(self, rows: list[Result], *, complete: bool) -> list[Result]:
        """The last rows, with those that were kept. `complete`: no target is missing, so it is known of each name and
        entry whether it has what it needs; else it is of none that still waits."""
        out = self.apply(rows)
        kept, self._kept = self._kept, {}
        for row in (row for some in kept.values() for row in some):
            if not complete:
                row.met = None
            out += self._needed(row, row.request.need) if complete else [row]
        needs, self._needs = self._needs, {}
        for together in needs.values():
            if together.left:
                out += together.give_up() if complete and not self._of_part else _undecided(together.kept)
        if complete and not self._of_part:
            self._tell(needs)
        return out

    def _tell(self, needs: dict[Need, _Together]) -> None:
        """Say which entries lack some of the targets they need."""
        lacking = {}
        for need in dict.fromkeys([*self._wanted, *needs]):
            together = needs.get(need)
            left = need.count if together is None else together.left
            if left:
                lacking[need] = need.count - left
            self.rowless += together is None
        self._warn(_shortfalls(lacking))

    def _meets(self, row: Result, expect: str) -> bool:
        if self._strict and row.doubt and expect != "any":
            return False
        return row.state in EXPECTATIONS[expect]

    def _judged_together(self, row: Result, request: Request) -> list[Result]:
        released = self._one(row, (request.order, request.host, row.port)) if request.one else [row]
        if request.need is None:
            return released
        return [ready for each in released for ready in self._needed(each, request.need)]

    def _one(self, row: Result, name: _Name) -> list[Result]:
        if row.met and name not in self._met:
            self._met.add(name)
            released = [row, *self._kept.pop(name, [])]
        elif name in self._met:
            released = [row]
        else:
            self._kept.setdefault(name, []).append(row)
            return []
        return _all_met(released)

    def _needed(self, row: Result, need: Need | None) -> list[Result]:
        if need is None:
            return [row]
        together = self._needs.get(need)
        if together is None:
            together = self._needs[need] = _Together(need)
        host = row.request.host if row.request.one else row.address or row.host
        return together.add(row, (host.lower(), row.port))


def _all_met(rows: list[Result]) -> list[Result]:
    for row in rows:
        row.met = True
    return rows


def _undecided(rows: list[Result]) -> list[Result]:
    for row in rows:
        row.met = None
    return rows


def _shortfalls(lacking: dict[Need, int]) -> list[str]:
    """What to say about entries that have so many of the targets they need."""
    said = [_shortfall(need, found) for need, found in islice(lacking.items(), _MOST_TOLD)]
    more = len(lacking) - len(said)
    return [*said, *([f"and {more:,} more {_LACK[more > 1]}"] if more else [])]


_LACK = "entry lacks targets that it needs", "entries lack targets that they need"


def _shortfall(need: Need, found: int) -> str:
    """`web needs 2 targets as expected, and has 1`."""
    return f"{need.label} needs {many(need.count, 'target')} as expected, and has {found:,}"
