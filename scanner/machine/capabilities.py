"""What of root's powers this process has, and over whom: its capabilities, and the users that its namespace knows.

Only what the kernel tells; what a report may do with it is decided in `reports/outlets/rights.py`.
"""

import os
from enum import Enum


class Power(Enum):
    """What root may do, and a process can be without all the same: the bits of capabilities(7)."""

    CHOWN = 0
    """Give files away."""
    OWNER = 3
    """Act as a file's owner: replace it in a sticky folder."""


def is_held(power: Power) -> bool:
    """Whether this process has it in effect; where the system does not tell, whether it is root's."""
    try:
        with open("/proc/self/status", encoding="utf-8", errors="replace") as lines:
            held = next(int(line.split()[1], 16) for line in lines if line.startswith("CapEff:"))
    except (OSError, ValueError, StopIteration):
        held = -1 if os.geteuid() == 0 else 0
    return bool(held >> power.value & 1)


def is_mapped(kind: str, number: int) -> bool:
    """Whether powers reach an owner ("uid") or group ("gid"): not one that this user namespace does not have.

    Whom a namespace does not have, it shows as the overflow user, 65534 (user_namespaces(7)).
    """
    try:
        with open(f"/proc/self/{kind}_map", encoding="utf-8") as lines:
            ranges = [tuple(map(int, line.split())) for line in lines]
    except (OSError, ValueError):
        return True
    return any(first <= number < first + count for first, _, count in ranges)
