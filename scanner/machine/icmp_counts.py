"""Whether any ICMP "unreachable" came in lately, so that refused probes need not be asked one by one.

Connection refused comes from a RST, or from an ICMP port-unreachable: a firewall's reject. Only the socket's error
queue tells them apart, and asking it costs 6 % of a sweep in which every port refuses. But Linux counts what ICMP
errors it receives (RFC 2011 icmpInDestUnreachs, /proc/net/snmp; /proc/net/snmp6), and counts before it tells the
socket. While the counts stand still, all refusals are resets. One read serves a whole batch of answers.

An error that is counted now may reach its socket's event only with a later poll. So after a change every answer is
asked, until a poll that left nothing behind has come a tenth of a second later. Pure but for the reading.
"""

import contextlib
import errno
import os
from collections.abc import Callable

from scanner.machine.kernel_files import COUNTS_BYTES

#: A smaller batch is cheaper asked one by one.
WORTH_IT = 64
_WARY_S = 0.1
_SHORT = (errno.EMFILE, errno.ENFILE)


class IcmpCounts:
    """Asked once for every batch of answers. `counts` gives any value that changes with the kernel's counts, or raises
    OSError or ValueError where there are none: then every answer is suspicious, and `lack` is told why. That is for
    good, but where only descriptors are short for a moment.
    """

    def __init__(
        self,
        counts: Callable[[], object],
        close: Callable[[], None] = lambda: None,
        lack: Callable[[Exception], None] = lambda why: None,
    ) -> None:
        self._counts = counts
        self._lack = lack
        self._blind = False
        self._seen: object = None
        self._calm_at = 0.0
        self._wary = False
        self.close = close

    def suspicious(self, now: float, *, drained: bool) -> bool:
        """Whether some refusal of this batch may be an ICMP error. `drained`: its poll returned all there was."""
        if self._blind:
            return True
        try:
            counts = self._counts()
        except (OSError, ValueError) as why:
            if getattr(why, "errno", 0) not in _SHORT:
                self._blind = True
                self._lack(why)
            return True
        if counts != self._seen:
            self._seen = counts
            self._calm_at = now + _WARY_S
            self._wary = True
        elif self._wary and drained and now >= self._calm_at:
            self._wary = False
            return True
        return self._wary


def kernel_icmp_counts(
    root: str = "/proc/thread-self/net", lack: Callable[[Exception], None] = lambda why: None
) -> IcmpCounts:
    """The counts of this thread's network namespace. The files are opened when it is first asked."""
    files: list[int] = []

    def counts() -> list[bytes]:
        if not files:
            try:
                for name in ("snmp", "snmp6"):
                    files.append(os.open(os.path.join(root, name), os.O_RDONLY | os.O_CLOEXEC))
            except OSError:
                close()
                raise
        return [_icmp(os.pread(fd, COUNTS_BYTES, 0)) for fd in files]

    def close() -> None:
        while files:
            with contextlib.suppress(OSError):
                os.close(files.pop())

    return IcmpCounts(counts, close, lack)


def _icmp(text: bytes) -> bytes:
    """The line with the counts, of either file; ValueError where it has none."""
    start = text.rfind(b"\nIcmp: ")  # of two such lines the first has the names
    if start < 0:
        start = text.index(b"\nIcmp6InDestUnreachs")
    return text[start : text.index(b"\n", start + 1)]
