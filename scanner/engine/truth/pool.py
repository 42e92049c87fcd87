"""Small hosts of one address family, on attached networks or behind gateways: a path, their networks, and those of them
that became paths of their own.

All hosts with few targets share one pool of evidence, because a handful of probes tells nothing, until one network of
them is seen to lose something (`regions.py`). What is shared is the loss on the way; who vouches for a silent host is
its own network's business (`network_evidence.py`).
"""

from scanner.engine.truth.network_evidence import Networks
from scanner.engine.truth.path import Path
from scanner.engine.truth.regions import Regions
from scanner.model import Place


class Pool:
    """`path` is that of most of its hosts."""

    def __init__(self, *, attached: bool = False) -> None:
        self.path = Path(1, attached=attached, shared=True)
        self.regions = Regions(self.path)
        self.networks = Networks()

    def of(self, place: Place) -> Path:
        """The path to one of its hosts."""
        return (self.regions.of(place) if self.regions.paths else None) or self.path
