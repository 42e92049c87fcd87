"""How many processors this process may use: those that it may run on, and what its control group has of their time."""

import os
from pathlib import Path as File

from scanner.machine.kernel_files import lines


def usable_processors(root: str = "/") -> int:
    """At least 1. What Linux's groups allow (cgroup v2 cpu.max, v1 cpu.cfs_quota_us) is rounded up."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([allowed, *_quotas(File(root))]))


def _quotas(root: File) -> list[int]:
    """The processors' time that each of our groups has, up to the outermost, as numbers of processors."""
    found = []
    for line in lines(root / "proc/self/cgroup"):
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if not controllers:
            home, of = root / "sys/fs/cgroup", _second
        elif "cpu" in controllers.split(","):
            home, of = root / "sys/fs/cgroup/cpu", _first
        else:
            continue
        group = home / path.strip("/")
        while True:
            found += of(group)
            if group == home:
                break
            group = group.parent
    return found


def _second(group: File) -> list[int]:
    return [_whole(*words) for line in lines(group / "cpu.max")[:1] if len(words := line.split()) == 2]


def _first(group: File) -> list[int]:
    quota, period = (lines(group / f"cpu.cfs_{name}_us")[:1] for name in ("quota", "period"))
    return [_whole(quota[0], period[0])] if quota and period else []


def _whole(quota: str, period: str) -> int:
    if not (quota.isdecimal() and period.isdecimal() and int(period)):  # "max", -1: no limit
        return 1 << 30
    return -(-int(quota) // int(period))
