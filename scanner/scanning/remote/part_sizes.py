"""Into how many parts a list is cut for so many workers. Pure.

Few parts know more: what a network's hosts have in common is seen by an engine that probes many of them, and each part
waits for its own last silent targets. Many parts lose less: one whose worker dies is probed again, and towards the end
no worker has nothing to do. So a part is some seconds to a minute of work where the list is long, and where it is short
each worker has one.
"""

#: A part has no more targets than this, which is half a minute at the usual speed,
_MOST = 500_000
#: and, where each worker has several of them, no fewer than this.
_LEAST = 50_000
#: So many parts for each worker even out what some workers, or hosts, are slower.
_EACH = 4


def part_count(targets: int, hosts: int, workers: int) -> int:
    """How many parts. A host is never split: so `hosts` (addresses and names) are the most there can be."""
    even = min(workers * _EACH, targets // _LEAST) if workers > 1 else 1
    return max(1, min(hosts, max(workers, even, -(-targets // _MOST))))
