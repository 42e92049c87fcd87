"""One scan with its inside open: `Scan` hands out rows in batches, and between two of them its counts and warnings."""

from scanner.api.forecast import worst_at
from scanner.api.plans import Plan
from scanner.api.wanted import Wanted
from scanner.scanning.flow_tables import RATE
from scanner.scanning.journal.journal import Journal
from scanner.scanning.journal.journaled_probing import JournaledProbing
from scanner.scanning.scan import Scan, local_scan

__all__ = ["Scan", "prepared"]


def prepared(plan: Plan, wanted: Wanted, journal: Journal | None = None) -> Scan:
    """A scan of this plan. Nothing is probed before its `batches` are iterated; excluded names are resolved here.
    `journal`: keeps what it finds, and begins with what it has; opened, and begun before the first batch.

    Raises UsageError where one cannot be, or nothing is left to probe.
    """
    slowly = worst_at(plan, wanted, RATE)  # now: in mid-scan its own sockets have taken the room that this asks for
    if wanted.processes > 1:
        from scanner.api.shared_scans import shared_scan

        if (scan := shared_scan(plan, wanted, slowly, journal)) is not None:
            return scan
    if journal is None:
        return local_scan(plan, wanted.scan_options(), slowly)
    left, done = plan.resumed()
    return local_scan(
        left, wanted.scan_options(), slowly, kept=lambda probing: JournaledProbing(probing, journal, done, plan.needs)
    )
