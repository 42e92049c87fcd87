"""What probes the targets of a plan, whatever does so: an engine in this process (`local_probing.py`), or several of
them elsewhere. `scan.py` stands on it, and says whether what was found is as expected.

All that is told here can be told across the border of a process, and added up: numbers, texts, rows.
"""

from collections.abc import Generator, Iterable
from enum import Enum
from typing import Any, NamedTuple, Protocol

from scanner.model import Place, Result
from scanner.scanning.responder_choice import KnownResponder


class Headway(NamedTuple):
    """How far it is. Rows and hosts are as far as is known now: they grow while names are being resolved.

    attempts: connection attempts made; begun: targets taken on; beside: attempts beside those for them (sentinels,
    canaries). total: rows expected, where a host that is asked first whether it is there counts as one until that is
    known; to_probe: targets; hosts: addresses, 0 where they cannot be told apart: there are too many, or names of one
    part may lead to those of another; answering: how many of them have answered anything. undecided: hosts and names of
    which it is not known whether they are there, where that is asked.
    """

    attempts: int = 0
    begun: int = 0
    beside: int = 0
    total: int = 0
    to_probe: int = 0
    hosts: int = 0
    answering: int = 0
    undecided: int = 0


class Unsettled(Enum):
    """Which of the rows that come now might be others if the scan went on."""

    NONE = "none"  #: what is told now is final
    UNVERIFIED = "unverified"  #: those in that doubt: whoever would vouch for them may be in a part that was lost
    ALL = "all"  #: the scan stops: what was held back until more would be known comes now


class Probing(Protocol):
    """Probes under way. Iterate `batches`; everything else may be looked at between two of them."""

    @property
    def complete(self) -> bool:
        """Every target was judged."""
        ...

    def batches(self) -> Generator[list[Result], None, None]:
        """The rows, without a word on whether they are as expected: a list at least every 0.1 s, maybe empty.

        Closing the generator early closes every socket.
        """
        ...

    def stop(self) -> None:
        """End soon. Safe from a signal handler."""
        ...

    @property
    def headway(self) -> Headway:
        """How far it is."""
        ...

    @property
    def unanswered(self) -> int:
        """Attempts beyond the attached networks that met silence or a "no" so far. (Not for each turn.)"""
        ...

    @property
    def warnings(self) -> list[str]:
        """Plain one-line warnings so far, in the order in which they came."""
        ...

    @property
    def details(self) -> list[str]:
        """What this system lacks and the scan does without, so far, a plain line each."""
        ...

    @property
    def evidence(self) -> dict[str, Any]:
        """For the report's `scan` part (`certainty.evidence`, and more)."""
        ...

    @property
    def skipped_texts(self) -> list[str]:
        """Which kinds of addresses were left out of ranges because they are never probed."""
        ...

    def tell_of(self, answered: Iterable[KnownResponder]) -> None:
        """These answered elsewhere, or before (`told_responders.py`)."""
        ...

    def take_silent(self) -> list[tuple[int, int, int]]:
        """The hosts that were asked whether they are there, and passed over, since the last call: 4 or 6, IPv6 scope,
        address as a number. They are gathered from the first call on."""
        ...

    def permits(self, place: Place, port: int) -> bool:
        """Whether no exclude forbids this port."""
        ...

    def may_ask(self, place: Place, port: int) -> bool:
        """Whether this port may be asked besides: the list does not have it there, and no exclude forbids it."""
        ...


class SettlingProbing(Probing, Protocol):
    """Probing whose rows may be kept, because it says which of them are final."""

    @property
    def unsettled(self) -> Unsettled:
        """Which of the rows that came with the last turn are not."""
        ...
