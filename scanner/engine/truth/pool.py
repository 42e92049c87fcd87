"""The hosts of one address family, on attached networks or behind gateways: a path, their networks, and what became
paths of their own.

They share one pool of evidence, because a handful of probes tells nothing, and a host that answers nothing even less,
until one network of them is seen to lose something (`regions.py`), or a host with many targets refuses one: that can be
asked itself (`own`). What is shared is the loss on the way; who vouches for a silent host is its own network's business
(`network_evidence.py`).
"""

from scanner.engine.truth.network_evidence import Networks
from scanner.engine.truth.path import Path
from scanner.engine.truth.regions import Regions
from scanner.model import Place

_MOST_OWN = 4096  # beyond, big hosts share the pool for good: memory does not grow with the hosts


class Pool:
    """`path` is that of most of its hosts; `own`: the paths of single ones."""

    def __init__(self, *, attached: bool = False) -> None:
        self.path = Path(1, attached=attached, shared=True)
        self.regions = Regions(self.path)
        self.networks = Networks()
        self.own: list[Path] = []

    def of(self, place: Place) -> Path:
        """The path to one of its hosts."""
        return (self.regions.of(place) if self.regions.paths else None) or self.path

    def takes_out(self, targets: int) -> Path | None:
        """A path of its own for one host with so many targets; None where there are too many of these."""
        if len(self.own) >= _MOST_OWN:
            return None
        path = Path(targets, attached=self.path.attached)
        self.own.append(path)
        return path
