"""What a scan needs to know about what is to be probed: a plan, and the feed that it makes. No behaviour.

`targets.plan.Plan` and `targets.feed.Feed` fit; how targets are written, and names resolved, is not known here.
"""

from collections.abc import Sequence
from typing import Protocol

from scanner.engine.new_trials import Source
from scanner.model import Place, Result
from scanner.scanning.phantoms.address_ranges import Range


class ScanFeed(Source, Protocol):
    """The endpoints of one scan, each handed out once, and the rows that need no probe."""

    @property
    def warnings(self) -> list[str]:
        """Plain lines, as they come."""
        ...

    @property
    def hosts(self) -> int:
        """How many addresses there are, as far as is known; 0 where there are too many to tell them apart."""
        ...

    @property
    def skipped(self) -> int:
        """How many addresses were left out of ranges because they are never probed."""
        ...

    @property
    def skipped_texts(self) -> list[str]:
        """Which kinds of them there are."""
        ...

    @property
    def resolving(self) -> bool:
        """Names are being looked up: `hear` must be called, and descriptors must be left to them."""
        ...

    @property
    def pending(self) -> bool:
        """Names may still lead to targets that were probed: `remember` must be given every row."""
        ...

    def fit(self, descriptors: int) -> int:
        """How many of these descriptors must be left to the lookups."""
        ...

    def hear(self) -> None:
        """Take in what was found out about names."""
        ...

    def remember(self, results: list[Result]) -> None:
        """Keep the verdicts, doubts included, on what names may lead to."""
        ...

    def rows(self) -> list[Result]:
        """The rows that need no probe, since the last call."""
        ...

    def permits(self, place: Place, port: int) -> bool:
        """Whether no exclude forbids this port."""
        ...

    def ports_of(self, place: Place) -> Sequence[int]:
        """The ports that the list has at this place."""
        ...

    def stop(self) -> None:
        """Look up nothing more. Safe from a signal handler."""
        ...


class ScanPlan(Protocol):
    """What is to be probed, before any name is resolved."""

    @property
    def expecting(self) -> bool:
        """Whether any row may carry an expectation."""
        ...

    @property
    def afar(self) -> int:
        """Targets whose probes leave this host."""
        ...

    @property
    def addresses(self) -> int:
        """Addresses that are known now."""
        ...

    @property
    def names(self) -> int:
        """Names to be resolved."""
        ...

    @property
    def ranges(self) -> Sequence[Range]:
        """The ranges as they were typed."""
        ...

    def feed(self) -> ScanFeed:
        """A fresh feed. Errors: UsageError where nothing is left to probe."""
        ...
