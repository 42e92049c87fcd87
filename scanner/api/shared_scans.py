"""A scan that several processes share: how many there are in the end, and what is shared out among them.

Fewer than were asked for, where there is less to share: a host is not split, nor is a SYN a second, nor a probe in
flight. What is left of one is a scan by this process.
"""

from scanner.api.plans import Plan
from scanner.api.wanted import Wanted
from scanner.errors import UsageError
from scanner.machine.fresh_process import can_start
from scanner.scanning.processes.many_probing import ManyProbing
from scanner.scanning.processes.rate_shares import processes_for
from scanner.scanning.scan import Scan
from scanner.words.shown_text import many

__all__ = ["processes_of", "shared_scan", "told_processes"]


def shared_scan(plan: Plan, wanted: Wanted, slowly: float | None = None) -> Scan | None:
    """A scan of this plan by several processes, or None where there is but one part. Nothing is probed before its
    `batches` are iterated.
    Errors: UsageError, where this system has no such processes, or the plan nothing to probe."""
    count = processes_of(plan, wanted)
    if count == 1:
        return None
    if not can_start():
        raise UsageError("this system cannot share a scan among processes; leave out --processes (processes=)")
    parts = [part for part in (plan.part(at, count) for at in range(1, count + 1)) if part.count]
    if len(parts) < 2:
        return None
    options = wanted.scan_options()
    return Scan(ManyProbing(plan, parts, options), plan, strict=options.strict, slowly=slowly)


def processes_of(plan: Plan, wanted: Wanted) -> int:
    """How many have something to do."""
    options = wanted.scan_options()
    most = min(wanted.processes, plan.addresses + plan.names, options.concurrency or wanted.processes)
    return processes_for(options.rate, max(1, most))


def told_processes(plan: Plan, wanted: Wanted) -> list[str]:
    """In words, how many there are where that is fewer than were asked for."""
    count = processes_of(plan, wanted)
    if count == wanted.processes:
        return []
    return [
        f"{many(count, 'process', 'processes')} of {wanted.processes}: each needs a host, and its part of --rate and -c"
    ]
