"""The questions that one host is asked about a run of open ports (`open_runs.py`): does it accept everything now, or
did it?

*Witnesses* are ports that were not open before the run: two of them are probed once more. If both are open, the host
accepts everything. If one is open and one refuses (a port that a box leaves out, or a service that has just come up),
two more are asked, and three of the four must be open, all of which refused before: a silent one may have been an open
one whose packet was lost. If one is open and one is silent now, one more is asked. If witnesses refuse again, or stay
silent, nothing is accepted *now*. Then, if the run is long, two of its *own* ports are probed once more. If those
refuse, it was phantoms, of a box that has stopped; if one is open, it is what it seems. No port of it is asked twice.

Where hardly any port refuses and most are silent, the silent ones are asked first: what refuses may be what a box
leaves out. Witnesses that refused before and are silent now say nothing: their packets were lost, and others are asked.
A single witness that was silent before and is open now says nothing either. If that is all, the answer is *unknown*,
and the question is repeated, each time after twice the pause; witnesses that are open now still count then.

Pure: pass `now`.
"""

import enum
from collections.abc import Iterable, Sequence

from scanner.model import State
from scanner.scanning.phantoms.lateness import is_late
from scanner.scanning.phantoms.open_runs import ProbedPort, from_within

_PAUSE_S = 0.3  # between two questions: rows are kept longer, and a host with many open ports is not asked too often
_ASKED = 2  # at once
_MOST, _SILENT = 4, 3
WITNESSES = 32  #: how many of each kind are looked for
_SPREAD = (0, -1, 7, 18)  # what a box leaves out lies side by side, or at equal distances


class Said(enum.Enum):
    """What a question came to."""

    EVERYTHING = "it accepts everything"
    STOPPED = "it did, when the run was probed"
    NOTHING = "it does not now; its own ports were not asked"
    REAL = "its ports are what they seem"
    UNKNOWN = "nothing"


class Inquiry:
    """One question after another. refusing, silent: some ports that were so, the latest last: the possible witnesses.

    asked_at: when the question began that has no answer yet, else 0.0. unanswered: how many of the latest in a row came
    to nothing.
    """

    __slots__ = (
        "_done", "_own", "_patient_from", "_pause", "_shut", "_silent_first", "_spent", "_states", "_turned",
        "_witnesses", "asked_at", "refusing", "silent", "unanswered",
    )  # fmt: skip

    def __init__(self, refusing: Iterable[int] = ()) -> None:
        self.refusing = list(refusing)
        self.silent: list[int] = []
        self.asked_at = 0.0
        self._patient_from = self._pause = 0.0
        self._witnesses: list[int] = []
        self._own: list[int] = []
        self._states: dict[int, State] = {}
        self._spent: set[int] = set()
        self._done: set[int] = set()
        self._shut = self.unanswered = 0
        self._silent_first = False
        self._turned: set[int] = set()  # witnesses that turned out open, in questions that came to nothing

    def ready(self, now: float, *, done: bool) -> bool:
        """Whether it is time for another question. `done`: all of the host is judged, there is nothing to wait for."""
        return not self.asked_at and ((done and not self.unanswered) or now >= self._pause)

    def unknown(self, shut: int) -> bool:
        """Whether to look for witnesses, now that `shut` ports are not open: there are none, or there may be more."""
        if shut <= self._shut or (self.refusing and shut < 2 * self._shut):
            return False
        self._shut = shut
        return True

    def ask(self, now: float, run: Sequence[ProbedPort] = (), *, silent_first: bool = False) -> list[int]:
        """Begin a question; returns the ports to be probed now, if any. `run`: a long one that is over."""
        self._silent_first = silent_first
        witnesses = self._some_witnesses()[:_ASKED]
        own = self._some_own(run)
        if witnesses or own:
            self._witnesses, self._own, self._states = witnesses, own, {}
            self._spend(witnesses)
            self.asked_at = self._patient_from = now
            self._pause = now + _PAUSE_S * 2**self.unanswered
        return witnesses + own

    def ask_own(self, now: float, run: Sequence[ProbedPort]) -> list[int]:
        """Begin the second half; returns the ports of the run to be probed now."""
        self._own = self._some_own(run)
        self._patient_from = now
        return self._own

    def ask_more(self, now: float, *, overdue: bool) -> list[int]:
        """Ask further witnesses, where the first two contradict each other or one is silent; returns their ports."""
        turned, no = self._count(self._witnesses)
        if len(self._witnesses) != _ASKED or not (turned == 1 or self._lost()) or not (no or overdue):
            return []
        some = [port for port in self._some_witnesses() if port not in self._witnesses]
        sure = all(port in self.refusing for port in self._witnesses)
        more = some[:1] if turned and not no else [port for port in some if sure and port in self.refusing][:2]
        if more:
            self._spend(more)
            self._witnesses, self._patient_from = self._witnesses + more, now
        return more

    def _some_witnesses(self) -> list[int]:
        refusing = self.refusing[::-1]
        some = [refusing[at % len(refusing)] for at in _SPREAD] if refusing else []
        both = [*self.silent, *some] if self._silent_first else [*some, *self.silent]
        return list(dict.fromkeys(both))[:_MOST]

    def _some_own(self, run: Sequence[ProbedPort]) -> list[int]:
        some = from_within([port for _, port in run if port not in self._done and port not in self._spent])
        self._done.update(some)
        return some

    def _spend(self, ports: list[int]) -> None:
        """Note that these are asked. A silent port may be an open one whose packets were lost: each is asked once."""
        self._spent.update(port for port in ports if port in self.silent)
        self.silent = [port for port in self.silent if port not in self._spent]

    def shut(self, port: int, *, refused: bool) -> None:
        """A port that was asked besides the list is not open: it becomes the latest witness."""
        (self.refusing if refused else self.silent).append(port)

    def opened(self, port: int) -> None:
        """A port of the list is open after all, and so not a witness."""
        if port in self.silent:
            self.silent.remove(port)

    def refused_before(self, ports: Sequence[int]) -> None:
        """These refused, the latest first, all of them earlier than those already known."""
        self.refusing = [port for port in ports[::-1] if port not in self.refusing] + self.refusing

    def note_silent(self, ports: Sequence[int]) -> None:
        """These should have answered and have not."""
        if len(self.silent) < _SILENT:
            more = [port for port in ports if port not in self._spent and port not in self.silent]
            self.silent += more[: _SILENT - len(self.silent)]

    def heard(self, port: int, state: State) -> None:
        """Take in an answer. What could not leave is as good as lost."""
        if port in (*self._witnesses, *self._own):
            self._states.setdefault(port, State.TIMEOUT if state is State.ERROR else state)

    def not_left(self, now: float) -> None:
        """A port to be asked is still waiting for its turn: silence does not begin before it has left."""
        self._patient_from = now

    def overdue(self, now: float, slowest: float) -> bool:
        """Whether a port that has not answered by now counts as silent."""
        return is_late(self._patient_from, now, slowest)

    def _count(self, ports: list[int]) -> tuple[int, int]:
        """How many are open, and how many answered or were judged otherwise."""
        states = [self._states[port] for port in ports if port in self._states]
        return states.count(State.OPEN), len(states) - states.count(State.OPEN)

    def says(self, *, overdue: bool) -> Said | None:
        """What the question came to; None: not yet."""
        everything = self._witnesses_say(overdue=overdue)
        if everything or everything is None:
            return None if everything is None else Said.EVERYTHING
        if self._lost() or self._only_one():
            return Said.UNKNOWN
        if not self._own:
            return Said.NOTHING if self._refuse_again() else Said.REAL
        states = [self._states.get(port) for port in self._own]
        if State.OPEN in states or overdue or None not in states:
            return Said.STOPPED if set(states) == {State.REFUSED} else Said.REAL
        return None

    @property
    def turned_late(self) -> bool:
        """Whether witnesses that were taken to be silent turned out open after all."""
        return bool(self._witnesses) and self._witnesses_say(overdue=False) is True

    def _refuse_again(self) -> bool:
        """Whether a witness answered no. If a host never does, the silence of its own ports says nothing either."""
        return any(self._states.get(port) not in (None, State.OPEN, State.TIMEOUT) for port in self._witnesses)

    def _lost(self) -> bool:
        """Whether all witnesses refused before, and none says no now: then the silent ones were lost."""
        if not self._witnesses or not all(port in self.refusing for port in self._witnesses):
            return False
        return all(self._states.get(port) in (None, State.TIMEOUT, State.OPEN) for port in self._witnesses)

    def _only_one(self) -> bool:
        """Whether there was only one witness, and it is open now: its silence before may have been a lost packet."""
        return [self._states.get(port) for port in self._witnesses] == [State.OPEN]

    def _witnesses_say(self, *, overdue: bool) -> bool | None:
        """Whether the host accepts everything now."""
        asked, (turned, no) = len(self._witnesses), self._count(self._witnesses)
        turned += len(self._turned.difference(self._witnesses)) if turned else 0
        if turned >= (3 if no else _ASKED) and no < _ASKED:
            return True
        if asked == 1 and turned:
            return self._witnesses[0] in self.refusing
        return False if no >= _ASKED or turned + no == asked or overdue else None

    def end(self, said: Said) -> None:
        """The question has its answer. Ports that are open now are witnesses no longer."""
        turned = {port for port in self._witnesses if self._states.get(port) is State.OPEN}
        self.unanswered = self.unanswered + 1 if said is Said.UNKNOWN else 0
        self._turned = self._turned | turned if said is Said.UNKNOWN else set()
        self.refusing = [port for port in self.refusing if port not in turned]
        self.silent = [port for port in self.silent if port not in turned]
        self.asked_at = 0.0
