"""What a plan comes to: the target space, the names that are still to be resolved, and what was left out."""

from collections.abc import Iterator
from functools import cached_property

from scanner.errors import UsageError
from scanner.targets.space.port_table import Ask, joined_ports
from scanner.targets.space.requests import Source, Sources
from scanner.targets.space.target_space import Space
from scanner.words.shown_text import many


class Built:
    """What a plan comes to: the space, the names with the sources that ask for each, and what was left out."""

    def __init__(self, sources: Sources) -> None:
        self.space = Space([])
        #: By the name in lower case. Most have one source.
        self.names: dict[str, Source | list[Source]] = {}
        self._sources = sources
        self.excluded = 0
        self.ends = 0
        self.unspecified = 0
        self.other_family = 0
        self.loopback = 0

    @property
    def skipped(self) -> int:
        """Addresses that ranges lost because they are never probed."""
        return self.ends + self.unspecified

    def name(self, key: str) -> str:
        """A name as it was written first."""
        return self._sources.text(self._asking(key)[0])

    def asks(self, key: str) -> list[Ask]:
        """What is asked of a name: ports and a row for each entry. Made anew."""
        return self._sources.asks(self._asking(key))

    def ports(self, key: str) -> tuple[int, ...]:
        """All ports that are asked of a name, each once."""
        return joined_ports(self._lists(key))

    def port_lists(self) -> Iterator[list[tuple[int, ...]]]:
        """The port lists of each name, one for each entry."""
        return map(self._lists, self.names)

    def _lists(self, key: str) -> list[tuple[int, ...]]:
        return [self._sources.ports(source) for source in self._asking(key)]

    def _asking(self, key: str) -> list[Source]:
        found = self.names[key]
        return [found] if isinstance(found, int) else found

    @cached_property
    def name_rows(self) -> int:
        """Rows of the names, each counted as one address. Ask when all is built."""
        return sum(len(ports) for lists in self.port_lists() for ports in lists)

    @cached_property
    def count(self) -> int:
        """Targets, a name counted as one address. Ask when all is built."""
        return self.space.count + sum(len(self.ports(name)) for name in self.names)

    @cached_property
    def afar(self) -> int:
        """Those whose probes leave this host, as far as is known without resolving names (RFC 6761, 6.3: localhost)."""
        names = [name for name in self.names if f".{name}".removesuffix(".").endswith(".localhost")]
        return self.count - self.loopback - sum(len(self.ports(name)) for name in names)


def skipped_texts(ends: int, unspecified: int) -> list[str]:
    """What to say of addresses that ranges lost: ends of attached networks, and unspecified ones."""
    whys = (ends, "network or broadcast of an attached network"), (unspecified, "unspecified (0.0.0.0/8, ::)")
    return [f"{many(count, 'address', 'addresses')} skipped: {why}" for count, why in whys if count]


def check_not_empty(built: Built) -> None:
    """Raise UsageError where nothing is left to probe."""
    if built.space.count or built.names:
        return
    why = []
    if built.excluded:
        why.append(f"{many(built.excluded, 'target')} excluded")
    if built.other_family:
        why.append(f"{many(built.other_family, 'host')} of the other address family (-4, -6, -S)")
    why += skipped_texts(built.ends, built.unspecified)
    raise UsageError(f"nothing left to probe: {', '.join(why) or 'no targets were named'}; check targets and excludes")
