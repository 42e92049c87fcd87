"""The names that are still to be resolved, and which entries ask for each."""

from collections.abc import Iterator
from functools import cached_property

from scanner.targets.space.host_turns import AtRandom
from scanner.targets.space.port_table import Ask, joined_ports
from scanner.targets.space.requests import SourceNumber, Sources


class AskedNames:
    """All names of a scan, each once, keyed by the name in lower case. `sources` are those of names."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        #: Most have one source.
        self._asking: dict[str, SourceNumber | list[SourceNumber]] = {}

    def __len__(self) -> int:
        return len(self._asking)

    def __iter__(self) -> Iterator[str]:
        return iter(self._asking)

    def in_turn(self, seed: int | None) -> list[str]:
        """All of them in the order in which their lookups begin: that of the list, or a random one, as a seed says."""
        keys = list(self._asking)
        return keys if seed is None else [keys[at] for at in AtRandom(len(keys), seed).take(len(keys))]

    def add(self, text: str, ports: tuple[int, ...], order: int) -> None:
        """The entry at this place in the list asks for these ports of a name."""
        key = text.lower()
        asking = self._asking.get(key)
        if asking is None:
            self._asking[text if key == text else key] = self._sources.add(order, text, ports)
            return
        if isinstance(asking, int):
            asking = self._asking[key] = [asking]
        if self._sources.order(asking[-1]) != order:  # an entry may repeat a name; that is one row
            asking.append(self._sources.add(order, text, ports))

    def text(self, key: str) -> str:
        """A name as it was first written."""
        return self._sources.text(self._sources_of(key)[0])

    def asks(self, key: str) -> list[Ask]:
        """What is asked for a name: ports and a row for each entry. Made anew."""
        return self._sources.asks(self._sources_of(key))

    def ports(self, key: str) -> tuple[int, ...]:
        """All ports that are asked for at a name, each once."""
        return joined_ports(self._lists(key))

    def port_lists(self) -> Iterator[list[tuple[int, ...]]]:
        """The port lists of each name, one for each entry."""
        return map(self._lists, self._asking)

    @cached_property
    def row_count(self) -> int:
        """Rows of all names, each counted as one address. Ask only when all have been added."""
        return sum(len(ports) for lists in self.port_lists() for ports in lists)

    def _lists(self, key: str) -> list[tuple[int, ...]]:
        return [self._sources.ports(source) for source in self._sources_of(key)]

    def _sources_of(self, key: str) -> list[SourceNumber]:
        found = self._asking[key]
        return [found] if isinstance(found, int) else found
