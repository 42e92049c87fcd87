"""This machine's own limits: how many descriptors there are, and what to do when it is short of something.

A local limit is never a verdict on a target: the probe waits, the window shrinks, and one plain warning says what
to raise.
"""

import errno
import os

from scanner.machine.closing import closing
from scanner.machine.extras import Lacks

_USUAL_LIMIT = 1024
_RESERVE = 12  # for what opens now and then: a spool, a module, a route that is asked for
DEFAULT_WINDOW = 8000
_RECOVER_S = 0.5

_REMEDY = {
    errno.EMFILE: "this process may open {capacity} more files: raise `ulimit -n`",
    errno.ENFILE: "this machine's table of open files is full: raise fs.file-max",
    errno.EADDRNOTAVAIL: "no local port is free: widen net.ipv4.ip_local_port_range, or lower --concurrency",
    errno.ENOBUFS: "the kernel is short of buffers: lower --concurrency or --rate",
    errno.ENOMEM: "the kernel is short of memory for sockets: raise net.ipv4.tcp_mem, or lower --concurrency",
    errno.ENOSPC: "the poller can watch no more sockets: choose another --poller, or lower --concurrency",
    errno.EAGAIN: "the kernel is short of resources: lower --concurrency or --rate",
}


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
            lacks.note("no getrlimit() here", why, f"taken for this process's limit of open files: {soft}")
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


class Window:
    """How many probes may be in flight. Shrinks when the machine is short, and recovers slowly. Pure: pass `now`."""

    def __init__(self, ceiling: int) -> None:
        self.ceiling = max(1, ceiling)
        self.size = self.ceiling
        self._held_until = 0.0
        self._hold_s = 0.01
        self._recover_at = 0.0

    def fit(self, ceiling: int) -> None:
        """So many there may be from now on. One that had shrunk recovers up to there as before."""
        whole = self.size == self.ceiling
        self.ceiling = max(1, ceiling)
        self.size = self.ceiling if whole else min(self.size, self.ceiling)

    def shrink(self, in_flight: int, now: float) -> None:
        """There was no room for one more beside `in_flight`."""
        self.size = max(1, min(self.size, in_flight))
        self._held_until = now + self._hold_s
        self._hold_s = min(0.25, self._hold_s * 2)
        self._recover_at = now + _RECOVER_S

    def room(self, in_flight: int, now: float) -> int:
        """How many more probes may be launched now."""
        if now < self._held_until:
            return 0
        if self.size < self.ceiling and now >= self._recover_at:
            self.size = min(self.ceiling, self.size + max(1, self.size // 4))
            self._recover_at = now + _RECOVER_S
            self._hold_s = 0.01
        return self.size - in_flight


def shortage_warning(code: int, capacity: int) -> str:
    """One line for the user: what this machine is short of, what follows, what to raise."""
    remedy = _REMEDY.get(code, errno.errorcode.get(code, str(code))).format(capacity=capacity)
    return f"slower than it could be (the answers are the same): {remedy}"
