"""Who answered and may be asked again: the responders of a path, or of one network.

Refused ports by preference: they cost their host a RST and nothing else. A port that answered open is connected three
times at most in a scan (databases lock out hosts that connect and hang up), and never twice within 100 ms (its accept
queue is short). A path and a network may both know it, so what it was asked is noted once, in its `OpenPort`.
"""

from collections.abc import Callable

from scanner.model import Endpoint, Place

_OPEN_SENTINELS, _OPEN_GAP = 2, 0.1


class OpenPort:
    """An open port that may be asked again from `free_at` on; `used`: how often it was connected after its answer."""

    __slots__ = ("endpoint", "free_at", "used")

    def __init__(self, endpoint: Endpoint, attempts: int, now: float) -> None:
        self.endpoint = endpoint
        self.used = attempts - 1  # it may have seen those whose answers were lost or late
        self.free_at = now + _OPEN_GAP

    @property
    def used_up(self) -> bool:
        """Whether it may not be asked again."""
        return self.used >= _OPEN_SENTINELS


class Responders:
    """At most `most` refused ports, and as many open ones."""

    __slots__ = ("most", "next_refused", "open", "open_next", "refused")

    def __init__(self, most: int) -> None:
        self.most = most
        self.refused: list[Endpoint] = []
        self.next_refused = 0
        self.open: list[OpenPort] = []  # a few: a deque would take ten times the room, and there are many of these
        self.open_next = 0.0

    def __bool__(self) -> bool:
        return bool(self.refused) or not all(port.used_up for port in self.open)

    def __len__(self) -> int:
        return len(self.refused) + len(self.open)

    @property
    def collecting(self) -> bool:
        """Whether more refused ports are worth remembering."""
        return len(self.refused) < self.most

    @property
    def wants_open(self) -> bool:
        """Whether more open ports are worth remembering."""
        return len(self.open) < self.most

    def refuses(self, endpoint: Endpoint) -> None:
        """It answered with a RST."""
        if len(self.refused) < self.most:
            self.refused.append(endpoint)

    def remember(self, most: int) -> None:
        """So many are worth remembering from now on."""
        self.most = most

    def opens(self, port: OpenPort) -> None:
        """It accepted a connection."""
        if not port.used_up and self.wants_open:
            self.open.append(port)

    def next(self, now: float, busy: Callable[[str], bool] = lambda host: False) -> Endpoint | None:
        """One that may be asked now; None where none may, or none at all. `busy` hosts are not asked more."""
        for _ in self.refused:
            self.next_refused = (self.next_refused + 1) % len(self.refused)
            if not busy(self.refused[self.next_refused].place.address):
                return self.refused[self.next_refused]
        if self.refused:
            return None
        while self.open and self.open[0].used_up:  # asked by another that knows it
            self.open.pop(0)
        if not self.open or now < max(self.open_next, self.open[0].free_at):
            return None
        if busy(self.open[0].endpoint.place.address):
            return None
        port = self.open.pop(0)
        port.used += 1
        port.free_at = now + _OPEN_GAP
        if not port.used_up:
            self.open.append(port)
        self.open_next = now + _OPEN_GAP / max(1, len(self.open))
        return port.endpoint

    def share(self, belongs: Callable[[Place], bool]) -> float:
        """Which part of them are of these; 1 where there is none."""
        all_of_them = [*self.refused, *(port.endpoint for port in self.open)]
        return sum(belongs(each.place) for each in all_of_them) / len(all_of_them) if all_of_them else 1.0

    def drop(self, belongs: Callable[[Place], bool]) -> None:
        """These are not asked any more."""
        self.split(belongs)

    def split(self, belongs: Callable[[Place], bool]) -> "Responders":
        """Takes these out, as a collection of their own."""
        part = Responders(self.most)
        part.refused = [endpoint for endpoint in self.refused if belongs(endpoint.place)]
        part.open = [port for port in self.open if belongs(port.endpoint.place)]
        self.refused = [endpoint for endpoint in self.refused if not belongs(endpoint.place)]
        self.open = [port for port in self.open if not belongs(port.endpoint.place)]
        return part
