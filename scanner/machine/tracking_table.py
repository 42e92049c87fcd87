"""The connection tracking table of this host as Linux shows it: its size, its entries, how long one lasts.

Linux, Documentation/networking/nf_conntrack-sysctl.rst.
"""

from collections.abc import Callable
from pathlib import Path as File
from typing import NamedTuple

from scanner.machine.kernel_files import number

NETFILTER = "/proc/sys/net/netfilter"


class TrackingTable(NamedTuple):
    """`entries` reads how many there are now, of `most` (None: it cannot be read any more); an unanswered attempt stays
    for `lasts` seconds (None: not said)."""

    entries: Callable[[], int | None]
    most: int
    lasts: int | None


def tracking_table(root: str = NETFILTER) -> TrackingTable | None:
    """The table of this host, or of this network namespace; None where there is none, or nobody may read of it.

    A maximum of 0 is none.
    """
    count, most = File(root, "nf_conntrack_count"), number(File(root, "nf_conntrack_max"))
    if not most or number(count) is None:
        return None
    return TrackingTable(lambda: number(count), most, number(File(root, "nf_conntrack_tcp_timeout_syn_sent")))
