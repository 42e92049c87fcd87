"""The few system calls the lab needs that Python 3.11 does not offer, and writing sysctls.

Linux only. `unshare` is called here instead of the tool of that name because the builder goes on in the same
process: everything it starts is its own child and dies with it.
"""

import contextlib
import ctypes
import os
import signal
from pathlib import Path

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_CAPBSET_DROP = 24

_libc = ctypes.CDLL(None, use_errno=True)


class LabError(Exception):
    """The lab could not be built here; the text says why in plain words."""


def _call(what: str, result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise LabError(f"{what}: {os.strerror(number)}")


def own_network_as_user() -> None:
    """Move this process into a user namespace of its own (as its root) and a network namespace in it.

    Source: user_namespaces(7). Raises LabError where the machine forbids it.
    """
    uid, gid = os.geteuid(), os.getegid()
    _call("a user namespace cannot be made", _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET))
    try:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
        Path("/proc/self/gid_map").write_text(f"0 {gid} 1")
    except OSError as error:
        raise LabError(f"the user namespace cannot be mapped: {error.strerror}") from error


def own_network() -> None:
    """Move this process into a network namespace of its own (call `own_network_as_user` first)."""
    _call("a network namespace cannot be made", _libc.unshare(CLONE_NEWNET))


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends, however it ends. Kept across exec."""
    _call("prctl", _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))


def drop_capabilities() -> None:
    """Leave what is exec'd from here without any capability: an ordinary user, as far as networks go.

    Root of a user namespace gets its capabilities back at each exec, except those missing from the
    bounding set (capabilities(7)).
    """
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(last + 1):
        _call("prctl", _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0))


def sysctl(name: str, value: object) -> None:
    """Set `net.ipv4.ip_forward` and the like in this namespace; what an older kernel lacks is skipped.

    The scene's own test (test_lab.py) proves that it got what it needs, not this call.
    """
    with contextlib.suppress(OSError):
        Path("/proc/sys", *name.split(".")).write_text(str(value))
