"""What has been probed while names are still being resolved, so that a name that turns out to lead to the same endpoint
gets its present or future verdict instead of a second probe.

Bounded: verdicts are kept in two halves, and the older half is forgotten when the younger is full.
"""

from collections.abc import Iterable

from scanner.model import Endpoint, Request, Result

#: The text of an address, and a port.
Key = tuple[str, int]
_HALF = 100_000


class ProbedBefore:
    """Endpoints handed out, and their verdicts."""

    def __init__(self, half: int = _HALF) -> None:
        self._half = half
        self._out: set[Key] = set()
        self._young: dict[Key, Result] = {}
        self._old: dict[Key, Result] = {}
        self._waiting: dict[Key, list[Request]] = {}
        self._rows: list[Result] = []

    @property
    def has_rows(self) -> bool:
        """Whether there are rows to be handed out."""
        return bool(self._rows)

    def rows(self) -> list[Result]:
        """The rows made from verdicts since the last call."""
        rows, self._rows = self._rows, []
        return rows

    @property
    def waiting(self) -> bool:
        """Whether rows wait for verdicts still to come."""
        return bool(self._waiting)

    def sent(self, endpoints: Iterable[Endpoint]) -> None:
        """These were handed out to be probed."""
        self._out.update([(each.place.address, each.port) for each in endpoints])

    def settled(self, results: Iterable[Result]) -> None:
        """These verdicts have come in. Rows that waited for them are now in `rows`."""
        for result in results:
            key = (result.place.address, result.port)
            self._out.discard(key)
            self._young[key] = result
            for request in self._waiting.pop(key, ()):
                self._rows.append(copy_for(result, request))
        if len(self._young) >= self._half:
            self._old, self._young = self._young, {}

    def ask(self, key: Key, request: Request) -> bool:
        """Ask for a row for an endpoint that was handed out: made now, or once it is judged. False: forgotten."""
        result = self._young.get(key) or self._old.get(key)
        if result is not None:
            self._rows.append(copy_for(result, request))
        elif key in self._out:
            self._waiting.setdefault(key, []).append(request)
        else:
            return False
        return True

    def forget(self) -> None:
        """No name is left to ask: drop everything."""
        self._out.clear()
        self._young.clear()
        self._old.clear()


def copy_for(result: Result, request: Request) -> Result:
    """The same verdict as another row. Whether that one is as expected is for `scanning/expectations.py` to say."""
    return Result(
        result.place,
        result.port,
        request,
        result.state,
        result.reason,
        icmp_from=result.icmp_from,
        rtt_ms=result.rtt_ms,
        attempts=result.attempts,
        time=result.time,
        doubt=result.doubt,
        lost_syns=result.lost_syns,
    )
