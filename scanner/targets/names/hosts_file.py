"""Which names stand in this host's own hosts file.

Asked for both families at once, glibc answers such a name from the file, and asks no server for the family that the
file lacks. Asked for one family only, it would go on to the servers, past a file that pins or blocks the name, and it
says that `::1` is 127.0.0.1. So both families of these names are looked up in one call. Only names are read here; their
addresses come from the resolver. It is asked for a name beyond ASCII in its IDNA form, which is how the file holds it.
"""

import os
import stat
from collections.abc import Iterable

from scanner.machine.closing import closing

_PATH = "/etc/hosts"


def named_here(names: Iterable[str], path: str = _PATH) -> set[str]:
    """Those of the names that the file holds, in lower case. Without a file: none."""
    asked = {name.lower(): _asked(name).lower() for name in names}
    wanted = set(asked.values())
    found: set[str] = set()
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return found
        with closing(open(path, encoding="latin-1")) as lines:
            for line in lines:
                found |= wanted.intersection(line.partition("#")[0].lower().split()[1:])
    except OSError:
        pass
    return {name for name, form in asked.items() if form in found} if found else found


def _asked(name: str) -> str:
    """The name as Python's getaddrinfo passes it to the C library."""
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return name  # there is no such name, and the lookup will say so
