"""How large the kernel's neighbour table is (Linux arp(7), gc_thresh3)."""

from pathlib import Path as File

from scanner.machine.kernel_files import number

DEFAULT_TABLE = 1024


def table_size(root: str = "/proc/sys/net") -> int:
    """How many neighbours the kernel keeps, the smaller of both families; 1024 where it does not say."""
    sizes = [number(File(root, family, "neigh/default/gc_thresh3")) for family in ("ipv4", "ipv6")]
    return min([size for size in sizes if size is not None], default=DEFAULT_TABLE)
