"""The hosts known to have open ports, up to a limit, and those whose rows are kept back. Pure.

What is forgotten can be found out again. Hosts with kept rows, or an answer still awaited, are never forgotten.
"""

from scanner.model import Place
from scanner.scanning.phantoms.one_host import OpenHost

#: How many are known at a time.
MOST_HOSTS = 100_000


class KnownHosts:
    """Up to `most` hosts. `keeping`: those whose rows are kept back, for the next look."""

    def __init__(self, most: int = MOST_HOSTS) -> None:
        self._most = most
        self._hosts: dict[Place, OpenHost] = {}
        self.keeping: dict[Place, OpenHost] = {}

    def __len__(self) -> int:
        return len(self._hosts)

    def find(self, place: Place) -> OpenHost | None:
        """The host there, if it is known."""
        return self._hosts.get(place) or self.keeping.get(place)  # the first may have forgotten it

    def add(self, host: OpenHost) -> None:
        """Add one more."""
        if len(self._hosts) >= self._most:
            self._forget()
        self._hosts[host.place] = host

    def _forget(self) -> None:
        """Make room: what is known of hosts without kept rows can be found out again, most easily of unmarked ones."""
        hosts = {at: each for at, each in self._hosts.items() if each.kept or each.extras.out or each.marked}
        if len(hosts) > self._most // 2:
            hosts = {at: each for at, each in hosts.items() if each.kept or each.extras.out}
        self._hosts = hosts

    def keep(self, host: OpenHost) -> None:
        """Rows of it are kept back."""
        self.keeping[host.place] = host

    def let_go(self, host: OpenHost) -> None:
        """None are kept back any more."""
        self.keeping.pop(host.place, None)
        if host.ports.done and not host.extras.out:  # a late name may bring more ports of it
            self._hosts.pop(host.place, None)

    def clear_kept(self) -> None:
        """The scan is ending: no row is kept any more."""
        self.keeping.clear()
