"""What a plan comes to: the target space, the names that are still to be resolved, and what was left out."""

from functools import cached_property
from typing import NamedTuple

from scanner.errors import UsageError
from scanner.machine.attached_networks import AttachedNetworks
from scanner.targets.space.asked_names import AskedNames
from scanner.targets.space.discovery_lanes import count_at
from scanner.targets.space.parts import Share
from scanner.targets.space.target_space import Space
from scanner.words.shown_text import many


class LeftOut(NamedTuple):
    """How much of what was asked for is not probed: targets that are `excluded`, numeric hosts of the `other_family`
    (-4, -6), and addresses in ranges: `ends` of attached networks, and `unspecified` ones."""

    excluded: int = 0
    other_family: int = 0
    ends: int = 0
    unspecified: int = 0

    @property
    def skipped(self) -> int:
        """Addresses that ranges lost because they are never probed."""
        return self.ends + self.unspecified

    def skipped_texts(self) -> list[str]:
        """What to say about these."""
        whys = (
            (self.ends, "network or broadcast of an attached network"),
            (self.unspecified, "unspecified (0.0.0.0/8, ::)"),
        )
        return [f"{many(count, 'address', 'addresses')} skipped: {why}" for count, why in whys if count]

    def texts(self) -> list[str]:
        """What to say about all of it."""
        excluded = f"{many(self.excluded, 'target')} excluded"
        other = f"{many(self.other_family, 'host')} of the other address family (-4, -6, -S)"
        return [
            *([excluded] if self.excluded else []), *([other] if self.other_family else []), *self.skipped_texts(),
        ]  # fmt: skip


class Built:
    """What a plan comes to. `loopback`: how many targets of the space are on this host itself. `share`: which hosts of
    the list these are."""

    def __init__(self, space: Space, names: AskedNames, left_out: LeftOut, loopback: int, share: Share) -> None:
        self.space = space
        self.names = names
        self.left_out = left_out
        self.share = share
        self._loopback = loopback

    @cached_property
    def count(self) -> int:
        """Targets, each name counted as one address."""
        return self.space.count + sum(len(self.names.ports(name)) for name in self.names)

    @cached_property
    def afar(self) -> int:
        """Targets whose probes leave this host, judged without resolving names (RFC 6761, 6.3: localhost)."""
        names = [name for name in self.names if f".{name}".removesuffix(".").endswith(".localhost")]
        return self.count - self._loopback - sum(len(self.names.ports(name)) for name in names)

    def at(self, ports: frozenset[int]) -> int:
        """How many targets have one of these ports, each name counted as one address."""
        names = self.names
        return count_at(self.space, ports) + sum(len(ports.intersection(names.ports(name))) for name in names)

    def beyond(self, attached: AttachedNetworks | None) -> int:
        """How many of those go beyond these networks, each name counted as one address that does."""
        if attached is None:
            return self.afar
        near = 0
        for block in self.space.blocks:
            step = block.step
            near += block.levels * sum(attached.count(line[0], low, high, step) for line, low, high, _ in block.cells())
        return self.afar - near


def check_not_empty(built: Built, rowless: int = 0) -> None:
    """Raise UsageError where nothing is left to probe, but for so many targets that have no row."""
    if built.count > rowless:
        return
    why = ", ".join(built.left_out.texts()) or "no targets were named"
    raise UsageError(f"nothing left to probe: {why}; check targets and excludes")
