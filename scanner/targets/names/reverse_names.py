"""Names of addresses (reverse DNS), looked up in the background and waited for no longer than the caller is willing to.

getnameinfo(3) blocks and cannot be cancelled, so it runs on daemon threads, which do not delay the program's end. A
name is a courtesy: an address without one, or whose resolver is slow, or for which no thread can be had, is shown as
it is. What comes back was written by whoever runs that part of the DNS, so it counts only if it looks like a host name.
"""

import contextlib
import re
import socket
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from time import monotonic

_THREADS = 16
_SOCKETS = 3  # one for each name server that the C library asks
_LOOKS_LIKE_A_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})")


def name_of(address: str) -> str:
    """The name of a numeric address, or empty. Blocks as long as the resolver likes."""
    try:
        name, _ = socket.getnameinfo((address, 0), socket.NI_NAMEREQD)
    except (OSError, UnicodeError):
        return ""
    name = name.rstrip(".")
    return name if _LOOKS_LIKE_A_NAME.fullmatch(name) and name != address else ""


class ReverseNames:
    """Addresses in (`ask`), names out as they come (`collect`). Each address costs at most one lookup."""

    def __init__(self, look_up: Callable[[str], str] = name_of) -> None:
        self._look_up = look_up
        self._asked: set[str] = set()
        self._wanted: SimpleQueue[str] = SimpleQueue()
        self._found: SimpleQueue[tuple[str, str]] = SimpleQueue()
        self._threads = 0
        self._most = _THREADS
        self._names: dict[str, str] = {}

    def fit(self, descriptors: int) -> int:
        """Limit the threads to what these descriptors allow; returns how many of them to leave to the threads."""
        self._most = max(1, min(_THREADS, descriptors // (2 * _SOCKETS)))
        return max(0, min(self._most * _SOCKETS, descriptors - 1))

    def ask(self, address: str) -> None:
        """Begin to look an address up, unless that has begun before."""
        if address in self._asked:
            return
        self._asked.add(address)
        self._wanted.put(address)
        if self._threads < min(self._most, len(self._asked)):
            with contextlib.suppress(RuntimeError, MemoryError):  # no thread can be had; perhaps for the next address
                threading.Thread(target=self._work, name="reverse-dns", daemon=True).start()
                self._threads += 1

    def _work(self) -> None:
        while True:
            address = self._wanted.get()
            try:
                name = self._look_up(address)
            except Exception:
                name = ""  # a name is never worth a failure
            self._found.put((address, name))

    def collect(self, patience_s: float) -> dict[str, str]:
        """The names found so far, after waiting at most this long for all. Empty or missing where there is none."""
        until = monotonic() + (patience_s if self._threads else 0.0)
        while len(self._names) < len(self._asked):
            left = until - monotonic()
            try:
                address, name = self._found.get(timeout=max(0.0, left)) if left > 0 else self._found.get_nowait()
            except Empty:
                break
            self._names[address] = name
        return self._names
