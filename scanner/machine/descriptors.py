"""How many descriptors this process may have: the soft limit is raised as far as it goes."""

import os

from scanner.machine.closing import closing
from scanner.machine.lacking import Lacks

_USUAL_LIMIT = 1024
_RESERVE = 12  # for what opens now and then: a spool, a module, a route that is asked for


def raise_descriptor_limit(lacks: Lacks | None = None) -> int:
    """Raises the soft limit of open files to the hard one; returns how many sockets there is room for.

    Where the limit cannot be read or raised, `lacks` is told, and what there is must do.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return 1 << 20
    try:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    except (ValueError, OSError) as why:
        soft = _limit_in_proc()
        if lacks is not None:
            lacks.note("no getrlimit() here", why, f"assumed as this process's limit on open files: {soft}")
        return max(1, soft - _open_now() - _RESERVE)
    refused: Exception | None = None
    for wanted in (hard, 65_536, 10_240):
        # macOS says "unlimited" and then refuses it; ask for less until it is granted
        if wanted != resource.RLIM_INFINITY and (soft == resource.RLIM_INFINITY or wanted > soft):
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
                soft = wanted
            except (ValueError, OSError) as why:
                refused = why if wanted == hard else refused
    if refused is not None and lacks is not None:
        lacks.note("no setrlimit() here", refused, f"this process may open no more than {soft} files")
    if soft == resource.RLIM_INFINITY:
        return 1 << 20
    return max(1, soft - _open_now() - _RESERVE)


def _limit_in_proc(path: str = "/proc/self/limits") -> int:
    """The soft limit of open files as Linux shows it (proc(5)), or the usual one."""
    try:
        with closing(open(path, encoding="ascii", errors="replace")) as file:
            found = [line.split()[3] for line in file if line.startswith("Max open files")]
    except (OSError, IndexError):
        found = []
    return int(found[0]) if found and found[0].isdigit() else _USUAL_LIMIT


def _open_now() -> int:
    for folder in ("/proc/self/fd", "/dev/fd"):
        try:
            return len(os.listdir(folder))
        except OSError:
            continue
    return 16
