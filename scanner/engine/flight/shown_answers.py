"""Which answers are shown to `machine/interposed.py`, which knows what cannot be a target's: few, for looks cost time.

The first refused ports of a scan, an open port of each turn, and whatever connect() answered at once. None, once it
has something to warn of.
"""

from scanner.engine.flight.probe import BareTrial, Probe
from scanner.machine.kernel import Kernel


class ShownAnswers:
    """`few`: how many refused ports are still to be shown."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._interposed = kernel.interposed()
        self._open_seen = False  # of this turn
        self.few = self._interposed.few if self._interposed is not None else 0

    @property
    def warning(self) -> str:
        """What to tell the user; empty while all is well."""
        return self._interposed.warning if self._interposed is not None else ""

    def new_turn(self) -> None:
        """The next open port is to be shown again."""
        self._open_seen = False

    def refused(self, probe: Probe, trial: BareTrial) -> int:
        """A refused port is shown; how many more are to be."""
        self._look(probe, trial, refused=True)
        self.few -= 1
        return self.few

    def opened(self, probe: Probe, trial: BareTrial) -> None:
        """An open port; the first of a turn is shown."""
        if not self._open_seen:
            self._open_seen = True
            self._look(probe, trial)

    def at_once(self, probe: Probe, trial: BareTrial, *, refused: bool = False) -> None:
        """connect() itself answered."""
        self._look(probe, trial, at_once=True, refused=refused)

    def _look(self, probe: Probe, trial: BareTrial, *, at_once: bool = False, refused: bool = False) -> None:
        if self._interposed is not None and not self._interposed.warning:
            endpoint = trial.endpoint
            target = (endpoint.place.numeric, endpoint.port)
            self._interposed.look(self._kernel.seen(probe.sock, target, refused=refused, at_once=at_once))

    def answered(self, count: int) -> None:
        """So many answers came by an event."""
        if self._interposed is not None:
            self._interposed.answered(count)

    def at_last(self) -> None:
        """The scan is over: whether all answers can have been the targets'."""
        if self._interposed is not None:
            self._interposed.count()
