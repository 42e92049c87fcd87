"""What one host was asked besides the list, and why. (Who asks: `extra_probes.py`.) Pure."""

import enum

from scanner.model import State


class Why(enum.Enum):
    """What a probe besides the list is for."""

    CANARY = enum.auto()  #: a port that nobody asked for, where nobody should listen
    WITNESS = enum.auto()  #: a port of the list, once more
    SAMPLE = enum.auto()  #: a port of the list before its turn (`host_sample.py`)


class HostExtras:
    """The probes of one host. out: how many have no verdict yet. again: how many of them found a port of the list open.
    sampled: what the port asked for a sample said, a timeout as soon as it is late.
    """

    __slots__ = ("again", "out", "sampled")

    def __init__(self) -> None:
        self.out = self.again = 0
        self.sampled: State | None = None

    def want(self) -> None:
        """One more probe is to leave."""
        self.out += 1

    def back(self, state: State, why: Why) -> None:
        """One has its verdict."""
        self.out -= 1
        if why is not Why.CANARY:
            self.again += state is State.OPEN
        if why is Why.SAMPLE:
            self.sampled = state

    def sample_is_late(self) -> None:
        """The port that was asked for a sample should have answered by now, and has not."""
        self.sampled = State.TIMEOUT
