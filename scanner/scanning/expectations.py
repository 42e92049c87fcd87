"""The expectations step: whether each row is as its user expects. Pure: rows in, the same rows out with `met` set.

Some rows are judged together, and kept back until that can be done, at the latest until the end:

* A name of which one address is enough (`addresses: one`) has a row for each address, and all of them are met as soon
  as one is.
* Of an entry of which so many targets are enough (`need: N`) all rows are met as soon as so many are. Where they turn
  out to be fewer, each row is what it is by itself; but if there was nothing wrong with any of them, only too few, then
  all are unmet: an entry that lacks something must not look as if it were well.

What is counted is targets, not rows: the same address and port counts once, whatever names lead there. Of a name of
which one address is enough, the name with its port counts, once.
"""

from collections.abc import Callable, Iterable

from scanner.model import EXPECTATIONS, Need, Request, Result

#: An entry by its place in the list, a host as written there, and a port. (A name's request is made anew when its other
#: family is resolved, so that is not what its rows have in common.)
_Name = tuple[int, str, int]
#: So many entries that lack targets are told by name.
_MOST_TOLD = 20


class _Together:
    """The rows of one need so far: those `kept`, the targets that were as expected, and how many of these are `left`
    to be found."""

    __slots__ = ("found", "kept", "left")

    def __init__(self, need: Need) -> None:
        self.kept: list[Result] = []
        self.found: set[_Name] = set()
        self.left = need.count

    def add(self, row: Result, target: _Name) -> list[Result]:
        """Takes a row; returns those that are ready."""
        if self.left and row.met and target not in self.found:
            self.found.add(target)
            self.left -= 1
        self.kept.append(row)
        if self.left:
            return []
        released, self.kept, self.found = self.kept, [], set()
        return _all_met(released)

    def give_up(self) -> list[Result]:
        """No more rows will come: returns those that were kept."""
        if all(row.met for row in self.kept):
            for row in self.kept:
                row.met = False
        return self.kept


class Expectations:
    """A step of the pipeline: sets `met` on rows. With `strict`, a verdict in doubt meets nothing but `any`. `warn` is
    told of entries with fewer targets as expected than they need, a line each."""

    def __init__(self, *, strict: bool = False, warn: Callable[[Iterable[str]], object] = list) -> None:
        self._strict = strict
        self._warn = warn
        self._kept: dict[_Name, list[Result]] = {}
        self._met: set[_Name] = set()
        self._needs: dict[Need, _Together] = {}

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
        """The last rows, with those that were kept. `complete`: no target is missing, so it is known of each entry
        that needs some of its targets whether it has them; else rows are what they are by themselves."""
        out = self.apply(rows)
        kept, self._kept = self._kept, {}
        for row in (row for some in kept.values() for row in some):
            out += self._needed(row, row.request.need)
        needs, self._needs = self._needs, {}
        lacking = {need: rows for need, rows in needs.items() if rows.left}
        for together in lacking.values():
            out += together.give_up() if complete else together.kept
        if complete:
            self._warn(_shortfalls(lacking))
        return out

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
        request = row.request
        target = (request.order, request.host, row.port) if request.one else (-1, row.address or row.host, row.port)
        return together.add(row, target)


def _all_met(rows: list[Result]) -> list[Result]:
    for row in rows:
        row.met = True
    return rows


def _shortfalls(lacking: dict[Need, _Together]) -> list[str]:
    """What to say about entries that lack some of the targets they need."""
    said = [
        f"{need.label} needs {need.count:,} targets as expected, and has {need.count - rows.left:,}"
        for need, rows in sorted(lacking.items(), key=lambda item: item[1].kept[0].request.order)[:_MOST_TOLD]
    ]
    more = len(lacking) - len(said)
    return [*said, *([f"and {more:,} more entries lack targets that they need"] if more else [])]
