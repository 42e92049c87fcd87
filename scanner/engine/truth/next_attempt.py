"""How long an attempt waits, a first one or one more after silence or a "no"; and when it leaves.

An attempt that is not the last waits as long as answers take on its path (0.3 s at least, `round_trip.py`). A host that
never answered, however many ports of it are asked, shares its path with all of its family that are behind a gateway, or
attached, as it is; so theirs is the round trip that counts. That only says when the next attempt leaves: the socket is
still listened to, and silence is final only after an attempt that waited its user's whole timeout.
"""

from collections.abc import Callable

from scanner.engine.trial import Trial
from scanner.engine.truth.loss_estimate import CLEAN_LOSS
from scanner.engine.truth.path import Path
from scanner.engine.truth.stands import doubtful, most_attempts
from scanner.model import Request


def first_patience(path: Path, requests: tuple[Request, ...]) -> float:
    """How long a first attempt waits: its user's whole timeout, or as long as answers take on its path."""
    timeout = max([request.timeout for request in requests])
    patience = path.round_trip.rto
    if patience is None or patience >= timeout or not max([request.retries for request in requests]):
        return timeout
    return patience


class NextAttempt:
    """`again` takes a trial that is to leave as soon as it may, `later` one whose time has yet to come. `listened` says
    how long an attempt is listened to that may wait for so long (`flight/syn_repeats.py`); None: as long as it may.
    """

    def __init__(
        self,
        again: Callable[[Trial], None],
        later: Callable[[Trial, float], None],
        listened: Callable[[float], float] | None = None,
    ) -> None:
        self._again = again
        self.later = later
        self._listened = listened

    def is_full(self, trial: Trial) -> bool:
        """Whether its present attempt waits its user's whole timeout, so that its silence may become the verdict."""
        whole = trial.timeout
        return trial.patience >= (whole if self._listened is None else self._listened(whole))

    def make(self, trial: Trial, at: float | None = None) -> None:
        """One more, now or later; the one that may make the verdict stand, and the last of all, wait the whole
        timeout."""
        path, whole = trial.path, trial.timeout
        patience = path.round_trip.rto
        final = trial.attempts + 1 >= most_attempts(trial.retries + 1)
        short = patience is not None and patience < whole and not final and not self._may_be_last(trial)
        trial.set_patience(patience if short and patience is not None else whole)
        if at is None:
            self._again(trial)
        else:
            self.later(trial, at)

    def _may_be_last(self, trial: Trial) -> bool:
        """Whether silence in one more attempt may be enough, as far as known now."""
        path = trial.path
        if trial.attempts < trial.retries:
            return False
        if path.gone or trial.network.stopped is not None or path.exhausted:
            return True
        if not path.lossy:  # the evidence may still grow until then: only what is surely too little counts
            present = min(CLEAN_LOSS, path.cohorts.era.loss())
            return not path.can_tell or not doubtful(path.targets, [present] * (trial.attempts + 1))
        losses = losses_of(trial)
        return losses is None or not doubtful(path.targets, [*losses, path.cohorts.era.loss()])


def losses_of(trial: Trial, *, of_network: bool = False) -> list[float] | None:
    """The loss that each attempt of a silent trial met (`Backing.losses`)."""
    return trial.backed().losses(trial.path, trial.attempts, trial.network if of_network else None)
