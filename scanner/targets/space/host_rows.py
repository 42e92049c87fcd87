"""The hosts of a target space, each with its place and its ports: by number, or by address.

A host with several ports always has the same `Place`, unless there are too many of them to keep.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from scanner.model import Place
from scanner.targets.space.address_index import AddressIndex
from scanner.targets.space.blocks import Block, Owned
from scanner.targets.space.line_ranges import Line
from scanner.targets.space.port_table import PortTable

#: A host: its place, and its ports with their rows.
HostRow = tuple[Place, PortTable]


class HostRows:
    """The hosts of these blocks, numbered in their order. `offsets`: the number of each block's first host. `keeps`:
    whether the places of hosts with several ports are kept."""

    def __init__(self, blocks: list[Block | Owned], offsets: list[int], *, keeps: bool) -> None:
        self._blocks = blocks
        self._offsets = offsets
        self._keeps = keeps
        self._kept: dict[int, list[Place]] = {}
        self._index: AddressIndex | None = None

    def places(self, at: int, begin: int, end: int) -> list[Place]:
        """Places of a block: always the same objects where addresses have several ports, unless there are too many."""
        block = self._blocks[at]
        if not self._keeps or block.levels == 1:
            return block.places(range(begin, end))
        kept = self._of_block(at)
        return kept if end - begin == block.count else kept[begin:end]

    def _of_block(self, at: int) -> list[Place]:
        kept = self._kept.get(at)
        if kept is None:
            kept = self._kept[at] = self._blocks[at].places(range(self._blocks[at].count))
        return kept

    def of(self, hosts: Sequence[int]) -> list[HostRow]:
        """Those of these numbers, each of which is there once, in whatever order."""
        if len(self._blocks) == 1:
            return self._in_block(0, hosts)
        rows: dict[int, HostRow] = {}
        ascending = sorted(hosts)
        begin = 0
        while begin < len(ascending):
            at = self.block_of(ascending[begin])
            offset = self._offsets[at]
            end = bisect_left(ascending, offset + self._blocks[at].count, begin)
            some = ascending[begin:end]
            rows.update(zip(some, self._in_block(at, [host - offset for host in some]), strict=True))
            begin = end
        return [rows[host] for host in hosts]

    def _in_block(self, at: int, hosts: Sequence[int]) -> list[HostRow]:
        """Those at these places of a block."""
        block = self._blocks[at]
        if not self._keeps or block.levels == 1:
            places = block.places(hosts)
        else:
            kept = self._of_block(at)
            places = [kept[host] for host in hosts]
        return list(zip(places, block.tables(hosts), strict=True))

    def block_of(self, host: int) -> int:
        """Which block has this host."""
        return bisect_right(self._offsets, host) - 1

    def place(self, host: int) -> Place:
        """The place of a host."""
        return self.of((host,))[0][0]

    def ports(self, host: int) -> tuple[int, ...]:
        """The ports of a host."""
        at = self.block_of(host)
        return self._blocks[at].ports_of(host - self._offsets[at])

    def find(self, line: Line, number: int) -> int | None:
        """The host number of an address, or None where there is none."""
        if self._index is None:
            self._index = AddressIndex(zip(self._blocks, self._offsets, strict=True))
        return self._index.find(line, number)
