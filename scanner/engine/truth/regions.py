"""Networks of small hosts that lose packets where others do not: each becomes a path of its own.

Hosts with few targets share one pool of evidence. Its sentinels ask whoever answered first, so what a single network in
it loses (a site behind a bad line, behind a policer of its own) would hardly show, and its timeouts would stand on the
word of others. What does show are answers to a later attempt (*flips*). Once a network (IPv4: /24, IPv6: /64) has far
more of them than its share of those who are asked, it is judged by its own responders, and at its own rate. Where
several networks of a wider one (/16, /48) were found so, its rest becomes a path as well, unless it is all there is.

What such a network met before, nobody measured: it counts as lost. Where everybody loses alike the pool knows best.
"""

from collections import Counter, defaultdict
from functools import partial

from scanner.engine.truth.network_evidence import Network
from scanner.engine.truth.path import Path
from scanner.model import Endpoint, NetworkKey, Place, network_key

_MOST = 32
_MORE = 2.0
_FEW = 4  # responders elsewhere: fewer say nothing of the others
_SPREAD = 4  # so many narrow networks make the wide one suspect
_WIDE6 = 6  # bytes


class Regions:
    """The networks that were taken out of a pool; `paths` is empty until one was."""

    def __init__(self, pool: Path) -> None:
        self._pool = pool
        self.paths: dict[NetworkKey, Path] = {}
        self._flips: Counter[NetworkKey] = Counter()
        self._flipped = 0
        #: By the wide network, who gave away each of those taken out; None where that was an open port.
        self._found: defaultdict[NetworkKey, list[Endpoint | None]] = defaultdict(list)

    def all(self) -> list[Path]:
        """Their paths."""
        return [path for path in self.paths.values() if path is not self._pool]

    def of(self, place: Place) -> Path | None:
        """The path of the network that an address is in, or None where nothing was lost there."""
        narrow, wide = _networks(place)
        return self.paths.get(narrow) or self.paths.get(wide)

    def take_out_if_lossy(self, endpoint: Endpoint, network: Network, *, refused: bool) -> Path:
        """This one, of the pool, was silent before it answered: its network is taken out where that stands out. Returns
        the path that it belongs to from now on. (If it refused, and gives its network away, it is a responder of a
        wider path that may be made of it.)"""
        path = self.of(endpoint.place)
        if path is not None:
            return path
        narrow, wide = _networks(endpoint.place)
        self._flips[narrow] += 1
        self._flipped += 1
        if len(self.paths) >= _MOST or not self._stands_out(narrow):
            return self._pool
        path = self.paths[narrow] = self._pool.split(partial(_within, narrow))
        network.responders.remember(path.responders.most)
        network.collect()
        found = self._found[wide]
        found.append(endpoint if refused else None)
        if len(found) == _SPREAD:
            self.paths[wide] = self._split_wide(wide, found)
        return path

    def _stands_out(self, network: NetworkKey) -> bool:
        """Whether it has more than its share of the flips; a single one, where few are asked, is enough."""
        responders = self._pool.responders
        share = responders.share(partial(_within, network))
        elsewhere, flips = len(responders) * (1.0 - share), self._flipped - self._flips[network]
        if elsewhere < _FEW or flips > elsewhere / 2:
            return False  # nobody knows that others lose less
        return self._flips[network] / (self._flipped + 1) > _MORE * share

    def _split_wide(self, wide: NetworkKey, found: list[Endpoint | None]) -> Path:
        belongs = partial(_within, wide)
        if self._pool.responders.share(belongs) == 1.0:
            return self._pool  # it is that network's evidence anyway
        path = self._pool.split(belongs)
        for endpoint in found:
            if endpoint is not None:
                path.responders.refuses(endpoint)
        return path


def _within(network: NetworkKey, place: Place) -> bool:
    return network in _networks(place)


def _networks(place: Place) -> tuple[NetworkKey, NetworkKey]:
    """The narrow and the wide network of an address; of a link-local one, on its link."""
    narrow = network_key(place)
    if isinstance(narrow, str):
        return narrow, narrow.rpartition(".")[0]
    return narrow, (narrow[0][:_WIDE6], narrow[1])
