"""How large the kernel's neighbour table is (Linux arp(7), gc_thresh3)."""

from pathlib import Path as File

from scanner.machine.networks import rows

DEFAULT_TABLE = 1024


def table_size(root: str = "/proc/sys/net") -> int:
    """How many neighbours the kernel keeps, the smaller of both families; 1024 where it does not say."""
    sizes = []
    for family in ("ipv4", "ipv6"):
        first = next(rows(File(root, family, "neigh/default/gc_thresh3")), None)
        if first and first[0].isdigit():
            sizes.append(int(first[0]))
    return min(sizes, default=DEFAULT_TABLE)
