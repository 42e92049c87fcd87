"""The way to a target, hop by hop."""

from typing import NamedTuple

from scanner.model.results import State


class Hop(NamedTuple):
    """A station on the way to a target, the first being 1.

    `address` is None where it stayed silent, `name` empty where it has none, `rtt_ms` None where it is not known (after
    the kernel has sent a SYN again, nobody can say which one was answered).
    """

    hop: int
    address: str | None = None
    name: str = ""
    rtt_ms: float | None = None


class End(NamedTuple):
    """How a trace ends. `state` and `reason` are a verdict's; None and empty when it was stopped too early to say.

    `hop`: the one at which the target answered, or that of the sender of the ICMP error (`icmp_from`), or the last
    that answered before silence (0: none did). None: that is not known. `asked`: the farthest hop that was asked, if
    that is the last one that answered, or none did, or the target is farther away; else None.
    """

    state: State | None
    reason: str
    icmp_from: str
    hop: int | None
    asked: int | None = None


class Trace(NamedTuple):
    """The way to one target: `hops` from 1 up to where it ends, silent ones in between included."""

    host: str
    address: str
    port: int
    hops: tuple[Hop, ...]
    end: End
