"""The expectations step: whether each row is as its user expects. Pure: rows in, the same rows out with `met` set.

A name of which one address is enough (`addresses: one`) has a row for each address, and all of them are met as soon
as one is. Its rows that are not met by themselves are kept back until that is known, at the latest until the end.
"""

from scanner.model import EXPECTATIONS, Request, Result


class Expectations:
    """A step of the pipeline: sets `met` on rows. With `strict`, a verdict in doubt meets nothing but `any`."""

    def __init__(self, *, strict: bool = False) -> None:
        self._strict = strict
        self._kept: dict[tuple[Request, int], list[Result]] = {}
        self._met: set[tuple[Request, int]] = set()

    def apply(self, rows: list[Result]) -> list[Result]:
        """Mark a batch. What is kept back is not returned now, but by a later call."""
        out = []
        for row in rows:
            request = row.request
            if not request.expect:
                out.append(row)
                continue
            row.met = self._meets(row, request.expect)
            if request.one:
                out += self._one(row, (request, row.port))
            else:
                out.append(row)
        return out

    def finish(self, rows: list[Result], *, complete: bool) -> list[Result]:
        """The last rows, with those of names none of whose addresses was as expected."""
        out = self.apply(rows)
        kept, self._kept = self._kept, {}
        return out + [row for rows in kept.values() for row in rows]

    def _meets(self, row: Result, expect: str) -> bool:
        if self._strict and row.doubt and expect != "any":
            return False
        return row.state in EXPECTATIONS[expect]

    def _one(self, row: Result, name: tuple[Request, int]) -> list[Result]:
        if row.met and name not in self._met:
            self._met.add(name)
            released = [row, *self._kept.pop(name, [])]
        elif name in self._met:
            released = [row]
        else:
            self._kept.setdefault(name, []).append(row)
            return []
        for each in released:
            each.met = True
        return released
