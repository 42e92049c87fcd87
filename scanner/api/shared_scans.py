"""A scan that several processes share: the plan's parts, and who probes them.

Each part has every so-manieth host of the list, so that all have some of every network. Excluded names are resolved
once, for all of them: what must not be touched is the same everywhere. Where one process is left (`process_count.py`),
that is this one.
"""

from scanner.api.plans import Plan
from scanner.api.process_count import processes_of
from scanner.api.wanted import Wanted
from scanner.errors import UsageError
from scanner.machine.fresh_process import can_start
from scanner.scanning.journal.journal import Journal
from scanner.scanning.journal.journaled_probing import JournaledProbing
from scanner.scanning.probing import Probing
from scanner.scanning.processes.many_probing import ManyProbing
from scanner.scanning.scan import Scan

__all__ = ["shared_scan"]


def shared_scan(plan: Plan, wanted: Wanted, slowly: float | None = None, journal: Journal | None = None) -> Scan | None:
    """A scan of this plan by several processes, or None where there is but one part. Nothing is probed before its
    `batches` are iterated. `journal`: keeps what it finds, and begins with what it has.

    Errors: UsageError where this system has no such processes, or nothing is left to probe.
    """
    count = processes_of(plan, wanted)
    if count == 1:
        return None
    if not can_start():
        raise UsageError("this system cannot share a scan among processes; leave out --processes (processes=)")
    plan, done = plan.settled().resumed() if journal is not None else (plan.settled(), None)
    parts = [part for part in (plan.part(at, count) for at in range(1, count + 1)) if part.count]
    if len(parts) < 2:
        return None
    options = wanted.scan_options()
    many = ManyProbing(plan, parts, options)
    probing: Probing = many
    if journal is not None and done is not None:
        probing = JournaledProbing(many, journal, done, plan.needs)
    return Scan(probing, plan, strict=options.strict, slowly=slowly)
