"""Plans made of endpoints that are known already, for scans that need no names and no list."""

from collections.abc import Sequence

from scanner.model import Endpoint, Need, Place, Result


class ListFeed:
    """A feed of these endpoints. Everything else is as the test sets it.

    ready: rows that need no probe, for the next call. remembered: the rows that it was told. copies: each of these
    comes once more, as if another name led there. fails: what `take` raises once nothing is left.
    """

    def __init__(self, endpoints: Sequence[Endpoint], fails: Exception | None = None) -> None:
        self._endpoints = list(endpoints)
        self._fails = fails
        self.total = len(endpoints)
        self.hosts = len({endpoint.place for endpoint in endpoints})
        self.resolving = self.pending = self.copies = self.stopped = False
        self.warnings: list[str] = []
        self.skipped = self.unresolved = 0
        self.discovery = None
        self.skipped_texts: list[str] = []
        self.ready: list[Result] = []
        self.remembered: list[Result] = []

    def take(self, n: int, *, ahead: bool = False) -> list[Endpoint]:
        if ahead:
            return []
        if self._fails is not None and not self._endpoints:
            raise self._fails
        taken, self._endpoints = self._endpoints[:n], self._endpoints[n:]
        return taken

    @property
    def exhausted(self) -> bool:
        return not self._endpoints and self._fails is None

    def fit(self, descriptors: int) -> int:
        return 0

    def hear(self) -> None:
        self.resolving = False

    def remember(self, results: list[Result]) -> None:
        self.remembered += results
        if self.copies:
            self.ready += results

    def rows(self) -> list[Result]:
        ready, self.ready = self.ready, []
        return ready

    def permits(self, place: Place, port: int) -> bool:
        return True

    def ports_of(self, place: Place) -> Sequence[int]:
        return ()

    def stop(self) -> None:
        self.stopped = True


class ListPlan:
    """A plan with this feed."""

    def __init__(self, feed: ListFeed, *, expecting: bool = False, afar: int = 0) -> None:
        self._feed = feed
        self.expecting = expecting
        self.afar = afar
        self.addresses = 1
        self.names = 0
        self.is_part = False
        self.ranges: list[tuple[int, int, int, int]] = []
        self.every = 1
        self.needs: list[Need] = []

    def feed(self) -> ListFeed:
        return self._feed
