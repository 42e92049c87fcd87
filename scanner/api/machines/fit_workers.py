"""Which workers of a cluster may be given anything: those that were found fit before, and later ones that are, too.

Who has come is asked in a thread of its own. A worker that is frozen lets whoever asks it wait, and meanwhile the scan
must hear the others, tell them that it is there, and stop when it is to. What was found fit is a process: the next one
at its address is another worker, and is asked as well.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from math import inf
from threading import Lock, Thread
from time import monotonic

#: One that does not say whether it is fit is asked again after so long.
_ASK_AGAIN_S = 30.0

#: What keeps each worker that answers from being of use (empty: nothing), of those with these addresses and names.
AskWorkers = Callable[[Mapping[str, str]], Mapping[str, str]]


class FitWorkers:
    """`known`: addresses of those that are fit. `names`: only workers of these names are wanted; none: all are."""

    def __init__(
        self,
        known: Iterable[str],
        ask: AskWorkers,
        *,
        names: Collection[str] = (),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._ask = ask
        self._names = frozenset(names)
        self._clock = clock
        self._lock = Lock()
        # Behind it: who is fit, when others are asked (inf: never again), what there is to say, and whether any are
        # being asked.
        self._fit = set(known)
        self._ask_at: dict[str, float] = {}
        self._notices: list[str] = []
        self._asking = False

    def among(self, there: Mapping[str, str]) -> dict[str, str]:
        """Those of the cluster's workers, by address with their names, that are wanted and fit. Does not wait: others
        begin to be asked."""
        wanted = {each: name for each, name in there.items() if not self._names or name in self._names}
        now = self._clock()
        with self._lock:
            due = {each: name for each, name in wanted.items() if self._is_due(each, now)}
            if due and not self._asking:
                Thread(target=self._ask_these, args=(due,), name="scanner-newcomers", daemon=True).start()
                self._asking = True  # once it has begun: nobody else sees this before the lock is free
            return {each: name for each, name in wanted.items() if each in self._fit}

    def take_notices(self) -> list[str]:
        """What there is to say of workers, once."""
        with self._lock:
            notices, self._notices = self._notices, []
        return notices

    def _is_due(self, address: str, now: float) -> bool:
        return address not in self._fit and now >= self._ask_at.get(address, 0.0)

    def _ask_these(self, due: Mapping[str, str]) -> None:
        try:
            found = self._ask(due)
        except Exception:  # whatever Dask, or the network, has to say: they are asked again
            found = {}
        again = self._clock() + _ASK_AGAIN_S
        with self._lock:
            for each in due:
                if (problem := found.get(each)) is None:
                    self._ask_at[each] = again
                elif problem:
                    self._ask_at[each] = inf
                    self._notices.append(f"a worker that has joined is left out: {problem}")
                else:
                    self._fit.add(each)
            self._asking = False
