"""What a scan needs to know about what is to be probed: a plan, and the feed that it makes. No behaviour.

`targets.plan.Plan` and `targets.feed.Feed` fit; how targets are written, and names resolved, is not known here.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from scanner.engine.new_trials import Source
from scanner.model import Need, Place, Result
from scanner.scanning.phantoms.address_ranges import Range


class SilentSet(Protocol):
    """Hosts that were passed over."""

    @property
    def count(self) -> int:
        """How many there are."""
        ...

    def ranges(self) -> Iterator[str]:
        """All of them, ascending, as `10.0.0.5` or `10.0.0.7-10.0.1.20`."""
        ...


class AskedHosts(Protocol):
    """The hosts of a scan that asks each host first whether it is there."""

    @property
    def rowless(self) -> frozenset[int]:
        """The ports that are asked for nothing but an answer, and have no row."""
        ...

    @property
    def silent(self) -> SilentSet:
        """Those that were passed over."""
        ...

    @property
    def found(self) -> int:
        """How many are swept."""
        ...

    @property
    def rows(self) -> int:
        """How many rows these have, and names without an address."""
        ...

    @property
    def asks(self) -> int:
        """How many targets there are that may be asked first."""
        ...

    @property
    def undecided(self) -> int:
        """How many are being asked, or will be."""
        ...

    def asked(self, place: Place) -> tuple[int, ...] | None:
        """The ports that a host is asked on first; None where it is decided, or nobody asks it first."""
        ...

    def sweep(self, place: Place) -> None:
        """It is there: its other ports go out."""
        ...

    def pass_over(self, place: Place) -> None:
        """It is not: nothing more is asked."""
        ...

    def is_silent(self, place: Place) -> bool:
        """Whether it was passed over."""
        ...


class ScanFeed(Source, Protocol):
    """The endpoints of one scan, each handed out once, and the rows that need no probe."""

    @property
    def warnings(self) -> list[str]:
        """Plain lines, as they come."""
        ...

    @property
    def discovery(self) -> AskedHosts | None:
        """The hosts, where each is asked first whether it is there."""
        ...

    @property
    def unresolved(self) -> int:
        """How many names have not been fully reported."""
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
    def rules(self) -> int:
        """How many entries have an expectation."""
        ...

    @property
    def needs(self) -> Sequence[Need]:
        """Those of the entries of which some targets are enough, each once, in the order of the list."""
        ...

    @property
    def is_part(self) -> bool:
        """Whether the rest of the list is probed elsewhere, by others."""
        ...

    @property
    def afar(self) -> int:
        """Targets whose probes leave this host."""
        ...

    @property
    def count(self) -> int:
        """Targets, each name counted as one address."""
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

    @property
    def every(self) -> int:
        """Only every so-manieth address of them is probed: others have the rest."""
        ...

    def feed(self) -> ScanFeed:
        """A fresh feed. Errors: UsageError where nothing is left to probe."""
        ...
