"""Which mount a file lies in, as the kernel tells of an open descriptor (proc_pid_fdinfo(5), Linux 3.15)."""

import os
from contextlib import suppress


def mount_id(path: str) -> str:
    """The number of the mount that a path lies in, or empty where the system does not tell."""
    flag = getattr(os, "O_PATH", None)
    if flag is None:
        return ""
    with suppress(OSError):
        descriptor = os.open(path, flag | os.O_CLOEXEC)
        try:
            with open(f"/proc/self/fdinfo/{descriptor}", encoding="utf-8") as lines:
                return next((line.split()[1] for line in lines if line.startswith("mnt_id:")), "")
        finally:
            os.close(descriptor)
    return ""
