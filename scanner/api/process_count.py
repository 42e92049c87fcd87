"""Among how many processes a scan is shared in the end: as many as were asked for, or fewer where there is less to do.

A host is not split, nor is a SYN a second, nor a probe in flight. And where `--host-rate` was promised, whatever names
may lead to is one process's: two of them, each of which knows a host by another name, would ask it twice as fast. The
same holds for workers on other machines that share a list.
"""

from scanner.api.plans import Plan
from scanner.api.wanted import Wanted
from scanner.machine.processors import usable_processors
from scanner.scanning.processes.rate_shares import processes_for
from scanner.words.shown_text import many

__all__ = ["may_meet", "processes_of", "running_at_once", "told_sharing"]

_MEETING = "names may lead to hosts that others have, and --host-rate holds for each host"


def processes_of(plan: Plan, wanted: Wanted) -> int:
    """How many have something to do, at least 1."""
    if wanted.processes == 1 or may_meet(plan, wanted):
        return 1
    options = wanted.scan_options()
    most = min(wanted.processes, plan.addresses + plan.names, options.concurrency or wanted.processes)
    return processes_for(options.rate, max(1, most))


def running_at_once(plan: Plan, wanted: Wanted) -> int:
    """How many of them this machine runs at the same time."""
    count = processes_of(plan, wanted)
    return min(count, usable_processors()) if count > 1 else 1


def told_sharing(plan: Plan, wanted: Wanted, *, workers: bool) -> list[str]:
    """In words, how many there are where that is fewer than were asked for, and why. `workers`: those of a cluster
    would share the list, as many as there are."""
    if workers:
        alone = plan.addresses + plan.names > 1 and may_meet(plan, wanted)
        return [f"one worker has all of the list: {_MEETING}"] if alone else []
    count = processes_of(plan, wanted)
    if count == wanted.processes:
        return []
    why = _MEETING if may_meet(plan, wanted) else "each needs a host, and its part of --rate and -c"
    return [f"{many(count, 'process', 'processes')} of {wanted.processes}: {why}"]


def may_meet(plan: Plan, wanted: Wanted) -> bool:
    """Whether two of those that share the list might ask the same host, and must not."""
    return bool(plan.names and wanted.scan_options().host_rate)
