"""The trials that are due: those of hosts that have answered go before those of hosts that never did.

Due is what was silent, or met a "no", and is to be probed again; what found no room on this machine; and what somebody
waits for. Nobody is due who must still wait for something: see `brakes/`.
"""

from collections import deque
from collections.abc import Iterable

from scanner.engine.brakes.gates import Gates
from scanner.engine.trial import Trial


class DueTrials:
    """`gates`: what may still hold one back on its way out."""

    def __init__(self, gates: Gates) -> None:
        self._gates = gates
        self._ready: deque[Trial] = deque()
        self._unheard: deque[Trial] = deque()  # to hosts that never answered

    def __bool__(self) -> bool:
        return bool(self._ready or self._unheard)

    def again(self, trial: Trial) -> None:
        """It was silent, and leaves once more."""
        (self._ready if trial.urgent or trial.location.answers else self._unheard).append(trial)

    def add(self, trial: Trial) -> None:
        """It leaves before all whose hosts never answered."""
        self._ready.append(trial)

    def add_first(self, trials: Iterable[Trial]) -> None:
        """These leave before all others, in this order."""
        self._ready.extendleft(reversed(list(trials)))

    def grant(self, batch: list[Trial], now: float, quota: int, *, unheard: bool, shown: bool) -> None:
        """Adds them to the batch until it has `quota`: those of hosts that never answered, or the others. `shown`:
        whether a gate may hold one back."""
        due = self._unheard if unheard else self._ready
        if shown:
            while due and len(batch) < quota:
                self._gates.admit(due.popleft(), batch, now)
        elif due:
            batch += [due.popleft() for _ in range(min(len(due), quota - len(batch)))]
