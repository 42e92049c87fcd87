"""The canaries of one host: two more random high ports that it was asked, and what their answers come to. Pure.

If one is open, and the other is open too, or silent, nothing listens there but something that accepts everything: a
port picked at random from so many is hardly open by chance.
"""

from scanner.model import Result, State

CANARIES = 2


class Canaries:
    """The canaries of one host.

    were_sent: whether it was sent any. out: how many of them have no verdict yet. came_late: an open one answered only
    when it was asked again. tested: one refused, so the host is there.
    """

    __slots__ = ("_open", "_silent", "came_late", "out", "tested", "were_sent")

    def __init__(self) -> None:
        self.were_sent = self.came_late = self.tested = False
        self.out = self._open = self._silent = 0

    def send(self, count: int) -> None:
        """`count` are on their way."""
        self.were_sent = bool(count)
        self.out += count

    def back(self, row: Result) -> None:
        """One has its verdict."""
        self.out -= 1
        if row.state is State.OPEN:
            self._open += 1
            self.came_late |= row.attempts > 1
        else:
            self._silent += row.state is State.TIMEOUT
            self.tested |= row.state is State.REFUSED or row.icmp_from == row.place.numeric

    @property
    def say_everything(self) -> bool:
        """Whether they show that the host accepts everything."""
        return bool(self._open) and self._open + self._silent == CANARIES
