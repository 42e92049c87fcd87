"""Which host has which state at which port, of all rows of a scan: what the overview is drawn from (`host_map.py`).

A target takes a byte: a set of states (rows of one address and port may differ, from two vantages), and whether one of
them is not as expected; an address takes some 200 bytes more. As many addresses are kept as a /16 has, while the
targets at them, as far as anybody knows, are fewer than four million: an address is there with all its ports or not at
all, and what is not there is counted.
"""

from collections import Counter
from collections.abc import Iterator

from scanner.model import Result, State

#: Targets and addresses that are kept; how far it may go where nobody said how many targets an address has.
MOST_TARGETS, MOST_HOSTS = 4_000_000, 65_536
_FAR = 4
#: Names of an address that are told.
MOST_NAMES = 3
#: A state's bit in a target's byte.
BITS = {state: 1 << index for index, state in enumerate(State)}
#: The bit for what is not as expected.
UNMET = 1 << len(BITS)


class HostMatrix:
    """The states of all targets. `left` counts the rows that are not there, by state; `repeated` those whose address
    and port had a row already: a target's byte holds all of their states, but not how many rows have each."""

    def __init__(self, most: int = MOST_TARGETS, most_hosts: int = MOST_HOSTS) -> None:
        self.left: Counter[State] = Counter()
        self.repeated = 0
        self._lines: dict[str, bytearray] = {}
        self._names: dict[str, list[str]] = {}
        self._columns: dict[int, int] = {}
        self._most = most
        self._most_hosts = most_hosts
        self._promised = self._used = 0

    def add(self, results: list[Result]) -> None:
        lines, columns, bits = self._lines, self._columns, BITS
        for result in results:
            place, port, state = result.place, result.port, result.state
            address = place.address or result.request.host
            line = lines.get(address)
            if line is None:
                line = self._new_line(address, result)
                if line is None:
                    self.left[state] += 1
                    continue
            column = columns.setdefault(port, len(columns))
            missing = column + 1 - len(line)
            if missing > 0:
                self._used += missing
                if self._used > _FAR * self._most:
                    self._used -= missing
                    self.left[state] += 1
                    continue
                line.extend(bytes(missing))
            if line[column]:
                self.repeated += 1
            line[column] |= bits[state] | UNMET if result.met is False else bits[state]
            if result.request.host:
                self._add_name(address, result.request.host)

    def _add_name(self, address: str, name: str) -> None:
        if name != address:
            names = self._names.setdefault(address, [])
            if len(names) <= MOST_NAMES and name not in names:
                names.append(name)

    def _new_line(self, address: str, result: Result) -> bytearray | None:
        """A line for a host that is new here, if there is room for it."""
        if self._promised >= self._most or len(self._lines) >= self._most_hosts:
            return None
        self._promised += max(1, result.place.ports)
        line = self._lines[address] = bytearray()
        return line

    @property
    def hosts(self) -> int:
        """How many addresses there are."""
        return len(self._lines)

    def names(self, address: str) -> list[str]:
        """What the user called this address, in the order of the rows: MOST_NAMES of them, and one more where there are
        others. None where that was the address itself."""
        return self._names.get(address, [])

    def ports(self) -> list[int]:
        """All ports, sorted."""
        return sorted(self._columns)

    def lines(self) -> Iterator[tuple[str, bytes]]:
        """Each address with a byte for each of `ports()`, 0 where it has no target."""
        order = [self._columns[port] for port in self.ports()]
        width = len(order)
        as_it_is = order == list(range(width))
        for address, line in self._lines.items():
            whole = bytes(line).ljust(width, b"\0")
            yield address, whole if as_it_is else bytes(map(whole.__getitem__, order))
