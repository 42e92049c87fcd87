"""Who asks for what: the ports of each host of each entry, and the row that it makes. Rows are made on demand.

A list of 200,000 hosts makes as many rows, which are hardly ever all needed at once: here each is kept as three
references.
"""

from collections.abc import Sequence

from scanner.model import Request
from scanner.targets.entry import Entry, Settings, settle_request
from scanner.targets.space.blocks import Who
from scanner.targets.space.port_table import Ask, Joiner, PortTable, Unmade, one_each

#: The number of a source: one entry's hosts with the same text in their rows.
SourceNumber = int


class Sources:
    """All sources of a scan. `named`: they are names; whether one address is enough matters only for names."""

    def __init__(self, entries: Sequence[Entry], settings: Settings, *, named: bool = False) -> None:
        self._entries = entries
        self._settings = settings
        self._named = named
        self._orders: list[int] = []
        self._texts: list[str] = []
        self._ports: list[tuple[int, ...]] = []

    def add(self, order: int, text: str, ports: tuple[int, ...]) -> SourceNumber:
        """Add one, for the entry at this place in the list; `text` as in `Request.host`."""
        self._orders.append(order)
        self._texts.append(text)
        self._ports.append(ports)
        number = len(self._orders) - 1
        return order if order == number else number  # of two equal numbers the same object, for 200,000 sources

    def order(self, source: SourceNumber) -> int:
        """The entry's place in the list."""
        return self._orders[source]

    def text(self, source: SourceNumber) -> str:
        """The host as it stands in its rows."""
        return self._texts[source]

    def ports(self, source: SourceNumber) -> tuple[int, ...]:
        """The ports it asks for."""
        return self._ports[source]

    def request(self, source: SourceNumber) -> Request:
        """Its row, made anew."""
        order = self._orders[source]
        return settle_request(self._entries[order], self._settings, order, self._texts[source], named=self._named)

    def asks(self, sources: Sequence[SourceNumber]) -> list[Ask]:
        """Ports and row of each of them."""
        return [(self._ports[source], self.request(source)) for source in sources]

    def table(self, who: Who, ports: tuple[int, ...]) -> PortTable:
        """The table of a host for which these sources all ask for the same ports."""
        if isinstance(who, int):
            return PortTable(ports, (self.request(who),))
        if isinstance(who, PortTable):
            return who
        return PortTable(ports, self._requests(who))

    def join(self, sources: tuple[SourceNumber, ...], joiner: Joiner) -> PortTable:
        """What these sources together ask for at the same addresses."""
        ports, shared, each = joiner.joined([(self._ports[source], source) for source in sources], self.order)
        if each is None:
            return PortTable(ports, self._requests(shared))
        return PortTable(ports, each=Unmade(self._requests, each))

    def _requests(self, sources: tuple[SourceNumber, ...]) -> tuple[Request, ...]:
        return one_each([self.request(source) for source in sources], _order)


def _order(request: Request) -> int:
    return request.order
