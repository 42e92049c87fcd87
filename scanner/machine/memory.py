"""How many connecting sockets this machine's memory has room for, beside all else that runs here.

Measured (Linux 6.18, 19,000 in flight): 5.9 KB of the kernel's and 1.3 KB of ours for each. The kernel also accounts a
whole page of TCP memory for it, and is short of that (tcp(7), tcp_mem) long before the machine is.
"""

from pathlib import Path as File

from scanner.machine.kernel_files import rows

PROBE_BYTES = 8192  #: a probe in flight, the kernel's part and ours
_SHARE = 8  # of what is available, an eighth at most


def sockets_in_memory(root: str = "/proc") -> int | None:
    """So many, at least 1; None where nobody tells."""
    rooms = []
    for words in rows(File(root, "meminfo")):
        if words[:1] == ["MemAvailable:"] and words[1:2] and words[1].isdecimal():
            rooms.append(int(words[1]) * 1024 // _SHARE // PROBE_BYTES)
    for words in rows(File(root, "sys/net/ipv4/tcp_mem")):
        if len(words) == 3 and words[1].isdecimal():  # in pages: low, pressure, high
            rooms.append(int(words[1]) // 2)
    return max(1, min(rooms)) if rooms else None
