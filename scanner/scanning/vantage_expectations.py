"""What is expected of a list that is probed from several places: each place is judged by itself, by `expectations.py`.

One address of a name, or some of an entry's targets, are enough where they are found from the same place. Pure.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from scanner.model import Need, Result
from scanner.scanning.expectations import Expectations


class VantageExpectations:
    """As `Expectations`, of rows of these `vantages`; none or one: of all rows together."""

    def __init__(
        self,
        vantages: Sequence[str],
        *,
        strict: bool,
        needs: Sequence[Need],
        warn: Callable[[Iterable[str]], object],
        of_part: bool = False,
    ) -> None:
        several = vantages if len(vantages) > 1 else ("",)
        self._of = {
            vantage: Expectations(
                strict=strict,
                needs=needs,
                warn=partial(_from, vantage, warn) if vantage else warn,
                of_part=of_part,
            )
            for vantage in several
        }

    def apply(self, rows: list[Result]) -> list[Result]:
        """Mark a batch."""
        if len(self._of) == 1:
            return self._of[""].apply(rows)
        split: dict[str, list[Result]] = {}
        for row in rows:
            split.setdefault(row.vantage, []).append(row)
        return [judged for vantage, some in split.items() for judged in self._of[vantage].apply(some)]

    def finish(self, rows: list[Result], *, complete: bool) -> list[Result]:
        """The last rows, with those that were kept."""
        out = self.apply(rows)
        return [*out, *(row for each in self._of.values() for row in each.finish([], complete=complete))]

    @property
    def rowless(self) -> int:
        """How many entries lack the targets they need and have no row, counted for each place."""
        return sum(each.rowless for each in self._of.values())


def _from(vantage: str, warn: Callable[[Iterable[str]], object], lines: Iterable[str]) -> None:
    warn(f"from {vantage}: {line}" for line in lines)
